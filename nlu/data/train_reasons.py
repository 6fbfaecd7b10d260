"""Trains `reason_words.tsv`: which words speak for which reason for calling.

Run `DENWABAN_SHARED=… python -m nlu.data.train_reasons` (needs scipy: the extra `train`). Trained on the `look` half of
the openings, the one with an even first byte in the SHA-256 of its id (the other half is kept for measuring),
and on the first line of each whole call. Loss: weighted cross entropy plus L2; five-fold cross-validation
on the look half chose words and pairs over characters and this penalty (0.62 right against 0.56).
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from scipy.optimize import minimize
from scipy.sparse import csr_matrix, diags, hstack

from nlu.meaning import Reason
from nlu.reason_words import BIAS, SCALE, features

PENALTY = 0.03
LEAST_SEEN = 2
LEAST_WEIGHT = 10
"""Of the largest of a feature's weights, in units of 1 / SCALE; smaller rows are left out."""
OUT = Path(__file__).parent / "reason_words.tsv"
HEAD = (
    "# Made by nlu/data/train_reasons.py from sentences written for this project (half of the openings and first\n"
    "# lines of calls), none recorded. Word or pair, tab, weights in fiftieths, in the order of the first row.\n"
)


def samples(folder: Path) -> Iterator[tuple[str, Reason]]:
    """(text, reason) of everything that is trained on."""
    for line in (folder / "openings.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if hashlib.sha256(row["id"].encode()).digest()[0] % 2 == 0:
            yield row["text"], Reason(row["reason"])
    for line in (folder / "dialogues.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        yield row["turns"][0], Reason(row["expect"]["reason"].split("|")[0])


def fit(rows: list[frozenset[str]], wanted: list[int]) -> tuple[list[str], Any]:
    """(features, weights of shape (features + 1, reasons), the bias last)."""
    seen = Counter(feature for row in rows for feature in row)
    known = sorted(feature for feature, times in seen.items() if times >= LEAST_SEEN)
    place = {feature: column for column, feature in enumerate(known)}
    cells = [(i, place[feature]) for i, row in enumerate(rows) for feature in sorted(row) if feature in place]
    ones = np.ones(len(cells))
    plain = csr_matrix((ones, tuple(zip(*cells, strict=True))), shape=(len(rows), len(known)))
    lengths = np.sqrt(np.maximum(1.0, np.asarray(plain.sum(1)).ravel()))
    matrix = hstack([diags(1.0 / lengths) @ plain, np.ones((len(rows), 1))]).tocsr()
    right = np.eye(len(Reason))[wanted]

    def loss(flat: Any) -> tuple[float, Any]:
        weights = flat.reshape(-1, len(Reason))
        scores = matrix @ weights
        scores -= scores.max(1, keepdims=True)
        shares = np.exp(scores)
        shares /= shares.sum(1, keepdims=True)
        slope = matrix.T @ (shares - right)
        slope[:-1] += PENALTY * weights[:-1]
        cost = -np.log((shares * right).sum(1) + 1e-12).sum() + 0.5 * PENALTY * (weights[:-1] ** 2).sum()
        return float(cost), slope.ravel()

    start = np.zeros((len(known) + 1) * len(Reason))
    found = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": 200})
    return known, found.x.reshape(-1, len(Reason))


def main() -> None:
    shared = os.environ.get("DENWABAN_SHARED")
    if not shared:
        sys.exit("DENWABAN_SHARED is not set: set it to the folder that holds data/openings.jsonl")
    order = list(Reason)
    pairs = list(samples(Path(shared) / "data"))
    known, weights = fit([features(text) for text, _ in pairs], [order.index(reason) for _, reason in pairs])
    whole = np.rint(weights * SCALE).astype(int)
    lines = [f"reasons\t{' '.join(order)}\n", f"{BIAS}\t{' '.join(map(str, whole[-1]))}\n"]
    for feature, row in zip(known, whole, strict=False):
        if np.abs(row).max() >= LEAST_WEIGHT:
            lines.append(f"{feature}\t{' '.join(map(str, row))}\n")
    OUT.write_text(HEAD + "".join(lines), encoding="utf-8")
    print(f"{len(pairs)} sentences, {len(lines) - 2} words and pairs → {OUT.name}")


if __name__ == "__main__":
    main()
