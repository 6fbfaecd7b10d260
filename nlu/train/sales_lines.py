"""The openings, and the answers to probes, that the judges of sales calls learn from, each by its signs."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from nlu.normalize import normalize
from nlu.reasons import sales
from nlu.reasons.sales import BEFORE, UNSURE, Said
from nlu.train import split
from nlu.train.samples import learnt_by_network, values

FOLDS = 5
WORTH = {"given": 1.0, "own": 1.0, "heard": 0.5}
"""How much a line counts, by its origin."""
Row = split.Row


@dataclass(frozen=True, slots=True)
class Line:
    """One line to learn from."""

    said: Said
    before: tuple[str, ...]
    """Signs of what was said before the probe; () for an opening."""
    probed: bool
    """Whether it is an answer to a probe."""
    sells: bool
    fold: int
    hard: bool
    origin: str
    """"given", "own" (written beside the data), or "heard" (one of these as the ears wrote it)."""
    apart: bool
    """Whether the network did not learn it: no answer, nor the openings set aside as they were written."""


def own(part: str) -> list[Row]:
    """Lines written beside the data, all to be learnt from."""
    return [
        json.loads(line)
        for path in sorted(split.LINES.glob(f"own_{part}*.jsonl"))
        for line in path.read_text(encoding="utf-8").splitlines()
    ]


def heard(part: str, rows: list[Row]) -> list[Row]:
    """The lines of one part as the ears wrote them over a telephone, as far as they were spoken."""
    path = split.LINES / "heard" / f"heard_{part}.jsonl"
    known = {row["id"]: row for row in rows}
    spoken = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] if path.exists() else []
    texts = [(row["id"], row["readings"][0]["text"]) for row in spoken if row["id"] in known and row["readings"]]
    return [{**known[key], "text": text} for key, text in texts if text]


def lines() -> list[Line]:
    """Every opening and probe that may be learnt from."""
    given, written = split.kept("openings"), own("openings")
    both = [(row, "given") for row in given] + [(row, "own") for row in written]
    families = split.families([row["text"] for row, _ in both])
    folds = {row["id"]: _fold(f"family {family}") for (row, _), family in zip(both, families, strict=True)}
    both += [(row, "heard") for row in heard("openings", given)]
    found = [_opening(row, folds[row["id"]], origin) for row, origin in both]
    probes, more = split.kept("probes"), own("probes")
    found += [_probed(row, "given") for row in probes] + [_probed(row, "own") for row in more]
    return found + [_probed(row, "heard") for row in heard("probes", probes) + heard("own_probes", more)]


def _opening(row: Row, fold: int, origin: str) -> Line:
    text = normalize(row["text"])
    said = sales.utterance(text, values(text))
    apart = origin != "heard" and row["id"] not in learnt_by_network()
    return Line(said, (), False, row["reason"] == "sales", fold, bool(row.get("hard")), origin, apart)


def _probed(row: Row, origin: str) -> Line:
    said = sales.utterance(row["text"], sales.plain_slots(row["text"]))
    said = sales.with_question(said, row["probe"], row["text"])
    opening = sales.utterance(row["opening"], sales.plain_slots(row["opening"]))
    before = tuple(sign for sign in opening.signs if sign[0] in BEFORE)
    return Line(said, before, True, row["sales"], _fold(row["opening"][:12]), False, origin, True)


def _fold(key: str) -> int:
    return hashlib.sha256(key.encode()).digest()[3] % FOLDS


def by_signs(rows: Sequence[Line], scores: Any, figures: Mapping[str, float]) -> Any:
    """Calibrated log-odds of each line, by its signs."""
    return _of("slope", rows, figures) * scores + _of("shift", rows, figures)


def network_odds(rows: Sequence[Line]) -> Any:
    """What the network says of each line; 0 where it learnt it."""
    return np.array([sales.selling_odds(row.said.text) if row.apart else 0.0 for row in rows])


def with_network(rows: Sequence[Line], scores: Any, told: Any, figures: Mapping[str, float]) -> Any:
    """Calibrated log-odds of each line, by its signs and, where those leave some doubt, by what the network told of a
    line that it did not learn."""
    signs = by_signs(rows, scores, figures)
    weights = [_of(part, rows, figures) for part in ("signs", "network", "both")]
    both = weights[0] * scores + weights[1] * told + weights[2]
    unsure = np.abs(signs) < math.log((1 - UNSURE) / UNSURE)
    return np.where(unsure & np.array([row.apart for row in rows]), both, signs)


def _of(part: str, rows: Sequence[Line], figures: Mapping[str, float]) -> Any:
    return np.array([figures[f"{'answer' if row.probed else 'opening'}_{part}"] for row in rows])
