"""How well numbers and short answers are understood, on written lines with their meaning.

Reads numbers.jsonl and answers.jsonl from the folder `data` of DENWABAN_SHARED. Every figure is given for two
halves of the lines, split by a hash of the id: rules are tuned on "tuned" only. Prints a summary and writes
tests/bench/nlu_answers.json; `--wrong` lists the lines of the tuned half that go wrong.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

from nlu.answers import answer
from nlu.email import find_email
from nlu.kana import canonical, is_kana
from nlu.meaning import Ask, Expected
from nlu.numbers import integer
from nlu.phone import find_number
from nlu.words import reading

Line = dict[str, str]
Tally = dict[str, list[bool]]
Milliseconds = list[float]


def half(identity: str) -> str:
    """ "tuned" or "held", the same on every machine."""
    return "tuned" if hashlib.sha256(identity.encode()).digest()[-1] % 2 == 0 else "held"


def asked(question: str) -> Expected:
    """What a question of the data stands for; yes/no questions that have no kind of their own are offers."""
    digits = re.sub(r"[-\s]", "", question)
    if number := re.search(r"0\d{9,10}", digits):
        return Expected(Ask.CONFIRM_NUMBER, number=number[0])
    if email := find_email(question):
        return Expected(Ask.ECHO, email=email)
    if "こちらの番号" in question:
        return Expected(Ask.CALLER_ID)
    if "ほかに" in question:
        return Expected(Ask.CLOSING)
    named = re.search(r"(?:お名前は|いたします。)?([^、。はの]+?)様(?!でお取|で承ります)", question)
    if named and not re.search(r"\d|[一二三四五六七八九十]名$|お子$|奥$", named[1]):
        return Expected(Ask.CONFIRM_CALLER, name=sound(named[1]), company=company(question))
    if staff := re.search(r"^([^、。はの]+)あて|部の([^、。はの]+)でよろしい|担当は([^、。]+)で", question):
        return Expected(Ask.CONFIRM_CALLER, name=sound(next(filter(None, staff.groups()))))
    return Expected(Ask.OFFER)


def company(question: str) -> str:
    firm = re.search(r"^([^、。]+?)(?:の[^の]+)様", question)
    return sound(firm[1]) if firm else ""


def sound(text: str) -> str:
    return text if is_kana(text) else reading(text)


def same_value(found: str, wanted: str) -> bool:
    """Whether the words of a correction hold the wanted value, in the form in which it is written down."""
    if not found:
        return False
    if wanted.isdigit():
        number = re.sub(r"\D.*$", "", re.sub(r"[名人個つ].*$", "", found))
        return found == wanted or integer(re.sub(r"[名人個つ].*$", "", found)) == int(wanted) or number == wanted
    if is_kana(wanted):
        heard = canonical(re.sub(r"(?:サン|サマ|センセイ|センセー)$", "", sound(found)))
        return heard == canonical(wanted)
    return found == wanted or wanted in found


def measure_numbers(lines: list[Line], wrong: Callable[[Line, object], None]) -> tuple[Tally, Milliseconds]:
    tally: Tally = defaultdict(list)
    spent: Milliseconds = []
    for line in lines:
        begun = time.perf_counter()
        judged = answer(line["text"], Expected(Ask.NUMBER))
        found = find_number(line["text"])
        spent.append((time.perf_counter() - begun) * 1000)
        kind = judged.answer.value if judged.answer else "given"
        digits, extension = (found.digits, found.extension) if found and kind == "given" else ("", "")
        good = (kind, digits, extension) == (line["answer"], line["number"], line.get("extension", ""))
        tally[f"numbers {half(line['id'])}"].append(good)
        if line["answer"] == "given":
            value = found is not None and (found.digits, found.extension) == (line["number"], line.get("extension", ""))
            tally[f"numbers given {half(line['id'])}"].append(value)
        if not good:
            wrong(line, (judged, digits, extension))
    return tally, spent


def measure_answers(lines: list[Line], wrong: Callable[[Line, object], None]) -> tuple[Tally, Milliseconds]:
    tally: Tally = defaultdict(list)
    spent: Milliseconds = []
    for line in lines:
        expected = asked(line["asked"])
        begun = time.perf_counter()
        judged = answer(line["text"], expected)
        spent.append((time.perf_counter() - begun) * 1000)
        good = judged.answer is not None and judged.answer.value == line["answer"]
        tally[f"answers {half(line['id'])}"].append(good)
        if line["answer"] == "correct":
            tally[f"corrections {half(line['id'])}"].append(good and same_value(judged.correction, line["correction"]))
        if expected.ask is not Ask.OFFER:
            tally[f"answers to the receptionist's own questions {half(line['id'])}"].append(good)
        if not good or (line["answer"] == "correct" and not same_value(judged.correction, line["correction"])):
            wrong(line, (expected.ask.value, expected.name, expected.company, judged))
    return tally, spent


def main() -> None:
    folder = Path(os.environ["DENWABAN_SHARED"]) / "data"

    def wrong(line: Line, found: object) -> None:
        if "--wrong" in sys.argv and half(line["id"]) == "tuned":
            print(line, "\n    ", found)

    report: dict[str, object] = {}
    for name, measured in (("numbers", measure_numbers), ("answers", measure_answers)):
        lines = [json.loads(row) for row in (folder / f"{name}.jsonl").read_text("utf-8").splitlines()]
        tally, spent = measured(lines, wrong)
        report |= {key: {"right": sum(kept), "of": len(kept)} for key, kept in sorted(tally.items())}
        report[f"{name} milliseconds"] = {"mean": round(sum(spent) / len(spent), 2), "max": round(max(spent), 2)}
    print(json.dumps(report, ensure_ascii=False, indent=1))
    written = json.dumps(report, ensure_ascii=False, indent=1) + "\n"
    (Path(__file__).parent / "nlu_answers.json").write_text(written, "utf-8")


if __name__ == "__main__":
    main()
