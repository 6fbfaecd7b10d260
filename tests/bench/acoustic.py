"""Measures the acoustic front ends: phoneme error of the free loop on people and synthesis, telephone and wide band.

Usage: `DENWABAN_SHARED=… python -m tests.bench.acoustic` writes acoustic.json beside it. Three ears hear the same
telephone line (G.711 mu, 300-3400 Hz, pink noise 20 dB below the voice; the prompts are true 8 kHz and get nothing but
G.711): the wide-band model on plainly resampled sound, the same behind the noise fill, and what `Acoustics` uses now.
The transition bonus is chosen per ear on the half of the recordings whose hash is even and reported for both halves.
Devoiced and voiced vowels count as one; a reading's error is that of its best pronunciation. "merged" counts long
vowels as short ones, for the wide-band model hardly ever says them twice.
"""

from __future__ import annotations

import csv
import hashlib
import json
import os
from collections.abc import Callable, Iterator
from itertools import groupby
from pathlib import Path
from random import Random
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyopenjtalk
import soundfile
import soxr
from rapidfuzz.distance import Levenshtein

from voice import g711
from voice.audio import INNER_RATE_HZ, Sound
from voice.engines.acoustic import Acoustics, free_phonemes
from voice.engines.phonemes import canonical, pronunciations
from voice.engines.train.texts import for_training
from voice.widen import widen

Samples = npt.NDArray[np.float32]
Ear = Callable[[Samples], npt.NDArray[np.float32]]
BONUSES = (0.0, 1.0, 1.5, 2.0, 3.0)
MOST, SYNTHETIC = 120, 40
"""Recordings of one kind of people, and sentences of the synthesiser."""
SNR_DB = 20.0
AROUND = 2000
"""Samples of line without speech before and after, a quarter of a second: a call does not begin in a word."""


class Clip(NamedTuple):
    kind: str
    name: str
    samples: Samples
    """(n,) at 16 kHz as recorded; (n,) at 8 kHz where `true_line`."""
    readings: tuple[tuple[str, ...], ...]
    """Phonemes, any of which is right."""
    true_line: bool

    @property
    def tuning(self) -> bool:
        return _half(self.name) == 0


def clips(shared: Path) -> Iterator[Clip]:
    """People first, then the synthesiser with sentences that nothing was trained on."""
    with (shared / "speech" / "transcripts.tsv").open(encoding="utf-8") as file:
        rows = sorted(csv.DictReader(file, delimiter="\t"), key=lambda row: hashlib.md5(row["file"].encode()).digest())
    taken: dict[str, int] = {}
    for row in rows:
        kind = _kind(row)
        if not kind or taken.get(kind, 0) >= MOST:
            continue
        try:
            readings = _readings(row["kana"])
        except ValueError:
            continue
        taken[kind] = taken.get(kind, 0) + 1
        samples, rate = soundfile.read(shared / "speech" / "audio" / row["file"], dtype="float32")
        yield Clip(kind, row["file"], samples if rate == 8000 else _at(samples, rate), readings, rate == 8000)
    held_out = [line for line in (shared / "data" / "phrases.txt").read_text("utf-8").split("\n") if line]
    held_out = [line for line in held_out if not for_training(line) and len(line) < 45]
    for text in Random(1).sample(held_out, SYNTHETIC):
        samples, rate = pyopenjtalk.tts(text)
        said = tuple(canonical(one) for one in str(pyopenjtalk.g2p(text)).split() if one != "pau")
        yield Clip("synthesis: OpenJTalk", text, _at((samples / 32768).astype(np.float32), rate), (said,), False)


def telephone(clip: Clip, seed: int = 1) -> Samples:
    """The clip as it arrives over a telephone, brought up to 16 kHz."""
    line = clip.samples if clip.true_line else soxr.resample(clip.samples, INNER_RATE_HZ, 8000)
    loudness = np.sqrt(np.mean(line**2))
    line = np.pad(line, AROUND)
    if not clip.true_line:
        spectrum = np.fft.rfft(line)
        hz = np.fft.rfftfreq(line.size, 1 / 8000)
        line = np.fft.irfft(np.where((hz > 300) & (hz < 3400), spectrum, 0), line.size)
        pink = np.fft.rfft(np.random.default_rng(seed).standard_normal(line.size)) / np.sqrt(np.maximum(hz, 30.0))
        noise = np.fft.irfft(pink, line.size)
        line = line + noise * (loudness / np.sqrt(np.mean(noise**2))) * 10 ** (-SNR_DB / 20)
    line = line * (0.5 / max(1e-6, float(np.abs(line).max())))
    pcm = (line * 32767).astype("<i2").tobytes()
    coded = np.frombuffer(g711.ulaw_decode(g711.ulaw_encode(pcm)), "<i2").astype(np.float32) / 32768
    return soxr.resample(coded, 8000, INNER_RATE_HZ)  # type: ignore[no-any-return]


