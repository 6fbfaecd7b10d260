"""How well the ear hears: every grammar, both bands, several synthetic voices, and people where recordings are at hand.

Run `python -m tests.bench.ear [OUT.json]`. Synthetic callers speak through 8 kHz mu-law with pink noise at 30 dB and
through 16 kHz; with DENWABAN_SHARED set, a recorded person's digits and free sentences that were not trained on are
heard too. Prints and writes one JSON object. Cases are drawn by a fixed seed; nothing is tuned on them.
"""

from __future__ import annotations

import json
import os
import random
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter
from typing import NamedTuple

import soundfile
from rapidfuzz.distance import Levenshtein

from nlu.grammars import answer, kana, number, staff, who
from nlu.kana import to_katakana
from nlu.meaning import Person, Vocabulary
from nlu.networks import Network
from nlu.spoken import DIGITS, replies, surnames
from tests.telephone import caller, over_telephone, padded
from voice.audio import INNER_RATE_HZ, Sound
from voice.engines import DICTATION, Arc, Grammar, Transcript
from voice.engines.dictation import Spoken
from voice.engines.inline import Engines
from voice.engines.openjtalk import OpenJTalk
from voice.engines.train.texts import for_training
from voice.resample import convert

VOICES = ((0.0, 1.0), (-3.0, 1.1), (2.0, 0.9), (-5.0, 1.0))
"""(semitones, pace) of OpenJTalk's voice."""
CASES = 24
COMPANY = Vocabulary(
    "スマイル精工",
    "スマイルセイコウ",
    (
        Person("kurimoto", "栗本", "クリモト"),
        Person("sato", "佐藤", "サトウ"),
        Person("takeda", "武田", "タケダ"),
        Person("ono", "小野", "オノ"),
        Person("oono", "大野", "オオノ"),
        Person("mizuno", "水野", "ミズノ"),
    ),
    (("営業部", "エイギョウブ"), ("総務部", "ソウムブ")),
)


class Case(NamedTuple):
    """One utterance and what should be heard in it."""

    group: str
    text: str
    expected: str
    label: str
    """Of the words that make up the value; "" = the whole text."""


def numbers(chance: random.Random) -> Iterator[Case]:
    for _ in range(CASES):
        digits = "0" + "".join(chance.choice("0123456789") for _ in range(chance.choice((9, 10))))
        read = [chance.choice([kana_ for kana_, likely in DIGITS[digit] if likely > 0.1]) for digit in digits]
        cut = 2 if len(digits) == 10 else 3
        groups = ["".join(read[:cut]), "".join(read[cut : cut + 4]), "".join(read[cut + 4 :])]
        yield Case(
            "number", chance.choice("の、").join(groups) + chance.choice(("", "です", "になります")), digits, "digit"
        )


def names(chance: random.Random) -> Iterator[Case]:
    listed = surnames().items
    for kind, pool in (("surname, common", listed[:300]), ("surname, rare", listed[300:6000])):
        for kana_name, _, _ in chance.sample(pool, CASES):
            ending = chance.choice(("です", "と申します", "と申しますが"))
            yield Case(
                kind, chance.choice(("", "", "スマイル企画の", "青葉商事の")) + kana_name + ending, kana_name, "surname"
            )


