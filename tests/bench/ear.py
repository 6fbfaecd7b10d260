"""How well the ear hears: every grammar over telephone lines of many kinds, what it refuses, and people.

Run `python -m tests.bench.ear [--cases N] [--only GROUP …] [--lines LINE …] [--missing] [--kept FOLDER] [OUT.json]`.
Synthetic callers (tests/voices.py: none that the ear was trained on, where the extra `bench` is installed) say what
`_said` draws; nothing is tuned on these cases. Each result goes into the file as soon as it stands, beside what that
holds of other groups and lines, with its n, its 95 % interval and how busy the machine was; a run that was broken off
goes on with `--missing`. With DENWABAN_SHARED set, a recorded person's digits and free sentences that were not
trained on are heard too (all recordings: `denwaban score-speech`).
"""

from __future__ import annotations

import argparse
import json
import os
import random
from collections import defaultdict
from pathlib import Path
from time import process_time
from typing import Any, NamedTuple

import soundfile
from rapidfuzz.distance import Levenshtein

from bot.score_speech import Codec, Condition, Noise, Row, carried, plain, recording, rows_of
from nlu.grammars.networks import alternatives, network
from nlu.grammars.spoken import cardinal, digit
from nlu.numbers import integer
from tests.bench._cases import ASKED, Case, cases, grammar, grammars, over
from tests.bench._judged import among, interval, mora_errors, right, value
from tests.telephone import caller, padded
from voice.audio import INNER_RATE_HZ, Sound
from voice.engines import DICTATION, Grammar, never
from voice.engines.decode import Floats, Search, best_path, biased, free_loop
from voice.engines.dictation import Spoken
from voice.engines.inline import Engines
from voice.engines.openjtalk import OpenJTalk
from voice.engines.phonetic import margin_of
from voice.engines.train.texts import for_training
from voice.resample import convert

VOICES = ((0.0, 1.0), (-3.0, 1.1), (2.0, 0.9), (-5.0, 1.0))
"""(semitones, pace) of OpenJTalk's voice."""
CASES, FEW, SEED = 200, 60, 20
"""Utterances of each group over the first line, and over each of the others."""
OUT = Path(__file__).with_suffix(".json")
LINES: dict[str, tuple[tuple[Codec, float | None, Noise], float]] = {
    "mu, pink 20 dB": (("pcmu", 20.0, "pink"), 0.0),
    "mu, clean": (("pcmu", None, "pink"), 0.0),
    "A, clean": (("pcma", None, "pink"), 0.0),
    "A, pink 20 dB": (("pcma", 20.0, "pink"), 0.0),
    "mu, pink 15 dB": (("pcmu", 15.0, "pink"), 0.0),
    "mu, babble 20 dB": (("pcmu", 20.0, "babble"), 0.0),
    "mu, babble 15 dB": (("pcmu", 15.0, "babble"), 0.0),
    "mu, pink 20 dB, 2 % lost": (("pcmu", 20.0, "pink"), 0.02),
    "16 kHz, clean": (("none", None, "pink"), 0.0),
    "16 kHz, pink 20 dB": (("none", 20.0, "pink"), 0.0),
    "16 kHz, pink 15 dB": (("none", 15.0, "pink"), 0.0),
    "16 kHz, babble 20 dB": (("none", 20.0, "babble"), 0.0),
    "16 kHz, babble 15 dB": (("none", 15.0, "babble"), 0.0),
    "16 kHz, 2 % lost": (("none", None, "pink"), 0.02),
}
"""Codec, SNR and noise, then the share of packets lost. The first is the line that the floors are for."""
PARTS = ("grammars", "refusal", "people")
FALSE_REJECTS = (0.01, 0.02, 0.05, 0.1)
SPEAKING = 0.5
"""Of a call the caller speaks, for calls a core."""


class Heard(NamedTuple):
    """One case over one line."""

    voice: str
    right: bool
    among: bool
    covered: bool
    confidence: float
    busy: float
    """CPU seconds of the models and the search."""
    seconds: float
    morae: tuple[int, int]
    """Wrong ones and those said; (0, 0) of what is no kana."""


