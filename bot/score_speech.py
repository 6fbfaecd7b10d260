"""`denwaban score-speech`: how well both ears hear a folder of recordings, as they are or as a telephone carries them.

The folder holds `audio/` and a `transcripts.tsv` with a line of names (file, source, text, kana; more is ignored). Each
recording gets a quarter of a second of silence on either side, then noise (over the samples in which somebody speaks,
before the band filter), the band of a telephone, and G.711; without a codec it is heard in the band it has. Pure but
for reading the folder: a fixed seed gives every recording its noise.
"""

from __future__ import annotations

import csv
import json
import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Literal, NamedTuple, cast, get_args
from zlib import crc32

import numpy as np
import numpy.typing as npt
import soundfile
from rapidfuzz.distance import Levenshtein
from rich.console import Console
from rich.table import Table

from nlu.kana import to_katakana
from voice.audio import INNER_RATE_HZ, Sound
from voice.engines.decode import biased, free_loop
from voice.engines.dictation import Spoken
from voice.engines.free import drawn_out, morae_of, plain_phonemes, sounds_of
from voice.engines.inline import Engines
from voice.engines.openjtalk import OpenJTalk
from voice.g711 import alaw_decode, alaw_encode, ulaw_decode, ulaw_encode
from voice.resample import convert

LINE_RATE_HZ = 8_000
BAND_HZ = (300.0, 3400.0)
EDGE_HZ = 60.0
"""Over which the filter falls at either end of the band."""
AROUND_SECONDS = 0.25
SPEAKING_DB = 25.0
"""20 ms frames this far below the loudest one, and no further, are speech."""
FREE_BONUS = (1.0, 2.5)
"""Of the free loop in a wide band and in a telephone's (measured: voice/engines/data/CARD.md)."""
SEED = 3
CROWD = (
    "昨日の会議の資料を送っておきましたので、確認をお願いします。",
    "駅前の店で昼を食べてから、三時ごろに戻ります。",
    "在庫はまだありますけれども、今月の分は少し遅れるそうです。",
    "それでは来週の水曜日にもう一度、こちらからお電話いたします。",
)
"""What the people say of whose voices babble is made."""

Samples = npt.NDArray[np.float64]
Codec = Literal["none", "pcmu", "pcma"]
Noise = Literal["pink", "babble", "white"]


class FolderError(Exception):
    """The folder cannot be scored; the message says why."""


class Condition(NamedTuple):
    """What the recordings go through."""

    codec: Codec = "none"
    snr_db: float | None = None
    """None = no noise is added."""
    noise: Noise = "pink"


class Row(NamedTuple):
    """One recording."""

    path: Path
    source: str
    text: str
    kana: str


@dataclass(slots=True)
class Tally:
    """Errors and what they are counted against."""

    n: int = 0
    seconds: float = 0.0
    errors: dict[str, list[int]] = field(default_factory=lambda: defaultdict(lambda: [0, 0]))
    """Kind → [wrong, of]."""

    def add(self, kind: str, said: str | list[str], wanted: str | list[str]) -> None:
        cell = self.errors[kind]
        cell[0] += Levenshtein.distance(said, wanted)
        cell[1] += len(wanted)

    def figures(self) -> dict[str, float | int | None]:
        rates = {kind: round(self.errors[kind][0] / self.errors[kind][1], 4) if kind in self.errors else None
                 for kind in ("phoneme_error", "kana_error", "character_error")}  # fmt: skip
        return {"n": self.n, "seconds": round(self.seconds, 1), **rates}


Ears = Callable[[Sound, int], tuple[tuple[str, ...], str | None]]
"""A sound at 16 kHz and the rate of its line → the phonemes heard, and the text written (None = not asked for)."""


