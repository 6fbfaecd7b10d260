"""How far the manner of speech is measured rightly over a telephone: pace against the text, and sex where it is known.

`python -m tests.bench.manner` prints one JSON object and keeps it in `manner.json`: the pace of the built-in voice at
several speeds, whether a raised voice is told from the same voice at rest, and, with DENWABAN_SHARED set, what the
pitch of recordings of people whose sex is stated says about it. No recording of raised voices is at hand: the score
itself is not validated on people.
"""

from __future__ import annotations

import csv
import json
import os
from collections import Counter, defaultdict
from pathlib import Path

import numpy as np
import soundfile

from nlu.expected import Ask
from nlu.kana import morae
from tests.bench.endpoint import line
from voice.audio import INNER_RATE_HZ, Sound
from voice.ear import Ear, UtteranceEnded
from voice.engines.openjtalk import OpenJTalk
from voice.manner import MANY, Manner, likely_sex, measure, raised
from voice.resample import convert

SAID = {
    "オセワニナッテオリマス": "お世話になっております。",
    "アシタノサンジニウカガイマスノデ": "明日の三時に伺いますので。",
    "ミツモリノケンデカクニンシタイコトガアリマス": "見積もりの件で確認したいことがあります。",
    "ドウシテレンラクガナイノカセツメイシテクダサイ": "どうして連絡がないのか、説明してください。",
}
EACH = 25
"""Recordings of one speaker at most."""


def heard(sound: Sound, seed: int, kana: str = "") -> Manner | None:
    """As a call measures it; None where nothing was heard."""
    ear, samples = Ear(8000), convert(sound, 8000).samples().astype(np.float64)
    for event in ear.push(line(Ask.PURPOSE, samples, seed).pcm):
        if isinstance(event, UtteranceEnded):
            return measure(event.sound, event.gain, len(morae(kana)), event.speech_seconds)
    return None


def pace() -> dict[str, object]:
    """The pace that was measured, as a share of the true one."""
    shares = []
    for speed in (0.85, 1.0, 1.25):
        for seed, (kana, text) in enumerate(SAID.items()):
            sound = OpenJTalk(-4.0, speed).speak(text)
            if manner := heard(sound, seed, kana):
                shares.append(manner.morae_per_second / (len(morae(kana)) / sound.seconds))
    low, middle, high = np.percentile(shares, (10, 50, 90))
    return {"n": len(shares), "share": {"p10": round(low, 2), "p50": round(middle, 2), "p90": round(high, 2)}}


def told_apart() -> dict[str, object]:
    """A voice at rest, and the same one louder, higher and quicker."""
    scores = defaultdict[str, list[float]](list)
    for half_tone in (-8.0, -6.0, -4.0):
        rest = [heard(OpenJTalk(half_tone).speak(text), seed, kana) for seed, (kana, text) in enumerate(SAID.items())]
        before = [manner for manner in rest if manner]
        for seed, (kana, text) in enumerate(SAID.items()):
            loud = OpenJTalk(half_tone + 3.0, 1.25).speak(text).samples().astype(np.float64) * 1.9
            strained = Sound(np.clip(loud, -32768, 32767).astype("<i2").tobytes(), INNER_RATE_HZ)
            for kind, manner in (("raised", heard(strained, seed, kana)), ("calm", rest[seed])):
                others = [each for each in before if each is not manner]
                if manner and (score := raised(manner, others)) is not None:
                    scores[kind].append(score)
    return {
        kind: {"n": len(of), "called_raised": sum(score >= MANY for score in of), "p50": round(float(np.median(of)), 2)}
        for kind, of in scores.items()
    }


def sexes(folder: Path) -> dict[str, object]:
    """By speaker whose sex is stated: how often each answer was given, from one recording and from all."""
    taken, manners = Counter[str](), defaultdict[str, list[Manner]](list)
    with (folder / "transcripts.tsv").open(encoding="utf-8", newline="") as file:
        for number, row in enumerate(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)):
            name = f"{row['source']}, {row['speaker']}, {row['sex']}"
            if row["sex"][:1] not in ("M", "F") or taken[name] >= EACH:
                continue
            taken[name] += 1
            samples, rate = soundfile.read(folder / "audio" / row["file"], dtype="int16", always_2d=True)
            if manner := heard(Sound(samples[:, 0].astype("<i2").tobytes(), rate), number):
                manners[name].append(manner)
    return {
        name: {
            "n": len(said),
            "each": dict(Counter(likely_sex([one]) or "not told" for one in said)),
            "all": likely_sex(said) or "not told",
        }
        for name, said in manners.items()
    }


if __name__ == "__main__":
    figures: dict[str, object] = {"pace": pace(), "raised": told_apart()}
    if shared := os.environ.get("DENWABAN_SHARED", ""):
        figures["sex"] = sexes(Path(shared) / "speech")
    told = json.dumps(figures, ensure_ascii=False, indent=1)
    Path(__file__).with_suffix(".json").write_text(told + "\n", "utf-8")
    print(told)
