"""Which written lines are kept out of all training and tuning, for measuring; decided once, in `held_out.txt`.

Lines of one meaning stay on one side: lines alike in their characters (cosine of two- and three-character counts
weighted by rarity, single linkage) form a family, and a family is held out only where the SHA-256 of every id in it has
an odd first byte, so that whatever was once read for tuning is never measured. Of the questions whole companies are
held out. `python -m nlu.train.split` writes the file anew; nothing else does.

Only the weights of a release are fitted with the held-out lines too (`python -m nlu.train --all`), by settings that
were chosen without them; the figures that are reported are those of the weights fitted without them.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
LINES = HERE / "lines"
HELD_OUT = HERE / "held_out.txt"
ALIKE = 0.38
"""Cosine from which two lines are of one family."""
PARTS = ("openings", "numbers", "names", "companies", "times", "answers", "probes", "questions")
READ_DIALOGUES = 6
"""Whole calls up to this number were read before they were parted."""
UNSEEN_COMPANIES = frozenset({"clinic", "maker"})
"""Companies whose questions, and scripts, are held out."""
Row = dict[str, Any]
_EVERY = ContextVar("_EVERY", default=False)


def rows(part: str) -> list[Row]:
    """The lines of one part, as they were given: held out or not."""
    return [json.loads(line) for line in (LINES / f"{part}.jsonl").read_text(encoding="utf-8").splitlines()]


@cache
def held_out() -> frozenset[str]:
    """Ids of the lines that nothing may learn from."""
    return frozenset(HELD_OUT.read_text(encoding="utf-8").split())


def dialogue_held_out(key: str) -> bool:
    """Whether a whole call is only measured: of those after the first few every fourth, so that both sides have every
    company. Until 22 November 2026 it was every other one; those divisible by four have been read since."""
    number = int("".join(filter(str.isdigit, key)) or 0)
    return number > READ_DIALOGUES and number % 4 == 2


@contextmanager
def learning(*, every: bool) -> Iterator[None]:
    """Inside, `kept` gives every line, or only those that are not held out."""
    before = _EVERY.set(every)
    try:
        yield
    finally:
        _EVERY.reset(before)


def every() -> bool:
    """Whether held-out lines are learnt from now."""
    return _EVERY.get()


def kept(part: str) -> list[Row]:
    """The lines of one part that may be learnt from; no held-out one but inside `learning(every=True)`."""
    return [row for row in rows(part) if every() or row["id"] not in held_out()]


def measured(part: str) -> list[Row]:
    """The lines of one part that are only measured."""
    return [row for row in rows(part) if row["id"] in held_out()]


def families(texts: list[str]) -> list[int]:
    """Number of the family of each text (the index of its first member)."""
    vectors = _vectors(texts)
    postings: dict[str, list[int]] = defaultdict(list)
    parents = list(range(len(texts)))

    def root(i: int) -> int:
        while parents[i] != i:
            i = parents[i]
        return i

    for i, vector in enumerate(vectors):
        cosines: Counter[int] = Counter()
        for piece, weight in vector.items():
            for j in postings[piece]:
                cosines[j] += weight * vectors[j][piece]  # type: ignore[assignment]
            postings[piece].append(i)
        for j, cosine in cosines.items():
            if cosine >= ALIKE:
                one, other = sorted((root(i), root(j)))
                parents[other] = one
    return [root(i) for i in range(len(texts))]


def _vectors(texts: list[str]) -> list[dict[str, float]]:
    counts = [Counter(text[i : i + n] for n in (2, 3) for i in range(len(text) - n + 1)) for text in texts]
    seen = Counter(piece for count in counts for piece in count)
    vectors = []
    for count in counts:
        vector = {piece: times * math.log(len(texts) / seen[piece]) for piece, times in count.items()}
        length = math.sqrt(sum(weight * weight for weight in vector.values())) or 1.0
        vectors.append({piece: weight / length for piece, weight in vector.items()})
    return vectors


def _measured_ids(part: str) -> Iterable[str]:
    lines = rows(part)
    if part == "questions":
        return [row["id"] for row in lines if row["company"] in UNSEEN_COMPANIES]
    texts = [row.get("asked", "") + row.get("opening", "") + row["text"] for row in lines]
    members: dict[int, list[str]] = defaultdict(list)
    for family, row in zip(families(texts), lines, strict=True):
        members[family].append(row["id"])
    return [one for ids in members.values() if all(_odd(one) for one in ids) for one in ids]


def _odd(key: str) -> bool:
    return hashlib.sha256(key.encode()).digest()[0] % 2 == 1


def main() -> None:
    """Write `held_out.txt`."""
    ids = {part: list(_measured_ids(part)) for part in PARTS}
    HELD_OUT.write_text("\n".join(one for part in PARTS for one in sorted(ids[part])) + "\n", encoding="utf-8")
    for part in PARTS:
        print(f"{part}: {len(ids[part])} of {len(rows(part))} held out")


if __name__ == "__main__":
    main()
