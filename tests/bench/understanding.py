"""Measures the understanding of typed utterances: openings, names, companies and corrections.

Run `DENWABAN_SHARED=… python -m tests.bench.understanding [--show openings|names|companies|answers|reasons]`. Each line
falls into one of two halves by a hash of its id: `look` may be read and worked on, `blind` is only scored, and
`--show` prints mistakes of the first only. Writes `understanding.json` beside this file (ignored by git).
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from time import perf_counter
from typing import Any

from nlu.kana import canonical
from nlu.meaning import Answer, Ask, Expected, Hearing, Meaning, Reason, Slot, Vocabulary
from nlu.names import family_of, readings
from nlu.understand import understand

NOW = datetime(2026, 11, 21, 10, 30)
SLOTS = ("caller_name", "company", "staff", "department", "number", "email", "when", "party")
Row = dict[str, Any]
Score = dict[str, float]


def half(key: str) -> str:
    """Which half a line belongs to."""
    return "look" if hashlib.sha256(key.encode()).digest()[0] % 2 == 0 else "blind"


def rows(shared: Path, name: str) -> Iterator[Row]:
    """The lines of one data file."""
    for line in (shared / "data" / f"{name}.jsonl").read_text(encoding="utf-8").splitlines():
        yield json.loads(line)


def main() -> None:
    parser = argparse.ArgumentParser(description="Score the understanding of typed utterances.")
    parser.add_argument("--show", default="", help="print the mistakes of the look half of this part")
    show = parser.parse_args().show
    shared = os.environ.get("DENWABAN_SHARED")
    if not shared:
        sys.exit("DENWABAN_SHARED is not set: set it to the folder that holds data/openings.jsonl")
    parts = {"openings": openings, "names": names, "companies": companies, "answers": corrections}
    result: dict[str, dict[str, Score]] = {}
    for name, score in parts.items():
        by_half: dict[str, list[Row]] = defaultdict(list)
        for row in rows(Path(shared), name):
            by_half[half(row["id"])].append(row)
        result[name] = {h: score(by_half[h], show if h == "look" else "") for h in ("look", "blind")}
    for name, halves in result.items():
        print(f"== {name}")
        for key in halves["look"]:
            print(f"{key:32} look {halves['look'][key]:.3f}  blind {halves['blind'][key]:.3f}")
    (Path(__file__).parent / "understanding.json").write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


def openings(lines: list[Row], show: str) -> Score:
    """Reason, urgency and slots of first utterances."""
    understand(Hearing.of("はい"), Expected(Ask.OPENING), NOW, Vocabulary())
    begun = perf_counter()
    meanings = [understand(Hearing.of(row["text"]), Expected(Ask.OPENING), NOW, Vocabulary()) for row in lines]
    spent = perf_counter() - begun
    pairs = [(str(m.reason or Reason.OTHER), row["reason"]) for m, row in zip(meanings, lines, strict=True)]
    score: Score = {"ms an utterance": spent * 1000 / len(lines), "reason accuracy": _share(a == b for a, b in pairs)}
    score["reason macro F1"] = sum(_f1(pairs, str(reason)) for reason in Reason) / len(Reason)
    score |= _sales(pairs, lines)
    score["urgent F1"] = _f1(
        [(str(m.urgent), str(row["urgent"])) for m, row in zip(meanings, lines, strict=True)], "True"
    )
    for slot in SLOTS:
        score |= _slot_score(slot, meanings, lines, show)
    if show == "reasons":
        for meaning, row in zip(meanings, lines, strict=True):
            if str(meaning.reason or Reason.OTHER) != row["reason"]:
                print(
                    row["id"], row["reason"], "<-", meaning.reason, meaning.runners_up, row["text"], meaning.grounds[:1]
                )
    if show == "urgent":
        for meaning, row in zip(meanings, lines, strict=True):
            if meaning.urgent != row["urgent"]:
                print(row["id"], row["urgent"], row["text"])
    if show == "gist":
        for meaning, row in zip(meanings, lines, strict=True):
            print(row["text"], "\n    ->", meaning.purpose)
    return score


def _sales(pairs: list[tuple[str, str]], lines: list[Row]) -> Score:
    hard = [(said, right) for (said, right), row in zip(pairs, lines, strict=True) if row.get("hard")]
    return {
        "sales precision": _share(right == "sales" for said, right in pairs if said == "sales"),
        "sales recall": _share(said == "sales" for said, right in pairs if right == "sales"),
        "hard others taken for sales": _share(said == "sales" for said, right in hard if right != "sales"),
        "hard sales let through": _share(said != "sales" for said, right in hard if right == "sales"),
    }


def _slot_score(slot: str, meanings: list[Meaning], lines: list[Row], show: str) -> Score:
    hits = said = wanted = 0
    for meaning, row in zip(meanings, lines, strict=True):
        found: Slot | None = getattr(meaning.slots, slot)
        value, right = found.value if found else "", str(row["slots"].get(slot, ""))
        if slot == "department" and found:
            value = found.text
        said += bool(value)
        wanted += bool(right)
        hit = bool(value) and _same_slot(slot, value, right)
        hits += hit
        if show == slot and (value or right) and not hit:
            print(row["id"], repr(right), "<-", repr(value), row["text"])
    return {f"{slot} precision": hits / said if said else 1.0, f"{slot} recall": hits / wanted if wanted else 1.0}


def _same_slot(slot: str, value: str, right: str) -> bool:
    if slot == "department":
        return value == right
    if slot == "when":
        return _overlap(value, right) * 2 >= max(len(value), len(right))
    if slot == "caller_name":
        return canonical(family_of(value)) == canonical(family_of(right))
    return canonical(value) == canonical(right) if value != right and not right.isdigit() else value == right


def names(lines: list[Row], show: str) -> Score:
    """Names given when asked for."""
    return _asked(lines, Ask.NAME, "caller_name", show == "names")


def companies(lines: list[Row], show: str) -> Score:
    """Companies given when asked for."""
    return _asked(lines, Ask.COMPANY, "company", show == "companies")


def _asked(lines: list[Row], ask: Ask, slot: str, show: bool) -> Score:
    right = among = 0
    other = "company" if slot == "caller_name" else "caller_name"
    others: list[bool] = []
    for row in lines:
        meaning = understand(Hearing.of(row["text"]), Expected(ask), NOW, Vocabulary())
        value, second = _value(meaning, slot), _value(meaning, other)
        hit = canonical(value) == canonical(row.get(slot, ""))
        right += hit
        found: Slot | None = getattr(meaning.slots, slot)
        among += hit or (found is not None and row.get(slot) in found.alternatives)
        if row.get(other):
            others.append(canonical(second) == canonical(row[other]))
        if show and not hit:
            print(row["id"], repr(row.get(slot, "")), "<-", repr(value), row["text"])
    return {
        "right": right / len(lines),
        "right or among alternatives": among / len(lines),
        f"{other} right": _share(others),
    }


def corrections(lines: list[Row], show: str) -> Score:
    """Names and companies corrected after a read-back, and the answer to it."""
    answered: list[bool] = []
    corrected: list[bool] = []
    for row in lines:
        expected = _read_back(row["asked"])
        if expected is None:
            continue
        meaning = understand(Hearing.of(row["text"]), expected, NOW, Vocabulary())
        hit = meaning.answer == Answer(row["answer"])
        answered.append(hit)
        values = {canonical(_value(meaning, slot)) for slot in ("caller_name", "company")}
        if row["answer"] == "correct":
            corrected.append(canonical(row["correction"]) in values)
            hit = hit and corrected[-1]
        if show == "answers" and not hit:
            print(row["id"], row["answer"], row.get("correction"), "<-", meaning.answer, values, expected, row["text"])
    return {"answers to a read-back of names": _share(answered), "corrections of names": _share(corrected)}


def _read_back(asked: str) -> Expected | None:
    """The question of an `asked` that reads back a name or a company; None for all others."""
    before, mark, _ = asked.partition("様")
    if not mark or any(sign in asked for sign in ("ご来院", "幹事", "ご予約", "名様", "人様", "ご担当者")):
        return None
    company, _, name = before.removeprefix("お名前は").split("。")[-1].removeprefix("お名前は").rpartition("の")
    if any(word in name for word in ("商事", "物産", "工業")):
        return Expected(Ask.CONFIRM_CALLER, company=readings(name)[0])
    return Expected(Ask.CONFIRM_CALLER, name=readings(name)[0], company=readings(company)[0] if company else "")


def _value(meaning: Meaning, slot: str) -> str:
    found: Slot | None = getattr(meaning.slots, slot)
    return found.value if found else ""


def _share(hits: Any) -> float:
    listed = [bool(hit) for hit in hits]
    return sum(listed) / len(listed) if listed else 0.0


def _f1(pairs: list[tuple[str, str]], label: str) -> float:
    counts = Counter((said == label, right == label) for said, right in pairs)
    total = 2 * counts[True, True] + counts[True, False] + counts[False, True]
    return 2 * counts[True, True] / total if total else 1.0


def _overlap(one: str, other: str) -> int:
    best = 0
    for start in range(len(one)):
        for end in range(len(one), start + best, -1):
            if one[start:end] in other:
                best = end - start
                break
    return best


if __name__ == "__main__":
    main()
