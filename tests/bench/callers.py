"""How often name, company and number are right in the report after read-back and correction, over whole calls.

Run `python -m tests.bench.callers [--calls N] [--first SEED] [--kept FOLDER] [OUT.json]`. Every call has another
caller: surname (by frequency, from the rare listed ones, or in no list), company, number, voice (tests/voices.py: none
that the ear was trained on), line and noise are drawn by its seed, and it is placed on virtual time as
`denwaban rehearse --fast` does. A call goes into the file as soon as it is over, and one whose seed is there already is
not placed again: runs add up, as long as they are heard with the same weights, whose checksum stands beside them; calls
heard with others are thrown away. What each ear heard, what was asked and answered is kept there for every call in
which something came out wrong, and in FOLDER of all of them, one JSON object a line. Nothing is tuned on single calls.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import random
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import TypeAdapter
from rapidfuzz import fuzz

from bot.dialogue.actions import Say
from bot.dialogue.events import Heard
from bot.journal import Entry, from_row
from bot.rehearsal.book import Book, Line, Piece, book_of
from bot.rehearsal.caller import Memory, Reply, answer
from bot.rehearsal.fast import Rehearsed, call_with
from bot.rehearsal.plan import Plan, WrittenPlan
from bot.rehearsal.play import Player
from bot.rehearsal.voice import Clip, voiced
from bot.store import Store, list_calls, open_store, read_rows
from nlu.grammars.spoken import given_names
from nlu.kana import canonical
from tests.bench._judged import interval
from tests.bench._said import drawn
from tests.voices import manner, spoken
from voice.audio import Sound
from voice.engines.acoustic import DATA

SCRIPTS = Path(__file__).parent.parent.parent / "scripts"
CALLED = "smile"
CALLS = 300
OUT = Path(__file__).with_suffix(".json")
COMPANIES = Path(__file__).parent.parent / "data" / "company_readings.tsv"
"""Written by hand, most of them in no list of the ear's."""
KINDS = {"name": 0.8, "rare": 0.15, "unlisted": 0.05}
"""Groups of `_said` that surnames are drawn from, and their shares: 2 in 100 people have one that is in no list."""
COMPANY, FULL, SHOWN = 0.6, 0.15, 0.3
"""Shares of the callers that speak for a company, give their whole name, and whose number the line shows."""
COMPANY_ALIKE = 90.0
"""Of 100: least likeness of two companies' sounds that are the same; as simulated calls are judged."""
MATTERS = (
    "見積書の件でお電話しました。折り返しお電話をいただきたいのですが。",
    "納品の日の件で、伝言をお願いしたいのですが。",
    "先日の打ち合わせの件で、折り返しのお電話をお願いできますでしょうか。",
    "請求書のことで、ご担当の方から折り返しお電話をいただけますか。",
)


class Told(NamedTuple):
    """What a caller tells, and of which kind it is."""

    kind: str
    name: str
    given: str
    company: str
    """As written; "" = a private person."""
    company_reading: str
    number: tuple[str, ...]
    opens: bool
    """Gives its name unasked, at once."""


class Judged(NamedTuple):
    """One call, by fields."""

    kind: str
    """Of the caller's name."""
    outcome: str
    right: dict[str, bool]
    at_once: dict[str, bool]
    """Whether the first hearing of a field was right already."""
    marked: dict[str, bool]
    """Of what is wrong: the report says that it was only heard."""
    turns: int


Seen = dict[str, Any]
"""All that can be known of a call, for whoever looks into it."""


def caller(chance: random.Random) -> Told:
    """Somebody who calls."""
    kind = chance.choices(list(KINDS), list(KINDS.values()))[0]
    name = drawn()[kind](chance)[1]
    listed = given_names().items
    given = chance.choice(listed[:300])[0] if chance.random() < FULL else ""
    rows = [line.split("\t") for line in COMPANIES.read_text("utf-8").splitlines() if not line.startswith("#")]
    company, reading = chance.choice(rows)[:2] if chance.random() < COMPANY else ("", "")
    return Told(kind, name, given, company, reading, _number(chance), chance.random() < 0.5)


def _number(chance: random.Random) -> tuple[str, ...]:
    """Of a mobile telephone, or in one of the cuts of the number plan."""
    cut = chance.choices((("0A0", "N", "N"), ("03", "N", "N"), ("0AA", "A", "N")), (5, 2, 3))[0]
    heads = {"0A0": ("090", "080", "070"), "03": ("03", "06"), "0AA": ("042", "045", "052", "075", "092")}
    sizes = {"A": 3, "N": 4}
    return (chance.choice(heads[cut[0]]), *(_digits(chance, sizes[each]) for each in cut[1:]))


