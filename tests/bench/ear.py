"""How well the ear hears: every grammar over telephone lines of many kinds, free sentences, and people.

Run `python -m tests.bench.ear [--cases N] [--only GROUP …] [OUT.json]`. Synthetic callers (OpenJTalk, voices drawn
anew) say what `_cases` draws; nothing is tuned on these cases. With DENWABAN_SHARED set, a recorded person's digits and
free sentences that were not trained on are heard too (all recordings: `denwaban score-speech`). Prints one JSON object.
"""

from __future__ import annotations

import argparse
import json
import os
import random
from collections import defaultdict
from pathlib import Path
from time import process_time
from typing import Any

import soundfile
from rapidfuzz.distance import Levenshtein

from bot.score_speech import Codec, Noise, plain
from nlu.kana import to_katakana
from tests.bench._cases import LABELS, Case, cases, grammars, kinds_of, over
from tests.telephone import caller, padded
from voice.audio import INNER_RATE_HZ, Sound
from voice.engines import DICTATION, Transcript
from voice.engines.dictation import Spoken
from voice.engines.inline import Engines
from voice.engines.openjtalk import OpenJTalk
from voice.engines.train.texts import for_training
from voice.resample import convert

VOICES = ((0.0, 1.0), (-3.0, 1.1), (2.0, 0.9), (-5.0, 1.0))
"""(semitones, pace) of OpenJTalk's voice."""
CASES, SEED = 24, 20
CONDITIONS: dict[str, tuple[tuple[Codec, float | None, Noise], float]] = {
    "16 kHz, clean": (("none", None, "pink"), 0.0),
    "mu, clean": (("pcmu", None, "pink"), 0.0),
    "mu, pink 20 dB": (("pcmu", 20.0, "pink"), 0.0),
    "mu, pink 15 dB": (("pcmu", 15.0, "pink"), 0.0),
    "mu, babble 20 dB": (("pcmu", 20.0, "babble"), 0.0),
    "mu, babble 15 dB": (("pcmu", 15.0, "babble"), 0.0),
    "A, pink 20 dB": (("pcma", 20.0, "pink"), 0.0),
    "mu, pink 20 dB, 2 % lost": (("pcmu", 20.0, "pink"), 0.02),
}
"""Codec, SNR and noise, then the share of packets lost."""


def value(transcript: Transcript, label: str) -> str:
    return "".join(word.text for word in transcript.words if word.label == label)


def same(one: str, two: str) -> bool:
    table = str.maketrans("ヅヂ", "ズジ")
    return to_katakana(one).translate(table) == to_katakana(two).translate(table)


class Tally:
    """Counts of one group over one line."""

    def __init__(self) -> None:
        self.right: list[bool] = []
        self.among: list[bool] = []
        self.covered: list[bool] = []
        self.sure: list[float] = []
        self.busy = self.seconds = 0.0

    def summary(self) -> dict[str, object]:
        cases = len(self.right)
        sure = {
            name: [one for one, right in zip(self.sure, self.right, strict=True) if right == wanted]
            for name, wanted in (("right", True), ("wrong", False))
        }
        return {
            "cases": cases,
            "exact": round(sum(self.right) / cases, 3),
            "exact_or_alternative": round(sum(self.among) / cases, 3),
            "covered": round(sum(self.covered) / cases, 3),
            "confidence": {name: round(sum(all_) / len(all_), 3) for name, all_ in sure.items() if all_},
            "cpu_seconds_per_second": round(self.busy / self.seconds, 4),
        }


def judged(case: Case, transcript: Transcript, kinds: dict[str, set[str]]) -> tuple[bool, bool]:
    """(right, right or among the alternatives)"""
    found = value(transcript, LABELS[case.group])
    if case.group == "answer":
        others = (transcript.text, *transcript.alternatives)
        return case.expected in kinds.get(found, ()), any(case.expected in kinds.get(text, ()) for text in others)
    right = same(found, case.expected)
    return right, right or any(case.expected in other for other in transcript.alternatives)


