"""Trains the judge of reasons and says how well it does: `python -m nlu.train reasons`.

Cross-validated over families of like lines, so that no paraphrase is on both sides; what the ears heard of a line stays
with the line. How far the signs and, where these are unsure, the network are believed is chosen on lines that neither
had learnt: left out in turn here, set aside there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from nlu.meaning import Reason
from nlu.reasons.judge import LEAST, UNSURE
from nlu.reasons.linear import Linear, load, softmax
from nlu.reasons.network import log_shares
from nlu.train import split
from nlu.train.fitting import Keys, Trust, fit, matrix, stored, vocabulary
from nlu.train.samples import Sample, learnt_by_network, openings
from nlu.train.split import families

KINDS = "wzeospckxbd"
FOLDS = 5
WORTH = {"dev": 2.0, "own": 1.0, "heard": 0.7}
"""How much a line counts, by its origin."""
HEATS = tuple(step / 20 for step in range(8, 61))
"""By what the log-odds of the signs are divided, as is tried."""
PARTS = tuple(step / 10 for step in range(1, 16))
"""How far signs and network are believed where both are asked, as is tried."""
PRIOR = 0.5
"""How far the shares of the reasons are moved from those of all lines to those of the dev lines, 0..1."""
CLASSES = tuple(str(reason) for reason in Reason)
OUT = Path(__file__).parent.parent / "data" / "reason_weights.npz"


@dataclass(frozen=True, slots=True)
class Outcome:
    """Log-odds of samples by weights that did not see them, and what the network says of them."""

    samples: Sequence[Sample]
    odds: Any
    network: Any

    def together(self, trust: Trust) -> Any:
        """Log-odds by both, where the signs are unsure; elsewhere by the signs."""
        odds = self.odds / trust.heat
        unsure = softmax(odds).max(1) < UNSURE
        return np.where(unsure[:, None], trust.doubted * odds + trust.network * self.network, odds)


def groups(samples: Sequence[Sample]) -> Any:
    """The fold of each sample; like lines, and a line and its heard form, are in one."""
    written = [sample for sample in samples if sample.origin != "heard"]
    family = families([sample.text for sample in written])
    by_key = {sample.key: one for sample, one in zip(written, family, strict=True)}
    order = np.random.default_rng(1).permutation(sorted(set(family)))
    fold = {one: i % FOLDS for i, one in enumerate(order.tolist())}
    return np.array([fold[by_key[sample.key]] for sample in samples])


def crossed(samples: Sequence[Sample], fold: Any) -> Any:
    """Log-odds of each fold by weights from the others."""
    odds = np.zeros((len(samples), len(CLASSES)))
    for one in range(FOLDS):
        seen = [sample for sample, at in zip(samples, fold, strict=True) if at != one]
        left = [sample for sample, at in zip(samples, fold, strict=True) if at == one]
        table, known, shift = _fitted(seen)
        cells = matrix([sample.found for sample in left], known)
        odds[fold == one] = cells @ table[:-1] + table[-1] + shift
    return odds


def unlearnt(samples: Sequence[Sample], odds: Any) -> Outcome:
    """Those of the samples that the network had not learnt either."""
    learnt = learnt_by_network()
    chosen = [i for i, sample in enumerate(samples) if sample.key not in learnt]
    left = [samples[i] for i in chosen]
    return Outcome(left, odds[chosen], np.stack([log_shares(sample.text) for sample in left]))


def believed(samples: Sequence[Sample], odds: Any, apart: Outcome) -> Trust:
    """The trust by which the confidence comes true best: of the signs on all samples, then of both on those apart."""
    heat = min(HEATS, key=lambda heat: surprise(odds / heat, wanted(samples)))
    right = wanted(apart.samples)
    both = (Trust(heat, doubted, network) for doubted in PARTS for network in PARTS)
    return min(both, key=lambda trust: surprise(apart.together(trust), right))


def surprise(odds: Any, right: Any) -> float:
    """The mean of minus the logarithm of the right reason's share."""
    return float(-np.log(softmax(odds)[np.arange(len(right)), right]).mean())