def rows_of(folder: Path) -> list[Row]:
    """Raises FolderError."""
    table = folder / "transcripts.tsv"
    if not table.is_file():
        raise FolderError(
            f"{folder} has no transcripts.tsv: it needs one, tab-separated, with file, source, text, kana"
        )
    try:
        lines = table.read_text(encoding="utf-8").split("\n")
    except UnicodeDecodeError as error:
        raise FolderError(f"{table} is not UTF-8 (byte {error.start}): save it with that encoding") from None
    read = list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))
    if missing := {"file", "text", "kana"} - set(read[0] if read else ()):
        raise FolderError(f"{table} lacks the columns {', '.join(sorted(missing))}")
    for number, one in enumerate(read, 2):
        if one["kana"] is None or one["text"] is None:
            raise FolderError(f"{table}, line {number}: it lacks columns; separate them by tabs")
    rows = [Row(folder / "audio" / one["file"], one.get("source") or "", one["text"], one["kana"]) for one in read]
    if absent := [row.path.name for row in rows if not row.path.is_file()]:
        raise FolderError(f"{folder / 'audio'} lacks {len(absent)} of {len(rows)} recordings, as {absent[0]}")
    return rows


def score(rows: list[Row], condition: Condition, ears: Ears) -> Iterator[dict[str, Tally]]:
    """After each recording: the tallies so far, by source and under "" in all."""
    tallies: dict[str, Tally] = defaultdict(Tally)
    for row in rows:
        sound, band_hz = carried(recording(row.path), condition, row.path.name)
        phonemes, text = ears(sound, band_hz)
        kana = reading(row.kana)
        for name in ("", row.source):
            tally = tallies[name]
            tally.n += 1
            tally.seconds += len(sound.pcm) / 2 / INNER_RATE_HZ - 2 * AROUND_SECONDS
            if kana:
                tally.add("phoneme_error", list(plain_phonemes(phonemes)), list(plain_phonemes(sounds_of(kana))))
                tally.add("kana_error", morae_of(phonemes), morae_of(sounds_of(kana)))
            if text is not None:
                tally.add("character_error", plain(text), plain(row.text))
        yield tallies


def scored(
    folder: Path, wanted: tuple[str, float | None, str], dictation: bool, progress: Console | None
) -> dict[str, Tally]:
    """The tallies of a folder, by source and under "" in all; `wanted` is codec, SNR and noise. Raises FolderError."""
    codec, snr_db, noise = wanted
    if codec not in get_args(Codec) or noise not in get_args(Noise):
        known = f"codecs: {', '.join(get_args(Codec))}; noises: {', '.join(get_args(Noise))}"
        raise FolderError(f"There is no {codec} with {noise} noise. {known}")
    condition = Condition(cast(Codec, codec), snr_db, cast(Noise, noise))
    rows, tallies = rows_of(folder), dict[str, Tally]()
    for done, tallies in enumerate(score(rows, condition, own_ears(dictation)), 1):  # noqa: B007 - the last one counts
        if progress and done % 20 == 0:
            progress.print(f"{done}/{len(rows)}", end="\r")
    return tallies


def own_ears(dictation: bool) -> Ears:
    """The product's ears: the free loop of phonemes, and the dictation engine that `auto` chooses."""
    engines = Engines()

    def hear(sound: Sound, band_hz: int) -> tuple[tuple[str, ...], str | None]:
        posteriors = engines.acoustics.posteriors(sound, band_hz)
        bonus = FREE_BONUS[band_hz < INNER_RATE_HZ]
        phonemes = drawn_out(free_loop(biased(posteriors, bonus)).phonemes, len(posteriors))
        if not dictation:
            return phonemes, None
        return phonemes, engines.dictation.transcribe(Spoken(sound, band_hz, posteriors)).text

    return hear


def json_text(tallies: dict[str, Tally]) -> str:
    """One object, as `--json` prints it."""
    return json.dumps(as_json(tallies), ensure_ascii=False, indent=1)


def show(tallies: dict[str, Tally], console: Console) -> None:
    """A line for each source, and one for all."""
    table = Table(box=None, header_style="bold")
    for name in ("source", "n", "seconds", "phoneme", "kana", "character"):
        table.add_column(name, justify="left" if name == "source" else "right")
    for name, tally in sorted(tallies.items(), key=lambda item: (not item[0], item[0])):
        figures = tally.figures()
        rates = (figures[f"{kind}_error"] for kind in ("phoneme", "kana", "character"))
        shown = ("–" if rate is None else f"{rate:.3f}" for rate in rates)
        table.add_row(name or "all", str(figures["n"]), f"{figures['seconds']:.0f}", *shown)
    console.print(table)


def as_json(tallies: dict[str, Tally]) -> dict[str, object]:
    """The object that `--json` prints."""
    sources = {name: tally.figures() for name, tally in sorted(tallies.items()) if name}
    return {"all": tallies.get("", Tally()).figures(), "sources": sources}