def summary(heard: list[Heard]) -> dict[str, object]:
    """The figures of one group over one line."""
    hits = sum(one.right for one in heard)
    busy = sum(one.busy for one in heard) / sum(one.seconds for one in heard)
    voices = {
        name: {"n": len(mine), "exact": round(sum(mine) / len(mine), 3)}
        for name in sorted({one.voice for one in heard})
        if (mine := [one.right for one in heard if one.voice == name])
    }
    wrong, said = (sum(one.morae[place] for one in heard) for place in (0, 1))
    sure = [one.confidence for one in heard if one.right], [one.confidence for one in heard if not one.right]
    return {
        "n": len(heard),
        "exact": round(hits / len(heard), 3),
        "interval": interval(hits, len(heard)),
        "among_three": round(sum(one.among for one in heard) / len(heard), 3),
        **({"mora_error": round(wrong / said, 3)} if said else {}),
        "covered": round(sum(one.covered for one in heard) / len(heard), 3),
        "confidence_right_wrong": [round(sum(all_) / len(all_), 3) if all_ else None for all_ in sure],
        "cpu_seconds_per_second": round(busy, 4),
        "calls_per_core": round(1 / (SPEAKING * busy)),
        "load_average": round(os.getloadavg()[0], 1),
        "voices": voices,
    }


def listened(engines: Engines, case: Case, line: str, wanted: Grammar) -> Heard:
    """One case over one line, judged."""
    sound, band_hz = over(case, *LINES[line])
    engines.ear.prepare(wanted)
    started = process_time()
    (transcript,) = engines.ear.transcribe(engines.acoustics.posteriors(sound, band_hz), [wanted])
    busy = process_time() - started
    seconds = len(sound.pcm) / 2 / INNER_RATE_HZ
    hit = right(case, transcript)
    if not hit and os.environ.get("EAR_MISSES"):
        told = "".join(word.kana for word in transcript.words)
        print(
            f"{line}\t{case.group}\t{case.voice}\t{case.text}\t{case.expected}\t{transcript.text}\t{told}", flush=True
        )
    close, errors = among(case, transcript), mora_errors(case, transcript)
    return Heard(case.voice, hit, close, transcript.covered, transcript.confidence, busy, seconds, errors)


def margins(engines: Engines, posteriors: Floats, wanted: dict[str, Grammar]) -> dict[str, float]:
    """How well each grammar explains a sound."""
    search = Search()
    scores = biased(posteriors, search.bonus, search.doubled)
    loop, found = free_loop(scores), dict[str, float]()
    for group, asked in wanted.items():
        path = best_path(engines.ear.prepare(asked), scores, search, never)
        found[group] = margin_of(path, loop) if path is not None and path.complete else -9.0
    return found


def refused(engines: Engines, chosen: list[Case], wanted: dict[str, Grammar], line: str) -> dict[str, object]:
    """How well the margin tells what a grammar covers from talk that none covers, over one line."""
    ours: dict[str, list[float]] = defaultdict(list)
    others: dict[str, list[float]] = defaultdict(list)
    for case in chosen:
        posteriors = engines.acoustics.posteriors(*over(case, *LINES[line]))
        if case.group == "other":
            for group, margin in margins(engines, posteriors, wanted).items():
                others[group].append(margin)
        else:
            mine = {case.group: wanted[case.group]}
            ours[case.group].append(margins(engines, posteriors, mine)[case.group])
    return {group: roc(others[group], ours[group]) for group in ours if others[group]}


def roc(other: list[float], ours: list[float]) -> dict[str, object]:
    """Points of the curve: what is accepted falsely where so many of ours are refused; and at the threshold in use."""
    pairs = [(one > two) + 0.5 * (one == two) for one in ours for two in other]
    points = {}
    for share in FALSE_REJECTS:
        least = sorted(ours)[int(share * len(ours))]
        points[f"false accepts at {share:.0%} false rejects"] = round(
            sum(one >= least for one in other) / len(other), 3
        )
    return {"n": [len(ours), len(other)], "area": round(sum(pairs) / len(pairs), 4), **points}


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
    for figure in "0123456789":
        path = shared / "speech" / "audio" / f"asterisk-core-ja-digits__{figure}.flac"
        if path.is_file():
            samples, rate = soundfile.read(path, dtype="int16")
            clips[figure] = Sound(samples.tobytes(), rate)
    if not clips:
        return {"digits available": ""}
    chance, wanted, hits, errors = random.Random(11), grammars()["number"], 0, 0
    for _ in range(20):
        digits = "".join(chance.choice(sorted(clips)) for _ in range(10))
        pcm = b"".join(clips[digit].pcm + bytes(2 * 400 * (place in (1, 5))) for place, digit in enumerate(digits))
        sound = convert(padded(Sound(pcm, 8_000)), INNER_RATE_HZ)
        (transcript,) = engines.transcribe(sound, 8_000, [wanted])
        found = value(transcript, "digit")
        hits, errors = hits + (found == digits), errors + Levenshtein.distance(found, digits)
    told = {"n": 20, "exact": hits / 20, "digit_error": round(errors / 200, 3)}
    return {"digits available": "".join(sorted(clips)), **told}