def _digits(chance: random.Random, size: int) -> str:
    return "".join(chance.choice("0123456789") for _ in range(size))


def plan_of(told: Told, chance: random.Random) -> Plan:
    """What this caller knows, as a rehearsal is written."""
    matter = chance.choice(MATTERS)
    who = f"{told.company}の{told.name}" if told.company else told.name
    opening = f"お世話になっております。{who}と申します。{matter}" if told.opens else f"もしもし、{matter}"
    written = {
        "title": "A drawn caller",
        "caller": {
            "name": f"{told.name} {told.given}".strip(), "reading": f"{told.name} {told.given}".strip(),
            "company": told.company, "number": "-".join(told.number), "opening": [opening], "purpose": [matter],
            "wants": "ご担当の方",
            **({"company_reading": told.company_reading} if told.company else {}),
            **({"presents": "".join(told.number)} if chance.random() < SHOWN else {}),
        },
        "expects": {"outcome": "message", "name": told.name, "number": "-".join(told.number)},
    }  # fmt: skip
    path = SCRIPTS / CALLED / "rehearsals" / "drawn.toml"
    return Plan(path, CALLED, TypeAdapter(WrittenPlan).validate_python(written))


def speaker(chance: random.Random) -> Callable[[str], Sound]:
    """A voice that says any words, always the same one."""
    how = manner(chance)
    return lambda text: spoken(text, how)


class Mind:
    """A caller that keeps to its plan, its lines given a voice only when they are said."""

    def __init__(self, plan: Plan, book: Book, say: Callable[[Line], Clip]) -> None:
        self._plan = plan
        self._book = book
        self._say = say
        self._memory = Memory()

    def answer(self, words: str) -> tuple[Reply, Clip | None]:
        """As `bot.rehearsal.play.Planned` does."""
        self._memory, reply = answer(self._plan, self._memory, words)
        return reply, self._say(self._book[reply.key]) if reply.key in self._book else None


def placed(seed: int, folder: Path) -> tuple[Judged, Seen]:
    """The call of that seed."""
    chance = random.Random(f"caller {seed}")
    told = caller(chance)
    plan = plan_of(told, chance)
    voice = voiced(plan, {"nod": Line((Piece("はい", "はい"),))}, seed, speaker(chance))
    mind = Mind(plan, book_of(plan, seed), voice.say)
    player = Player(plan, voice, seed, folder / "call.flac", lambda _said: None, mind)
    store = open_store(folder / "denwaban.db")
    try:
        rehearsed = call_with(plan, player, store, folder)
        return judged(seed, told, rehearsed, _entries(store))
    finally:
        store.close()


def _entries(store: Store) -> list[Entry]:
    with store.read() as connection:
        (call,) = list_calls(connection)
        return [from_row(each) for each in read_rows(connection, call.id)]


def judged(seed: int, told: Told, rehearsed: Rehearsed, entries: Sequence[Entry]) -> tuple[Judged, Seen]:
    """What of it the report has."""
    facts = rehearsed.account.facts if rehearsed.account else {}
    found = {field: facts[field].value if field in facts else "" for field in ("name", "company", "number")}
    first = {
        field: next((slot.value for each in _heard(entries) if (slot := getattr(each.meaning.slots, key))), "")
        for field, key in (("name", "caller_name"), ("company", "company"), ("number", "number"))
    }
    wanted = ("name", "number", *(("company",) if told.company else ()))
    right = {field: same(told, field, found[field]) for field in wanted}
    marked = {field: field not in facts or facts[field].status == "heard" for field in wanted if not right[field]}
    at_once = {field: same(told, field, first[field]) for field in wanted}
    outcome = rehearsed.account.outcome if rehearsed.account else "none"
    seen = {
        "seed": seed, "told": told._asdict(), "right": right, "at_once": at_once, "found": found, "outcome": outcome,
        "ended": rehearsed.played.ended, "seconds": round(rehearsed.played.seconds),
        "call": list(_transcript(rehearsed, entries)),
    }  # fmt: skip
    return Judged(told.kind, outcome, right, at_once, marked, len(rehearsed.played.turns)), seen