def ears() -> dict[str, Ear]:
    acoustics = Acoustics()

    def hear(samples: Samples, band_hz: int) -> npt.NDArray[np.float32]:
        pcm = (np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes()
        return acoustics.posteriors(Sound(pcm, INNER_RATE_HZ), band_hz)

    return {
        "wide-band model": lambda samples: hear(samples, 16_000),
        "noise fill": lambda samples: hear(widen(samples), 16_000),
        "narrow-band ear": lambda samples: hear(samples, 8_000),
    }


def measure(shared: Path) -> dict[str, object]:
    heard: dict[tuple[str, float, str, bool, bool], list[int]] = {}
    counts: dict[str, list[int]] = {}
    front_ends = ears()
    for clip in clips(shared):
        counts.setdefault(clip.kind, [0, 0])[0 if clip.tuning else 1] += 1
        line = telephone(clip)
        rows = {name: ear(line) for name, ear in front_ends.items()}
        if not clip.true_line:
            rows["wide-band model, clean wide band"] = front_ends["wide-band model"](clip.samples)
        for name, posteriors in rows.items():
            for bonus in BONUSES:
                said = tuple(canonical(one) for one in free_phonemes(posteriors, bonus))
                for merged in (False, True):
                    wrong, of = _error(said, clip.readings, merged)
                    cell = heard.setdefault((name, bonus, clip.kind, clip.tuning, merged), [0, 0])
                    cell[0], cell[1] = cell[0] + wrong, cell[1] + of
    names = sorted({name for name, *_ in heard})
    summaries = {name: _summary(name, heard, list(counts)) for name in names}
    return {"clips: tuned on, reported on": counts, "ears": summaries}


def _summary(
    name: str, heard: dict[tuple[str, float, str, bool, bool], list[int]], kinds: list[str]
) -> dict[str, object]:
    def rate(bonus: float, kind: str, tuning: bool, merged: bool) -> float | None:
        wrong, of = heard.get((name, bonus, kind, tuning, merged), (0, 0))
        return round(wrong / of, 3) if of else None

    def tuned(bonus: float) -> float:
        rates = [rate(bonus, kind, True, False) for kind in kinds if kind.startswith("people")]
        return float(np.mean([one for one in rates if one is not None]))

    best = min(BONUSES, key=tuned)
    return {
        "bonus": best,
        "phoneme error": {
            kind: {
                "tuned on": rate(best, kind, True, False),
                "reported": rate(best, kind, False, False),
                "reported, merged": rate(best, kind, False, True),
            }
            for kind in kinds
        },
        "people, mean of kinds, tuned on, by bonus": {str(bonus): round(tuned(bonus), 3) for bonus in BONUSES},
    }


def _error(said: tuple[str, ...], readings: tuple[tuple[str, ...], ...], merged: bool) -> tuple[int, int]:
    """(wrong, of) against the reading that fits best."""
    if merged:
        said, readings = _merged(said), tuple(_merged(reading) for reading in readings)
    return min(((Levenshtein.distance(said, reading), len(reading)) for reading in readings), key=lambda one: one[0])


def _merged(said: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(one for one, _ in groupby(said))


def _readings(kana: str) -> tuple[tuple[str, ...], ...]:
    whole: list[tuple[str, ...]] = [()]
    for piece in "".join(one if "ァ" <= one <= "ー" else " " for one in kana).split():
        whole = [before + said for before in whole for said, _ in pronunciations(piece)][:64]
    if not whole[0]:
        raise ValueError(kana)
    return tuple(tuple(canonical(one) for one in reading) for reading in whole)


def _kind(row: dict[str, str]) -> str:
    if row["source"] == "asterisk-core-ja":
        return "people: prompts, true 8 kHz"
    if row["source"] == "tofugu-wanikani":
        return {"M": "people: words, man", "F": "people: words, woman"}.get(row["sex"], "")
    return "people: sentences"


def _at(samples: Samples, rate: int) -> Samples:
    return soxr.resample(samples, rate, INNER_RATE_HZ) if rate != INNER_RATE_HZ else samples


def _half(name: str) -> int:
    return hashlib.blake2b(name.encode(), digest_size=2).digest()[0] % 2


if __name__ == "__main__":
    result = measure(Path(os.environ["DENWABAN_SHARED"]))
    text = json.dumps(result, ensure_ascii=False, indent=1)
    (Path(__file__).parent / "acoustic.json").write_text(text + "\n", encoding="utf-8")
    print(text)