def answers(chance: random.Random) -> Iterator[Case]:
    for kind in ("yes", "no", "repeat", "hold"):
        for _, text in chance.sample(replies()[kind], CASES // 4):
            yield Case("answer", text, text, "")


def people(chance: random.Random) -> Iterator[Case]:
    for _ in range(CASES):
        person = chance.choice(COMPANY.staff)
        wish = chance.choice(
            ("さんいらっしゃいますか", "様お願いします", "さんはいらっしゃいますでしょうか", "さんお願いできますか")
        )
        yield Case(
            "staff", chance.choice(("", "営業の", "総務部の")) + person.family_kana + wish, person.family, "staff"
        )


def spelt(chance: random.Random) -> Iterator[Case]:
    for _ in range(CASES // 2):
        letters = [
            chance.choice("アイウエオカキクケコサシスセソタチツテトナニノハマミムモヤラリルワン") for _ in range(3)
        ]
        yield Case("kana", "、".join(letters), "".join(letters), "kana")


NETWORKS: dict[str, Network] = {
    "number": number(),
    "surname, common": who(),
    "surname, rare": who(),
    "answer": answer(),
    "staff": staff(COMPANY),
    "kana": kana(),
}


def grammar(network: Network) -> Grammar:
    return Grammar(network.name, tuple(Arc(*arc) for arc in network.arcs), network.finals)


def value(transcript: Transcript, label: str) -> str:
    return "".join(word.text for word in transcript.words if label in ("", word.label))


def same(one: str, two: str) -> bool:
    table = str.maketrans("ヅヂ", "ズジ")
    return to_katakana(one).translate(table) == to_katakana(two).translate(table)


class Tally:
    """Counts of one group."""

    def __init__(self) -> None:
        self.count: Counter[str] = Counter()
        self.confidence: dict[str, list[float]] = defaultdict(list)
        self.seconds: list[float] = []

    def add(self, case: Case, transcript: Transcript, seconds: float) -> None:
        found = value(transcript, case.label)
        right = same(found, case.expected)
        self.count += Counter(
            cases=1,
            right=right,
            covered=transcript.covered,
            among_alternatives=right or any(case.expected in other for other in transcript.alternatives),
            errors=Levenshtein.distance(found, case.expected),
            symbols=len(case.expected),
        )
        self.confidence["right" if right else "wrong"].append(transcript.confidence)
        self.seconds.append(seconds)

    def summary(self) -> dict[str, object]:
        cases = self.count["cases"]
        ranked = sorted(self.seconds)
        return {
            "cases": cases,
            "exact": round(self.count["right"] / cases, 3),
            "exact_or_alternative": round(self.count["among_alternatives"] / cases, 3),
            "symbol_error": round(self.count["errors"] / max(self.count["symbols"], 1), 3),
            "covered": round(self.count["covered"] / cases, 3),
            "confidence": {key: round(sum(all_) / len(all_), 3) for key, all_ in sorted(self.confidence.items())},
            "decode_ms": {"p50": round(1000 * ranked[cases // 2]), "max": round(1000 * ranked[-1])},
        }


def synthetic(engines: Engines) -> dict[str, dict[str, object]]:
    """Every grammar by band."""
    tallies: dict[tuple[str, str], Tally] = defaultdict(Tally)
    chance = random.Random(20)
    cases = [*numbers(chance), *names(chance), *answers(chance), *people(chance), *spelt(chance)]
    voices = [OpenJTalk(half, pace) for half, pace in VOICES]
    for number_, case in enumerate(cases):
        said = padded(voices[number_ % len(voices)].speak(case.text))
        for band, sound in ((8_000, over_telephone(said, number_)), (16_000, said)):
            posteriors = engines.acoustics.posteriors(sound, band)
            wanted = grammar(NETWORKS[case.group])
            engines.prepare(wanted)
            start = perf_counter()
            (transcript,) = engines.ear.transcribe(posteriors, [wanted])
            tallies[case.group, f"{band} Hz"].add(case, transcript, perf_counter() - start)
    return {f"{group}, {band}": tally.summary() for (group, band), tally in sorted(tallies.items())}


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
    seconds = list[float]()
    for seed, text in enumerate(chance.sample(sentences(shared), 60)):
        half, pace = VOICES[seed % len(VOICES)]
        sound = caller(text, seed, OpenJTalk(half, pace))
        spoken = Spoken(sound, 8_000, engines.acoustics.posteriors(sound, 8_000))
        start = perf_counter()
        transcript = engines.dictation.transcribe(spoken)
        seconds.append(perf_counter() - start)
        plain = text.replace("、", "").replace("。", "")
        errors, symbols = errors + Levenshtein.distance(plain, transcript.text), symbols + len(plain)
    ranked = sorted(seconds)
    times = {"p50": round(1000 * ranked[len(ranked) // 2]), "max": round(1000 * ranked[-1])}
    return {"sentences": len(ranked), "character_error": round(errors / symbols, 3), "decode_ms": times}


def recorded(engines: Engines, shared: Path) -> dict[str, object]:
    """A telephone prompt's recorded digits (a woman, true 8 kHz GSM), strung to numbers of ten with short gaps."""
    clips: dict[str, Sound] = {}
    for digit in "0123456789":
        path = shared / "speech" / "audio" / f"asterisk-core-ja-digits__{digit}.flac"
        if path.is_file():
            samples, rate = soundfile.read(path, dtype="int16")
            clips[digit] = Sound(samples.tobytes(), rate)
    chance = random.Random(11)
    tally, wanted = Tally(), grammar(number())
    for _ in range(20 if clips else 0):
        digits = "".join(chance.choice(sorted(clips)) for _ in range(10))
        pcm = b"".join(clips[digit].pcm + bytes(2 * 400 * (place in (1, 5))) for place, digit in enumerate(digits))
        start = perf_counter()
        sound = convert(padded(Sound(pcm, 8_000)), INNER_RATE_HZ)
        (transcript,) = engines.transcribe(sound, 8_000, [wanted])
        tally.add(Case("number", "", digits, "digit"), transcript, perf_counter() - start)
    return {"digits available": "".join(sorted(clips)), **(tally.summary() if clips else {})}


def main() -> None:
    engines = Engines()
    result: dict[str, object] = {"synthetic": synthetic(engines)}
    if shared := os.environ.get("DENWABAN_SHARED"):
        engines.prepare(DICTATION)
        result |= {"dictation, 8000 Hz": free(engines, Path(shared)), "people, digits": recorded(engines, Path(shared))}
    text = json.dumps(result, ensure_ascii=False, indent=2)
    print(text)
    if len(sys.argv) > 1:
        Path(sys.argv[1]).write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