def same(told: Told, field: str, found: str) -> bool:
    """Whether that is what the caller told; a name by its sound, with or without the given name."""
    match field:
        case "name":
            forms = {told.name, told.name + told.given}
            return canonical(found.replace(" ", "")) in {canonical(form) for form in forms}
        case "company":
            return fuzz.ratio(canonical(found), canonical(told.company_reading)) >= COMPANY_ALIKE
        case _:
            return found.replace("-", "") == "".join(told.number)


def _heard(entries: Sequence[Entry]) -> Iterator[Heard]:
    return (entry.what for entry in entries if isinstance(entry.what, Heard))


def _transcript(rehearsed: Rehearsed, entries: Sequence[Entry]) -> Iterator[str]:
    """Both sides in order, and what each ear made of the caller's."""
    began = entries[0].at if entries else 0.0
    lines = [(began + turn.at, f"客> {turn.said}") for turn in rehearsed.played.turns if turn.said]
    for entry in entries:
        if isinstance(entry.what, Say):
            lines.append((entry.at, f"受付> {entry.what.text}"))
        elif isinstance(entry.what, Heard):
            for each in entry.what.hearing.readings:
                others = f" / {' / '.join(each.alternatives)}" if each.alternatives else ""
                lines.append((entry.at, f"  {each.source} {each.confidence:.2f}> {each.text}{others}"))
    return (line for _, line in sorted(lines, key=lambda line: line[0]))


def summary(calls: Sequence[Judged]) -> dict[str, Any]:
    """The figures."""
    told: dict[str, Any] = {"calls": len(calls), "outcomes": dict(Counter(one.outcome for one in calls))}
    for field in ("number", "name", "company"):
        told[field] = _rates([one for one in calls if field in one.right], field)
    for kind in KINDS:
        told[f"name, {kind}"] = _rates([one for one in calls if one.kind == kind], "name")
    told["turns a call"] = round(sum(one.turns for one in calls) / max(1, len(calls)), 1)
    return told


def _rates(calls: Sequence[Judged], field: str) -> dict[str, Any]:
    right, first = sum(one.right[field] for one in calls), sum(one.at_once[field] for one in calls)
    wrong = [one for one in calls if not one.right[field]]
    return {
        "n": len(calls),
        "right": round(right / max(1, len(calls)), 3),
        "interval": interval(right, len(calls)) if calls else [],
        "right at first hearing": round(first / max(1, len(calls)), 3),
        "wrong but marked as only heard": f"{sum(one.marked[field] for one in wrong)} of {len(wrong)}",
    }


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure what whole calls come to.")
    parser.add_argument("--calls", type=int, default=CALLS)
    parser.add_argument("--first", type=int, default=1, help="seed of the first caller; the others follow")
    parser.add_argument("--kept", type=Path, help="a folder that takes every call's transcript")
    parser.add_argument("out", nargs="?", type=Path, default=OUT)
    options = parser.parse_args()
    for seed in range(options.first, options.first + options.calls):
        measured = stored(options.out)
        if str(seed) in measured["each"]:
            continue
        with tempfile.TemporaryDirectory() as folder:
            one, seen = placed(seed, Path(folder))
        wrong = [field for field, right in one.right.items() if not right]
        print(f"  {seed}: {'right' if not wrong else 'wrong: ' + ', '.join(wrong)}", flush=True)
        if options.kept:
            options.kept.mkdir(parents=True, exist_ok=True)
            with (options.kept / "calls.jsonl").open("a", encoding="utf-8") as kept:
                kept.write(json.dumps(seen, ensure_ascii=False) + "\n")
        store(options.out, measured["each"] | {str(seed): one._asdict()}, measured["failed"] + [seen] * bool(wrong))
    told = {key: value for key, value in stored(options.out).items() if key not in ("each", "failed")}
    print(json.dumps(told, ensure_ascii=False, indent=1))


def stored(path: Path) -> dict[str, Any]:
    """What the calls so far came to that were heard with the weights in use."""
    told: dict[str, Any] = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    return told if told.get("weights") == weights() else {"each": {}, "failed": []}


@cache
def weights() -> str:
    """The first figures of the SHA-256 of the ear's weights."""
    return hashlib.sha256((DATA / "narrow.onnx").read_bytes()).hexdigest()[:12]


def store(path: Path, each: dict[str, dict[str, Any]], failed: list[Seen]) -> None:
    """The figures of all these calls, and the calls."""
    figures = summary([Judged(**one) for one in each.values()]) | {"load_average": round(os.getloadavg()[0], 1)}
    whole = {"weights": weights()} | figures | {"each": each, "failed": failed}
    path.write_text(json.dumps(whole, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