def trained(samples: Sequence[Sample], trust: Trust) -> Linear:
    """Weights from all samples."""
    table, known, shift = _fitted(samples)
    return stored(table, known, CLASSES, shift, trust)


def save(linear: Linear, path: Path) -> None:
    """Write what `nlu.reasons.linear.load` reads."""
    np.savez_compressed(
        path,
        classes=np.frombuffer(" ".join(linear.classes).encode(), np.uint8),
        keys=linear.keys,
        levels=linear.levels,
        scales=linear.scales,
        dense=linear.dense.astype(np.float16),
        bias=linear.bias,
        doubted=np.float32(linear.doubted),
        network=np.float32(linear.network),
    )


def wanted(samples: Sequence[Sample]) -> Any:
    """Index of each sample's reason."""
    return np.array([CLASSES.index(sample.reason) for sample in samples])


def _fitted(samples: Sequence[Sample]) -> tuple[Any, Keys, Any]:
    """(weights, the signs that have one, what moves the shares of the reasons)."""
    known = vocabulary([sample.found for sample in samples if sample.origin != "heard"], KINDS)
    cells = matrix([sample.found for sample in samples], known)
    weights = np.array([WORTH[sample.origin] for sample in samples])
    right = wanted(samples)
    table = fit(cells, right, weights, len(CLASSES))
    learnt = np.bincount(right, weights, len(CLASSES)) + 1
    usual = np.bincount(right[[sample.origin == "dev" for sample in samples]], minlength=len(CLASSES)) + 1
    return table, known, PRIOR * np.log((usual / usual.sum()) / (learnt / learnt.sum()))


def report(samples: Sequence[Sample], odds: Any) -> str:
    """Accuracy by origin, F1 by reason, and how far the confidence holds."""
    right, best, sure = wanted(samples), odds.argmax(1), softmax(odds).max(1)
    lines = []
    for origin in dict.fromkeys(sample.origin for sample in samples):
        chosen = np.array([sample.origin == origin for sample in samples])
        none = f"{(sure < LEAST)[chosen].mean():.3f} not sure enough to tell one"
        lines.append(f"{origin}: {(best == right)[chosen].mean():.3f} right of {chosen.sum()}, {none}")
    written = np.array([sample.origin != "heard" for sample in samples])
    right, best, top = right[written], best[written], sure[written]
    lines.append("reason               n     F1   taken most for")
    for i, name in enumerate(CLASSES):
        hits = int(((best == i) & (right == i)).sum())
        total = int((best == i).sum() + (right == i).sum())
        missed = Counter(CLASSES[j] for j in best[(right == i) & (best != i)])
        others = ", ".join(f"{other} {times}" for other, times in missed.most_common(4))
        lines.append(f"{name:18}{(right == i).sum():5}  {2 * hits / max(total, 1):.3f}   {others}")
    for low, high in ((0.0, 0.3), (0.3, 0.5), (0.5, 0.7), (0.7, 0.9), (0.9, 1.01)):
        at = (top >= low) & (top < high)
        lines.append(
            f"confidence {low:.1f} to {min(high, 1):.1f}: {(best == right)[at].mean():.2f} right of {at.sum()}"
        )
    return "\n".join(lines)


def main(into: Path = OUT) -> None:
    """Report on lines left out in turn, settle how far to believe whom, then learn from all that may be learnt from."""
    with split.learning(every=False):
        lines = openings()
    odds = crossed(lines, groups(lines))
    apart = unlearnt(lines, odds)
    trust = believed(lines, odds, apart)
    print(trust, report(lines, odds / trust.heat), sep="\n")
    for name, one in (("by the signs", apart.odds / trust.heat), ("with the network", apart.together(trust))):
        print(f"-- set aside, {name}", report(apart.samples, one), sep="\n")
    save(trained(openings() if split.every() else lines, trust), into)
    print(f"{len(load(into).keys)} signs, {into.stat().st_size} bytes")
