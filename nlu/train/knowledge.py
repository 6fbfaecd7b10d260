"""Trains what `nlu/weighing.py` weighs with, and says how it does on companies left out.

Learns from the questions of the divided data whose companies are not held out and from `own_questions.jsonl`, whose
companies were invented for it. Every answerable question is also shown to its script without the entry that answers it,
where nothing should be answered. What is measured is always a company that nothing was learnt from. Deterministic: one
thread, fixed seeds. `main` writes `data/knowledge_weights.npz`.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import numpy as np

from nlu import weighing
from nlu.knowledge import ANSWER_FROM, BEYOND_FROM, LEFT_FROM
from nlu.matching import Related, relate, script
from nlu.meaning import Entry
from nlu.topics import take_apart
from nlu.train import knowledge_networks as networks
from nlu.train.split import LINES, UNSEEN_COMPANIES, Row, kept, measured

NONE, BEYOND = -1, -2
"""What is wanted of a question that no entry answers."""
WITHOUT_ANSWER = 0.3
"""Weight of a question whose entry was taken out, against 1 for a written one."""
FOLDS = 7
NETWORKS, FORESTS = 2, 2


@dataclass(frozen=True, slots=True)
class Sample:
    """One question against one script."""

    company: str
    text: str
    related: Related
    wanted: int
    """Index of the entry, or NONE or BEYOND."""
    weight: float


def read(members: dict[str, Any], rows: Sequence[Row]) -> list[Sample]:
    """The questions as samples, each answerable one followed by itself without its answer."""
    samples = []
    for row in rows:
        member, question = members[row["company"]], take_apart(row["text"])
        entries = tuple(Entry(tuple(entry["q"]), entry["a"]) for entry in member["faq"])
        beyond, wanted = tuple(member["beyond"]), row["entry"]
        answered = isinstance(wanted, int)
        target = wanted if answered else {"none": NONE, "beyond": BEYOND}[wanted]
        text, company = question.normal, row["company"]
        samples.append(Sample(company, text, relate(question, script(entries, beyond)), target, 1.0))
        if answered:
            rest = entries[:wanted] + entries[wanted + 1 :]
            samples.append(Sample(company, text, relate(question, script(rest, beyond)), NONE, WITHOUT_ANSWER))
    return samples


def learnt_from() -> list[Sample]:
    """All samples that may be learnt from."""
    members = json.loads((LINES / "members.json").read_text(encoding="utf-8"))
    own = json.loads((LINES / "own_members.json").read_text(encoding="utf-8"))
    lines = (LINES / "own_questions.jsonl").read_text(encoding="utf-8").splitlines()
    return read(members, kept("questions")) + read(own, [json.loads(line) for line in lines])


def unseen() -> list[Sample]:
    """The held-out companies' questions, only to be measured."""
    members = json.loads((LINES / "members.json").read_text(encoding="utf-8"))
    return read({key: members[key] for key in UNSEEN_COMPANIES}, measured("questions"))


def forest(samples: Sequence[Sample]) -> dict[str, Any]:
    """Trees over the pairs of question and entry, as `weighing.tree_entries` reads them."""
    ensemble: Any = import_module("sklearn.ensemble")
    rows = np.vstack([sample.related.entries for sample in samples])
    right = np.concatenate([np.arange(len(sample.related.entries)) == sample.wanted for sample in samples])
    weight = np.concatenate([np.full(len(sample.related.entries), sample.weight) for sample in samples])
    settings = {"max_iter": 150, "learning_rate": 0.07, "max_leaf_nodes": 10, "min_samples_leaf": 25}
    nodes, start = [], 0.0
    for seed in range(FORESTS):
        model = ensemble.HistGradientBoostingClassifier(
            **settings, l2_regularization=5, max_features=0.3, random_state=seed
        )
        model.fit(rows, right, sample_weight=weight)
        start += float(model._baseline_prediction.item()) / FORESTS
        nodes += [tree.nodes for each in model._predictors for tree in each]
    shape = (len(nodes), max(len(tree) for tree in nodes))
    arrays: dict[str, Any] = {name: np.zeros(shape, np.uint8) for name in ("column", "left", "right")}
    arrays |= {name: np.zeros(shape, np.float32) for name in ("limit", "value")}
    for i, tree in enumerate(nodes):
        leaf, own = tree["is_leaf"].astype(bool), np.arange(len(tree))
        arrays["column"][i, : len(tree)] = np.where(leaf, 0, tree["feature_idx"])
        arrays["limit"][i, : len(tree)] = np.where(leaf, 0.0, tree["num_threshold"])
        arrays["left"][i, : len(tree)] = np.where(leaf, own, tree["left"])
        arrays["right"][i, : len(tree)] = np.where(leaf, own, tree["right"])
        arrays["value"][i, : len(tree)] = np.where(leaf, tree["value"], 0.0)
    return arrays | {"forests": np.array([FORESTS], np.float32), "start": np.array([start], np.float32)}


def fit(samples: Sequence[Sample]) -> dict[str, dict[str, Any]]:
    """All models, as `weighing.weights` reads them."""
    found = {"trees": forest(samples)}
    written = [sample for sample in samples if sample.weight == 1.0]
    wanted, touched = [sample.wanted for sample in samples], [sample.wanted == BEYOND for sample in written]
    weight, texts = [sample.weight for sample in samples], [weighing.signs(sample.text) for sample in written]
    for seed in range(NETWORKS):
        found[f"entries{seed}"] = networks.entries([sample.related for sample in samples], wanted, weight, seed)
        found[f"beyond{seed}"] = networks.beyond([sample.related for sample in written], texts, touched, seed)
    return found