def reading(kana: str) -> str:
    """The katakana of a reading alone; "" where it holds what has no sound of its own, as Latin letters."""
    bare = re.sub(r"[\s、。・,.!?！？「」]", "", to_katakana(kana))
    try:
        return bare if sounds_of(bare) else ""
    except ValueError:
        return ""


def plain(text: str) -> str:
    """As character errors are counted: NFKC, no marks, no blanks, small letters."""
    kept = (one for one in unicodedata.normalize("NFKC", text) if unicodedata.category(one)[0] in "LNM" or one == "ー")
    return "".join(kept).lower()


def carried(sound: Sound, condition: Condition, key: str) -> tuple[Sound, int]:
    """The recording as the ear gets it, at 16 kHz, and the rate of its line. `key` draws the noise."""
    telephone = condition.codec != "none"
    rate = LINE_RATE_HZ if telephone else min(INNER_RATE_HZ, sound.rate_hz)
    samples = convert(sound, rate).samples().astype(np.float64) / 32768
    speech = _speech_level(samples, rate)
    samples = np.pad(samples, int(AROUND_SECONDS * rate))
    if condition.snr_db is not None:
        noise = _noise(condition.noise, len(samples), rate, crc32(key.encode()))
        samples += noise * speech * 10 ** (-condition.snr_db / 20) / max(1e-9, float(np.sqrt(np.mean(noise**2))))
    if telephone:
        samples = banded(samples)
    samples /= max(1.0, float(np.abs(samples).max()))
    pcm = np.clip(np.rint(samples * 32767), -32768, 32767).astype("<i2").tobytes()
    if telephone:
        pcm = ulaw_decode(ulaw_encode(pcm)) if condition.codec == "pcmu" else alaw_decode(alaw_encode(pcm))
    return convert(Sound(pcm, rate), INNER_RATE_HZ), LINE_RATE_HZ if rate < INNER_RATE_HZ else INNER_RATE_HZ


def banded(samples: Samples) -> Samples:
    """What a telephone carries (ITU-T G.712) of sound at 8 kHz."""
    hz = np.fft.rfftfreq(len(samples), 1 / LINE_RATE_HZ)
    gain = np.clip((hz - BAND_HZ[0]) / EDGE_HZ + 1, 0, 1) * np.clip((BAND_HZ[1] - hz) / EDGE_HZ + 1, 0, 1)
    made: Samples = np.fft.irfft(np.fft.rfft(samples) * gain, len(samples))
    return made


def _speech_level(samples: Samples, rate: int) -> float:
    size = rate // 50
    power = np.mean(samples[: len(samples) // size * size].reshape(-1, size) ** 2, axis=1)
    active = power[power > power.max(initial=0.0) * 10 ** (-SPEAKING_DB / 10)]
    return float(np.sqrt(active.mean())) if len(active) else 0.0


def _noise(kind: Noise, size: int, rate: int, key: int) -> Samples:
    chance = np.random.default_rng((SEED, key))
    if kind == "babble":
        crowd: Samples = np.zeros(size)
        for one in _crowd(rate):
            crowd += np.resize(np.roll(one, -int(chance.integers(len(one)))), size)
        return crowd
    spectrum = np.fft.rfft(chance.standard_normal(size))
    if kind == "pink":
        spectrum /= np.sqrt(np.maximum(np.fft.rfftfreq(size, 1 / rate), 50.0))
    coloured: Samples = np.fft.irfft(spectrum, size)
    return coloured


@cache
def _crowd(rate: int) -> tuple[Samples, ...]:
    voices = ((-6.0, 0.9), (3.0, 1.1), (-2.0, 1.2), (0.0, 1.0))
    said = [OpenJTalk(*voice).speak(text) for voice, text in zip(voices, CROWD, strict=True)]
    return tuple(convert(sound, rate).samples().astype(np.float64) for sound in said)


def recording(path: Path) -> Sound:
    """A recording, its channels as one. Raises FolderError."""
    try:
        samples, rate = soundfile.read(path, dtype="int16", always_2d=True)
    except soundfile.LibsndfileError as error:
        raise FolderError(f"{path} cannot be read: {error}") from error
    return Sound(samples.mean(axis=1).astype("<i2").tobytes(), rate)
