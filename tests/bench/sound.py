"""Figures of the sound on bad lines: buttons that speech presses, loss that is heard, echoes that count as callers and
callers who count as echoes.

`python -m tests.bench sound` prints one JSON object and keeps it in `sound.json`, in a minute or two; nothing in it is
timed but `core_share`, which is processor time. With DENWABAN_SHARED set, people's recordings in its speech/audio are
listened to for push buttons as well.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from random import Random

import numpy as np
import numpy.typing as npt
import soundfile

from voice.audio import Sound
from voice.conceal import Concealer
from voice.ear import Ear
from voice.engines.openjtalk import OpenJTalk
from voice.g711 import ulaw_decode, ulaw_encode
from voice.quality import mos
from voice.resample import convert
from voice.tones import KeyEnded, Tones

Samples = npt.NDArray[np.float64]
OURS = "お電話ありがとうございます。スマイル精工でございます。恐れ入りますが、お名前とお電話番号を伺えますでしょうか。"
BREAKS_IN = "すみません、急いでいるんですが、営業の栗本さんをお願いできますか。"
THEIRS = (
    "株式会社スマイル企画の江川と申しますが、営業の栗本様はいらっしゃいますでしょうか。",
    "電話番号は、ゼロサンの、イチニサンヨンの、ゴーロクナナハチです。",
    "ニーサンニーニー、キューイチ、ヨンナナ、うううう、おおおお、いいえ。",
)


def on_the_line(sound: Sound) -> bytes:
    """8 kHz mu-law and back."""
    return ulaw_decode(ulaw_encode(convert(sound, 8000).pcm))


@cache
def theirs() -> bytes:
    return b"".join(on_the_line(OpenJTalk(voice).speak(words)) for words in THEIRS for voice in (-4, 0, 4))


def frames(pcm: bytes) -> Iterator[bytes]:
    return (pcm[at : at + 320] for at in range(0, len(pcm) - 319, 320))


def talk_off(sounds: Iterator[bytes]) -> dict[str, float]:
    """Tones that were found where there are none."""
    seconds, false, began = 0.0, 0, time.process_time()
    for pcm in sounds:
        tones = Tones(8000)
        false += sum(not isinstance(event, KeyEnded) for frame in frames(pcm) for event in tones.push(frame))
        seconds += len(pcm) / 16_000
    spent = time.process_time() - began
    return {"hours": round(seconds / 3600, 3), "false_tones": false, "core_share": round(spent / max(seconds, 1), 4)}


def people(folder: Path) -> Iterator[bytes]:
    for path in sorted(folder.glob("*.flac")):
        samples, rate_hz = soundfile.read(path, dtype="int16", always_2d=True)
        yield on_the_line(Sound(samples[:, 0].astype("<i2").tobytes(), rate_hz))


def spectral_error(loss: float, burst: int, how: str) -> float:
    """Decibels by which the spectra of lost frames are off."""
    chance, concealer, left, off = Random(1), Concealer(8000), 0, []
    whole, made = b"".join(frames(theirs())), []
    gone: list[bool] = []
    for frame in frames(whole):
        left = left - 1 if left else (burst - 1 if chance.random() < loss / burst else -1)
        gone.append(left >= 0)
        left = max(left, 0)
        made.append((concealer.lost() if how == "concealed" else bytes(320)) if gone[-1] else concealer.came(frame))
    before, after = (np.frombuffer(pcm, "<i2").astype(np.float64) for pcm in (whole, b"".join(made)))
    for number, lost in enumerate(gone[3:-3], 3):
        stretch = slice(number * 160 - 40, number * 160 + 200)
        if lost and np.sqrt(np.mean(before[stretch] ** 2)) > 300:
            off.append(np.sqrt(np.mean((_spectrum(before[stretch]) - _spectrum(after[stretch])) ** 2)))
    return round(float(np.mean(off)), 2)


def _spectrum(samples: Samples) -> Samples:
    power = np.abs(np.fft.rfft(samples * np.hanning(len(samples)))) ** 2 + 1e4
    smooth: Samples = 10 * np.log10(np.convolve(power, np.ones(5) / 5, "same"))
    return smooth


@cache
def ours() -> bytes:
    return convert(OpenJTalk().speak(OURS), 8000).pcm


@cache
def breaking_in() -> Samples:
    """Somebody who begins to speak a second after us, about as loud as we are."""
    pcm = convert(OpenJTalk(half_tone=-4).speak(BREAKS_IN), 8000).pcm
    return np.concatenate((np.zeros(8000), np.frombuffer(pcm, "<i2").astype(np.float64)))


def echo_events(decibel: float, delay: float, room: float, seconds: float = 6.0, also: bool = False) -> list[str]:
    """What the ear tells while we speak and our own echo comes back: nothing else, or `also` a caller who breaks in."""
    said = ours()[: int(seconds * 16_000)]
    chance = np.random.default_rng(0)
    path = np.concatenate(([1.0], room * chance.normal(0, 1, 399) * np.exp(-np.arange(399) / 80)))
    wave = np.convolve(np.frombuffer(said, "<i2").astype(np.float64), path / np.sqrt(np.sum(path**2)))
    back = np.concatenate((np.zeros(int(8000 * delay)), wave * 10 ** (decibel / 20), np.zeros(8000)))
    if also:
        size = min(len(back), len(breaking_in()))
        back[:size] += breaking_in()[:size]
    noisy = np.clip(np.rint(back + chance.normal(0, 10, len(back))), -32768, 32767).astype("<i2").tobytes()
    ear, line = Ear(8000), ulaw_decode(ulaw_encode(noisy))
    told = [event for _ in range(50) for event in ear.push(bytes(320))]
    for at in range(0, len(line), 320):
        ear.playing(said[at : at + 320] or None)
        told += ear.push(line[at : at + 320])
    return [type(event).__name__ for event in told]


def figures() -> dict[str, object]:
    ways = [(db, delay, room) for db in (-20, -13, -6) for delay in (0.05, 0.15, 0.3, 0.4) for room in (0.0, 0.15)]
    counted = {
        "echoes": len(ways),
        "echoes_taken_for_the_caller": sum("SpeechBegan" in echo_events(*way, seconds=3.0) for way in ways),
        "callers_taken_for_the_echo": sum(
            "SpeechBegan" not in echo_events(*way, seconds=3.0, also=True) for way in ways
        ),
        "tones_synthetic_speech": talk_off(iter([theirs()])),
        "loss": {
            f"{loss:.0%} in runs of {burst}": {how: spectral_error(loss, burst, how) for how in ("silent", "concealed")}
            for loss, burst in ((0.05, 1), (0.1, 1), (0.1, 2), (0.1, 4))
        },
        "mos": {
            f"{loss:.0%} loss, {jitter} ms jitter": round(mos(loss, jitter), 2)
            for loss, jitter in ((0, 0), (0.03, 20), (0.1, 60))
        },
    }
    shared = os.environ.get("DENWABAN_SHARED", "")
    if shared:
        counted["tones_people"] = talk_off(people(Path(shared) / "speech" / "audio"))
    return counted


if __name__ == "__main__":
    told = json.dumps(figures(), ensure_ascii=False, indent=1)
    Path(__file__).with_suffix(".json").write_text(told + "\n", "utf-8")
    print(told)