def crossed(samples: Sequence[Sample]) -> list[tuple[Sample, dict[str, dict[str, Any]]]]:
    """Each written question with models that have not seen its company."""
    companies = sorted({sample.company for sample in samples})
    fold = {company: i % FOLDS for i, company in enumerate(companies)}
    found = []
    for left_out in range(FOLDS):
        models = fit([sample for sample in samples if fold[sample.company] != left_out])
        written = [sample for sample in samples if sample.weight == 1.0]
        found += [(sample, models) for sample in written if fold[sample.company] == left_out]
    return found


def signal(sample: Sample, models: dict[str, dict[str, Any]]) -> tuple[int, Any]:
    """The likeliest entry by models that lack the last step, and what that step judges by."""
    related = sample.related
    nets = [weighing.network_entries(model, related) for name, model in models.items() if name.startswith("entries")]
    topics = [model for name, model in models.items() if name.startswith("beyond")]
    topic = float(np.mean([weighing.network_beyond(model, related, sample.text) for model in topics]))
    return weighing.signals(np.mean(nets, 0), weighing.tree_entries(models["trees"], related.entries), topic)


def last_step(found: Sequence[tuple[int, Any]], wanted: Sequence[int]) -> dict[str, Any]:
    """From what is seen to whether the likeliest entry is right: a logistic regression on questions left out."""
    rows = np.stack([row for _, row in found]).astype(np.float64)
    right = np.array([best == want for (best, _), want in zip(found, wanted, strict=True)], np.float64)
    mean, spread = rows.mean(0), rows.std(0) + 1e-6
    columns = np.hstack([(rows - mean) / spread, np.ones((len(rows), 1))])
    weight = np.zeros(columns.shape[1])
    ridge = np.diag([1.0] * len(mean) + [0.0])
    for _ in range(30):
        chance = 1.0 / (1.0 + np.exp(-columns @ weight))
        slope = columns.T @ (chance - right) + ridge @ weight
        weight -= np.linalg.solve(columns.T @ (columns * (chance * (1.0 - chance))[:, None]) + ridge, slope)
    plain = weight[:-1] / spread
    return {"weight": plain.astype(np.float32), "bias": np.array([weight[-1] - plain @ mean], np.float32)}


def report(samples: Sequence[Sample], found: Sequence[tuple[int | None, float, float]], name: str) -> str:
    """Answered, wrong and caught at several thresholds, in one line each; counts only."""
    wanted = np.array([sample.wanted for sample in samples])
    best, sure, topic = np.array([one[0] for one in found]), *(np.array([one[i] for one in found]) for i in (1, 2))
    answerable, beyond = wanted >= 0, wanted == BEYOND
    counts = f"n = {len(wanted)}, of them {answerable.sum()} answerable and {beyond.sum()} beyond"
    lines = [f"{name}: {counts}; best entry right {(best == wanted)[answerable].mean():.3f}"]
    for threshold in sorted({0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, ANSWER_FROM}):
        given = (sure >= threshold) & (topic < LEFT_FROM)
        answered = (given & (best == wanted)).sum() / max(answerable.sum(), 1)
        wrong = (given & (best != wanted)).sum() / len(wanted)
        caught = (beyond & ~given & (topic >= BEYOND_FROM)).sum() / max(beyond.sum(), 1)
        mark = " *" if threshold == ANSWER_FROM else ""
        lines.append(f"  from {threshold:.2f}: answered {answered:.3f}, wrong {wrong:.4f}, caught {caught:.3f}{mark}")
    return "\n".join(lines)


def store(models: dict[str, dict[str, Any]]) -> None:
    """Write the weights, those of layers half as exact as they were."""
    arrays = {
        f"{model}/{name}": np.asarray(array, np.float16) if name.endswith((".weight", ".bias")) else array
        for model, each in models.items()
        for name, array in each.items()
    }
    np.savez_compressed(weighing.FILE, **arrays)  # type: ignore[arg-type]


def main(held_out: bool = False) -> None:
    """Train, store and report on companies left out in turn, and on those held out for good (`held_out`)."""
    samples = learnt_from()
    finish(samples, crossed(samples), fit(samples), held_out)


def finish(samples: Sequence[Sample], left_out: Sequence[Any], models: dict[str, Any], held_out: bool) -> None:
    """Fit the last step on the questions left out, store all, and report."""
    seen = [signal(sample, others) for sample, others in left_out]
    written = [sample for sample, _ in left_out]
    folds = np.array([sorted({sample.company for sample in samples}).index(sample.company) % 2 for sample in written])
    found: list[Any] = [None] * len(written)
    for half in (0, 1):
        inside = [i for i in range(len(written)) if folds[i] != half]
        final = last_step([seen[i] for i in inside], [written[i].wanted for i in inside])
        for i in np.flatnonzero(folds == half).tolist():
            found[i] = weighing.judge(written[i].related, written[i].text, {**left_out[i][1], "final": final})
    print(report(written, found, "companies left out in turn"))
    own = set(json.loads((LINES / "own_members.json").read_text(encoding="utf-8")))
    given = [i for i, sample in enumerate(written) if sample.company not in own]
    print(report([written[i] for i in given], [found[i] for i in given], "of them the divided data's"))
    models = {**models, "final": last_step(seen, [sample.wanted for sample in written])}
    store(models)
    if held_out:
        others = [sample for sample in unseen() if sample.weight == 1.0]
        judged = [weighing.judge(sample.related, sample.text, models) for sample in others]
        print(report(others, judged, "held-out companies"))


if __name__ == "__main__":
    main()