def number_words(engines: Engines, shared: Path) -> dict[str, object]:
    """People's recordings of one number alone (below 10,000), heard as one over the first line."""
    wanted = grammar(network("number words", alternatives((digit(), 0.5), (cardinal(), 0.5))))
    hits, wrong = 0, list[str]()
    rows = [row for row in rows_of(shared / "speech") if _is_number(row)]
    for row in rows:
        sound, band_hz = carried(recording(row.path), Condition(*next(iter(LINES.values()))[0]), row.path.name)
        (transcript,) = engines.transcribe(sound, band_hz, [wanted])
        right = integer(transcript.text) == integer(row.kana)
        hits, wrong = hits + right, wrong + [f"{row.text}: {transcript.text}"] * (not right)
    return {"n": len(rows), "exact": round(hits / max(1, len(rows)), 3), "wrong": wrong}


def _is_number(row: Row) -> bool:
    """Whether the text is a number, and not a word that sounds like one (栓)."""
    written = integer(row.text)
    return written is not None and written < 10_000 and written == integer(row.kana)


def parsed() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure the ear.")
    parser.add_argument("--cases", type=int, default=CASES, help="utterances of each group over the first line")
    parser.add_argument("--few", type=int, default=FEW, help="over each of the others")
    parser.add_argument(
        "--only", nargs="*", default=list(ASKED), choices=sorted(ASKED), help="groups; all if none named"
    )
    parser.add_argument(
        "--lines", nargs="*", default=list(LINES), choices=sorted(LINES), help="lines; all if none named"
    )
    parser.add_argument("--missing", action="store_true", help="only what the file has of fewer utterances")
    parser.add_argument("--kept", type=Path, help="a folder in which the synthetic speech is kept for the next time")
    parser.add_argument("--parts", nargs="*", default=list(PARTS), choices=PARTS, help="all if none is named")
    parser.add_argument("out", nargs="?", type=Path, default=OUT)
    return parser.parse_args()


def every(engines: Engines, chosen: list[Case], wanted: dict[str, Grammar], options: argparse.Namespace) -> None:
    """Each group over each line, into the file."""
    for place, line in enumerate(options.lines):
        count = min(options.cases, options.few) if place else options.cases
        for group in options.only:
            told = kept(options.out)
            known = told.setdefault("grammars", {}).setdefault(group, {})
            if options.missing and known.get(line, {"n": 0})["n"] >= count:
                continue
            mine = [case for case in chosen if case.group == group][:count]
            known[line] = figures = summary([listened(engines, case, line, wanted[group]) for case in mine])
            keep(options.out, told)
            print(group, line, json.dumps(figures), flush=True)


def kept(path: Path) -> dict[str, Any]:
    """What was measured so far."""
    told: dict[str, Any] = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    return told


def keep(path: Path, told: dict[str, Any]) -> None:
    path.write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def main() -> None:
    options = parsed()
    engines, wanted = Engines(), grammars()
    chosen = [] if options.parts == ["people"] else list(cases(options.cases, SEED, tuple(options.only), options.kept))
    if "grammars" in options.parts:
        every(engines, chosen, wanted, options)
    whole = kept(options.out)
    if "refusal" in options.parts:
        others = list(cases(options.cases, SEED, ("other",), options.kept))
        asked = {group: wanted[group] for group in options.only}
        line = options.lines[0]
        whole.setdefault("refusal", {})[line] = told = refused(engines, [*chosen, *others], asked, line)
        print(json.dumps(told, indent=1))
    shared = os.environ.get("DENWABAN_SHARED")
    if "people" in options.parts and shared:
        engines.prepare(DICTATION)
        whole["dictation, 8000 Hz"] = free(engines, Path(shared))
        whole["people, digits"] = recorded(engines, Path(shared))
        whole["people, number words"] = number_words(engines, Path(shared))
    keep(options.out, whole)


if __name__ == "__main__":
    main()