def synthetic(engines: Engines, count: int, only: list[str]) -> dict[str, Any]:
    """Every group by line, and how talk that no grammar covers is told from what they cover."""
    wanted, kinds = grammars(), kinds_of()
    tallies: dict[tuple[str, str], Tally] = defaultdict(Tally)
    refused: dict[str, tuple[list[float], list[float]]] = defaultdict(lambda: ([], []))
    for case in cases(count, SEED):
        if only and case.group not in (*only, "other"):
            continue
        for name, (condition, loss) in CONDITIONS.items():
            sound, band_hz = over(case, condition, loss)
            started = process_time()
            posteriors = engines.acoustics.posteriors(sound, band_hz)
            groups = [group for group in wanted if not only or group in only] if case.group == "other" else [case.group]
            heard = engines.ear.transcribe(posteriors, [wanted[group] for group in groups])
            for group, transcript in zip(groups, heard, strict=True):
                refused[group][case.group != "other"].append(transcript.confidence)
            if case.group == "other":
                continue
            tally = tallies[case.group, name]
            tally.busy += process_time() - started
            tally.seconds += len(sound.pcm) / 2 / INNER_RATE_HZ
            right, among = judged(case, heard[0], kinds)
            tally.right.append(right)
            tally.among.append(among)
            tally.covered.append(heard[0].covered)
            tally.sure.append(heard[0].confidence)
    told = {f"{group}, {name}": tally.summary() for (group, name), tally in sorted(tallies.items())}
    return {"grammars": told, "rejection": {group: rejection(*both) for group, both in refused.items()}}


def rejection(other: list[float], ours: list[float]) -> dict[str, float]:
    """How well confidence tells the two apart; false accepts where one in twenty of ours is refused."""
    pairs = [(one > two) + 0.5 * (one == two) for one in ours for two in other]
    least = sorted(ours)[len(ours) // 20]
    accepted = sum(one >= least for one in other) / len(other)
    return {"area": round(sum(pairs) / len(pairs), 3), "false_accepts_at_5_percent_rejects": round(accepted, 3)}


def sentences(shared: Path) -> list[str]:
    found = [line for line in (shared / "data" / "phrases.txt").read_text(encoding="utf-8").splitlines() if line]
    for name in ("openings", "questions", "answers"):
        rows = (shared / "data" / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
        found += [json.loads(row)["text"] for row in rows]
    return sorted({text for text in found if not for_training(text) and 5 <= len(text) <= 40})


def free(engines: Engines, shared: Path) -> dict[str, object]:
    """Character error of dictation on sentences held out of training."""
    chance = random.Random(7)
    errors = symbols = 0
    for seed, text in enumerate(chance.sample(sentences(shared), 60)):
        half, pace = VOICES[seed % len(VOICES)]
        sound = caller(text, seed, OpenJTalk(half, pace))
        spoken = Spoken(sound, 8_000, engines.acoustics.posteriors(sound, 8_000))
        transcript = engines.dictation.transcribe(spoken)
        wanted = plain(text)
        errors, symbols = errors + Levenshtein.distance(wanted, plain(transcript.text)), symbols + len(wanted)
    return {"sentences": 60, "character_error": round(errors / symbols, 3)}


def recorded(engines: Engines, shared: Path) -> dict[str, object]:
    """A telephone prompt's recorded digits (a woman, true 8 kHz GSM), strung to numbers of ten with short gaps."""
    clips: dict[str, Sound] = {}
    for digit in "0123456789":
        path = shared / "speech" / "audio" / f"asterisk-core-ja-digits__{digit}.flac"
        if path.is_file():
            samples, rate = soundfile.read(path, dtype="int16")
            clips[digit] = Sound(samples.tobytes(), rate)
    if not clips:
        return {"digits available": ""}
    chance, wanted, right, errors = random.Random(11), grammars()["number"], 0, 0
    for _ in range(20):
        digits = "".join(chance.choice(sorted(clips)) for _ in range(10))
        pcm = b"".join(clips[digit].pcm + bytes(2 * 400 * (place in (1, 5))) for place, digit in enumerate(digits))
        sound = convert(padded(Sound(pcm, 8_000)), INNER_RATE_HZ)
        (transcript,) = engines.transcribe(sound, 8_000, [wanted])
        found = value(transcript, "digit")
        right, errors = right + (found == digits), errors + Levenshtein.distance(found, digits)
    told = {"cases": 20, "exact": right / 20, "digit_error": round(errors / 200, 3)}
    return {"digits available": "".join(sorted(clips)), **told}


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure the ear.")
    parser.add_argument("--cases", type=int, default=CASES, help="utterances of each group")
    parser.add_argument("--only", nargs="*", default=[], choices=sorted(LABELS), help="groups; all if none is named")
    parser.add_argument("out", nargs="?", type=Path)
    options = parser.parse_args()
    engines = Engines()
    result: dict[str, object] = {"synthetic": synthetic(engines, options.cases, options.only)}
    if shared := os.environ.get("DENWABAN_SHARED"):
        engines.prepare(DICTATION)
        result |= {"dictation, 8000 Hz": free(engines, Path(shared)), "people, digits": recorded(engines, Path(shared))}
    text = json.dumps(result, ensure_ascii=False, indent=2)
    print(text)
    if options.out:
        options.out.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
