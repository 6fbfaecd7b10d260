"""The openings to learn from: written lines with their labels and signs, and some of them as the ears heard them.

Dev lines are those that `split.kept` gives; own lines are `lines/own_openings_*.jsonl`, and those of
`own_reasons*.jsonl`, written for reasons that are easily mistaken for each other; none of them is measured.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from nlu import phone
from nlu.identity import email
from nlu.identity.callers import introduced
from nlu.identity.directory import find_staff
from nlu.meaning import Slot, Slots
from nlu.normalize import normalize
from nlu.reasons.features import features
from nlu.reasons.network import PIECES
from nlu.train.fitting import Coded, coded
from nlu.train.split import LINES, Row, families, kept
from nlu.vocabulary import Vocabulary

_NOBODY = Vocabulary()
_LEAST_DIGITS = 9
ASIDE = 10
"""Of so many families of like openings one is set aside."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One opening."""

    key: str
    text: str
    reason: str
    origin: str
    """"dev", "own", or "heard" (one of these as the ears wrote it)."""
    found: Coded


def values(text: str) -> Slots:
    """What is found in an opening where nothing is known of the company called."""
    caller = introduced(text)
    people = find_staff(text, _NOBODY, caller.spans)
    number = phone.find_number(text)
    digits = number.digits if number and len(number.digits) >= _LEAST_DIGITS else ""
    address = email.find_email(text)
    return Slots(
        caller_name=caller.name,
        company=caller.company,
        staff=people.staff,
        department=people.department,
        number=Slot(digits) if digits else None,
        email=Slot(address) if address else None,
    )


def own() -> list[Row]:
    """The lines written for training alone."""
    files = [path for name in ("openings_", "reasons") for path in sorted(LINES.glob(f"own_{name}*.jsonl"))]
    return [json.loads(line) for file in files for line in file.read_text(encoding="utf-8").splitlines() if line]


def heard(lines: Iterable[Row]) -> list[Row]:
    """The given lines as the ears wrote them over the telephone, as far as they were spoken."""
    files = sorted((LINES / "heard").glob("heard_*openings*.jsonl"))
    known = {row["id"]: row for row in lines}
    spoken = [json.loads(line) for file in files for line in file.read_text(encoding="utf-8").splitlines()]
    texts = [(row["id"], row["readings"][0]["text"]) for row in spoken if row["id"] in known and row["readings"]]
    return [{**known[key], "text": text} for key, text in texts if text]


def openings() -> list[Sample]:
    """All that may be learnt from."""
    dev = kept("openings")
    return [*made(dev, "dev"), *made(own(), "own"), *made(heard([*dev, *own()]), "heard")]


@cache
def learnt_by_network() -> frozenset[str]:
    """Ids of the openings that the network learnt, for those who ask how far it is to be believed."""
    with np.load(PIECES) as stored:
        return frozenset(stored["learnt"].tobytes().decode().split())


def aside(lines: Sequence[Row]) -> frozenset[str]:
    """Ids of every tenth family of like lines: the network does not learn them, so that they settle its worth."""
    family = families([row["text"] for row in lines])
    chosen = set(sorted(set(family))[::ASIDE])
    return frozenset(row["id"] for row, one in zip(lines, family, strict=True) if one in chosen)


def made(lines: list[Row], origin: str) -> list[Sample]:
    found = []
    for row in lines:
        text = normalize(row["text"])
        found.append(Sample(row["id"], text, row["reason"], origin, coded(features(text, values(text)))))
    return found
