"""From what weights were learnt, as marks that are cheap to compare, so that stale ones are noticed.

`lines` is a digest of every line that a part learns from and of the figures set at the head of its trainer: a line or
a penalty that changes without learning anew shows. `looks` are marks of what is seen in some of the lines: they change
where the code or the tables that read lines do. Needs nothing that only training needs, and leaves out the fit itself:
`python -m nlu.train --check` learns anew and compares what comes out.
"""

from __future__ import annotations

import ast
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from zlib import crc32

from nlu.identity.company_spans import spans
from nlu.normalize import normalize
from nlu.reasons.features import features
from nlu.reasons.sales import plain_slots, utterance
from nlu.replies.signs import signs
from nlu.score.asked import expected_of
from nlu.train import split
from nlu.train.learnt import Learnt

NLU = Path(__file__).parents[1]
FILES: Mapping[str, tuple[str, ...]] = {
    "companies": (
        "companies.jsonl", "openings.jsonl", "numbers.jsonl", "times.jsonl", "answers.jsonl", "own_companies.jsonl",
        "own_openings_calls.jsonl", "own_openings_customers.jsonl",
    ),
    "reasons": ("openings.jsonl", "own_openings_*.jsonl", "own_reasons*.jsonl", "heard/heard_*openings*.jsonl"),
    "sales": (
        "openings.jsonl", "own_openings*.jsonl", "probes.jsonl", "own_probes*.jsonl",
        "heard/heard_openings.jsonl", "heard/heard_probes.jsonl", "heard/heard_own_probes.jsonl",
    ),
    "answers": ("answers.jsonl", "own_answers.jsonl"),
    "knowledge": ("questions.jsonl", "own_questions*.jsonl", "members.json", "own_members.json"),
}  # fmt: skip
"""The files under `lines` that each part learns from."""
TRAINERS: Mapping[str, tuple[str, ...]] = {
    "companies": ("train/companies.py",),
    "reasons": ("train/reasons.py", "train/fitting.py", "reasons/linear.py"),
    "sales": ("train/sales.py", "train/sales_lines.py"),
    "answers": ("train/answers.py",),
    "knowledge": ("train/knowledge.py", "train/knowledge_networks.py"),
}
"""The modules under `nlu` whose figures settle how each is fitted."""
_LOOKED_AT = 48
"""Lines of a part that are looked at, about."""


@dataclass(frozen=True, slots=True)
class Origin:
    """The marks of one part."""

    lines: str
    looks: tuple[str, ...]

    def __str__(self) -> str:
        return " ".join((self.lines, *self.looks))

    def alike(self, other: Origin) -> float:
        """The share of the lines looked at that look the same; 1 where none is looked at."""
        pairs = list(zip(self.looks, other.looks, strict=False))
        return sum(one == another for one, another in pairs) / len(pairs) if pairs else 1.0


def read(marks: str) -> Origin:
    """What `str` wrote; the marks of weights that say nothing are empty."""
    lines, *looks = marks.split() or [""]
    return Origin(lines, tuple(looks))


def origin(part: str, learnt: Learnt, folder: Path = split.LINES, code: Path = NLU) -> Origin:
    """The marks of a part as the lines and the code are now."""
    rows = list(_rows(part, learnt, folder))
    digest = sha256()
    for row in rows:
        digest.update(row.encode() + b"\n")
    for name in TRAINERS[part]:
        for setting in settings((code / name).read_text(encoding="utf-8")):
            digest.update(f"{setting}\n".encode())
    return Origin(digest.hexdigest()[:16], tuple(_looks(part, rows)))


def settings(source: str) -> Iterator[str]:
    """The figures and words that a module sets at its head, by name; comments change none of them."""
    for node in ast.parse(source).body:
        match node:
            case ast.Assign(targets=[target], value=value) | ast.AnnAssign(target=target, value=ast.expr() as value):
                name = ast.unparse(target)
                if name == name.upper():
                    yield f"{name} = {ast.unparse(value)}"


def _rows(part: str, learnt: Learnt, folder: Path) -> Iterator[str]:
    left_out = frozenset() if learnt is Learnt.ALL else split.held_out()
    for pattern in FILES[part]:
        for path in sorted(folder.glob(pattern)):
            text = path.read_text(encoding="utf-8")
            if path.suffix == ".json":
                yield text
                continue
            yield from (line for line in text.splitlines() if line and json.loads(line)["id"] not in left_out)


def _looks(part: str, rows: list[str]) -> Iterator[str]:
    look = LOOKS.get(part)
    if look is None:
        return
    fitting = [row for line in rows if look.wants <= (row := json.loads(line)).keys()]
    for row in fitting[:: max(1, len(fitting) // _LOOKED_AT)]:
        yield f"{crc32(' '.join(sorted(look.seen(row))).encode()):08x}"


@dataclass(frozen=True, slots=True)
class _Look:
    """What the judge of a part sees in a line."""

    wants: frozenset[str]
    """Fields without which a line is passed over."""
    seen: Callable[[split.Row], tuple[str, ...]]


def _company(row: split.Row) -> tuple[str, ...]:
    return tuple(sign for span in spans(normalize(row["text"]), "opening", "", False) for sign in span.signs)


def _reason(row: split.Row) -> tuple[str, ...]:
    text = normalize(row["text"])
    return features(text, plain_slots(text)).signs


def _sale(row: split.Row) -> tuple[str, ...]:
    text = normalize(row["text"])
    return utterance(text, plain_slots(text)).signs


def _answer(row: split.Row) -> tuple[str, ...]:
    found = signs(normalize(row["text"]), expected_of(row["asked"]))
    return tuple(f"{name} {strength:.3f}" for name, strength in found.items())


_TEXT = frozenset({"text"})
LOOKS: Mapping[str, _Look] = {
    "companies": _Look(_TEXT, _company),
    "reasons": _Look(_TEXT, _reason),
    "sales": _Look(_TEXT, _sale),
    "answers": _Look(_TEXT | {"asked"}, _answer),
}
