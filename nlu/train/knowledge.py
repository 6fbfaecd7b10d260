"""Trains what `nlu/knowledge/weighing.py` weighs with, and says how it does on companies left out.

Learns from the questions of the divided data whose companies are not held out and from `own_questions*.jsonl`, whose
companies were invented for it. Every answerable question is also shown to its script without the entry that answers it,
where nothing should be answered. The companies are divided by turns: each model is taught without a third of them and
measured by these, and all of them together are what is stored. What is measured is always a company that nothing was
learnt from. Deterministic: one thread, fixed seeds. `main` writes `data/knowledge_weights.npz`.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

from nlu.knowledge import retrieval as knowledge
from nlu.knowledge import weighing
from nlu.knowledge.matching import relate
from nlu.knowledge.retrieval import ANSWER_FROM, kind_of
from nlu.knowledge.topics import Script, script, take_apart
from nlu.knowledge.weighing import Related
from nlu.train import knowledge_networks as networks
from nlu.train.split import LINES, UNSEEN_COMPANIES, Row, kept, measured
from nlu.vocabulary import Entry

NONE, BEYOND = -1, -2
"""What is wanted of a question that no entry answers."""
WITHOUT_ANSWER = 0.3
"""Weight of a question whose entry was taken out, against 1 for a written one."""
GIVEN = 3.0
"""Weight of a question by a writer who knew nothing of the rules, as of the divided data, against 1 for another: they
are few and like those to come."""
WRONG = 0.03
"""Share of the questions that may be answered wrongly, by companies left out. Most of them were written to be one step
past an entry; callers seldom are."""
FOLDS = 3
_TELLS = {0: 1, 1: 1, 4: 1, 5: -1, 6: -1, 7: -1}
"""Columns of `weighing.signals` that may tell to one side only: both judgements, and the figures compared."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One question against one script."""

    company: str
    text: str
    related: Related
    against: Script
    wanted: int
    """Index of the entry, or NONE or BEYOND."""
    weight: float
    written: bool
    """As written; else shown to its script without the entry that answers it."""


def read(members: dict[str, Any], rows: Sequence[Row], weight: float = 1.0) -> list[Sample]:
    """The questions as samples, each answerable one followed by itself without its answer."""
    samples = []
    for row in rows:
        member, question = members[row["company"]], take_apart(row["text"])
        entries = tuple(Entry(tuple(entry["q"]), entry["a"]) for entry in member["faq"])
        beyond, wanted = tuple(member["beyond"]), row["entry"]
        answered = isinstance(wanted, int)
        target = wanted if answered else {"none": NONE, "beyond": BEYOND}[wanted]
        text, company, whole = question.normal, row["company"], script(entries, beyond)
        samples.append(Sample(company, text, relate(question, whole), whole, target, weight, True))
        if answered:
            rest = script(entries[:wanted] + entries[wanted + 1 :], beyond)
            samples.append(Sample(company, text, relate(question, rest), rest, NONE, weight * WITHOUT_ANSWER, False))
    return samples


def learnt_from() -> list[Sample]:
    """All samples that may be learnt from."""
    members = json.loads((LINES / "members.json").read_text(encoding="utf-8"))
    own = json.loads((LINES / "own_members.json").read_text(encoding="utf-8"))
    strangers = [json.loads(line) for line in _lines("_strangers")]
    written = [json.loads(line) for more in ("", "_more", "_trades", "_towns", "_plain") for line in _lines(more)]
    return read(members, kept("questions"), GIVEN) + read(own, strangers, GIVEN) + read(own, written)


def _lines(more: str) -> list[str]:
    return (LINES / f"own_questions{more}.jsonl").read_text(encoding="utf-8").splitlines()


def unseen() -> list[Sample]:
    """The held-out companies' questions, only to be measured."""
    members = json.loads((LINES / "members.json").read_text(encoding="utf-8"))
    return read({key: members[key] for key in UNSEEN_COMPANIES}, measured("questions"))


def lay(tree: Any, rows: dict[str, Any]) -> None:
    """Write a tree's leaves from left to right, and of every fork which leaves are left when it goes right."""
    forks, leaves = iter(range(weighing.LEAVES)), iter(range(weighing.LEAVES))

    def below(at: int) -> int:
        """The leaves below a node, as bits."""
        node = tree[at]
        if node["is_leaf"]:
            leaf = next(leaves)
            rows["value"][leaf] = node["value"]
            return 1 << leaf
        fork, left = next(forks), below(int(node["left"]))
        rows["column"][fork], rows["limit"][fork] = node["feature_idx"], node["num_threshold"]
        rows["rest"][fork] = ((1 << weighing.LEAVES) - 1) & ~left
        return left | below(int(node["right"]))

    below(0)


def grown(rows: Any, right: Any, weight: Any, settings: dict[str, Any]) -> dict[str, Any]:
    """Trees over rows of numbers, as `weighing.tree_entries` reads them."""
    ensemble: Any = import_module("sklearn.ensemble")
    model = ensemble.HistGradientBoostingClassifier(**settings)
    model.fit(rows, right, sample_weight=weight)
    nodes = [tree.nodes for each in model._predictors for tree in each]
    shape = (weighing.LEAVES - 1, len(nodes))
    arrays: dict[str, Any] = {"column": np.zeros(shape, np.uint8), "rest": np.zeros(shape, np.uint16)}
    arrays |= {
        "limit": np.full(shape, np.inf, np.float32),
        "value": np.zeros((len(nodes), weighing.LEAVES), np.float32),
    }
    for i, tree in enumerate(nodes):
        lay(tree, {name: array[i] if name == "value" else array[:, i] for name, array in arrays.items()})
    return arrays | {"forests": np.ones(1, np.float32), "start": np.float32(model._baseline_prediction).ravel()}


def forest(samples: Sequence[Sample], seed: int) -> dict[str, Any]:
    """Trees over the pairs of question and entry."""
    rows = np.vstack([sample.related.entries for sample in samples])
    right = np.concatenate([np.arange(len(sample.related.entries)) == sample.wanted for sample in samples])
    weight = np.concatenate([np.full(len(sample.related.entries), sample.weight) for sample in samples])
    size = {"max_iter": 150, "learning_rate": 0.07, "max_leaf_nodes": weighing.LEAVES, "min_samples_leaf": 25}
    return grown(rows, right, weight, {**size, "l2_regularization": 5, "max_features": 0.3, "random_state": seed})


def fit(samples: Sequence[Sample], seed: int) -> dict[str, dict[str, Any]]:
    """One model of each kind, as `weighing.weights` reads them."""
    written = [sample for sample in samples if sample.written]
    wanted, touched = [sample.wanted for sample in samples], [sample.wanted == BEYOND for sample in written]
    weight, texts = [sample.weight for sample in samples], [weighing.signs(sample.text) for sample in written]
    heavy = [sample.weight for sample in written]
    return {
        "trees": forest(samples, seed),
        f"entries{seed}": networks.entries([sample.related for sample in samples], wanted, weight, seed),
        f"beyond{seed}": networks.beyond([sample.related for sample in written], texts, touched, heavy, seed),
    }


def together(parts: Sequence[dict[str, dict[str, Any]]]) -> dict[str, dict[str, Any]]:
    """The models of several fits as one judge: their networks side by side, their trees in one forest."""
    found = {name: model for part in parts for name, model in part.items()}
    forests = [part["trees"] for part in parts]
    trees = {name: np.concatenate([each[name] for each in forests], 1) for name in ("column", "rest", "limit")}
    trees["value"] = np.concatenate([each["value"] for each in forests])
    trees["forests"] = np.array([len(forests)], np.float32)
    trees["start"] = np.mean([each["start"] for each in forests], 0).astype(np.float32)
    return found | {"trees": trees}


def folds(samples: Sequence[Sample], count: int) -> dict[str, int]:
    """A fold for each company, those of the divided data, which come first, spread over them."""
    return {company: i % count for i, company in enumerate(dict.fromkeys(sample.company for sample in samples))}


def crossed(samples: Sequence[Sample]) -> list[tuple[Sample, dict[str, dict[str, Any]]]]:
    """Each written question with models that have not seen its company."""
    fold = folds(samples, FOLDS)
    found = []
    for left_out in range(FOLDS):
        models = fit([sample for sample in samples if fold[sample.company] != left_out], left_out)
        written = [sample for sample in samples if sample.written]
        found += [(sample, models) for sample in written if fold[sample.company] == left_out]
    return found


def signal(sample: Sample, models: dict[str, dict[str, Any]]) -> tuple[int, Any]:
    """The likeliest entry by models that lack the last step, and what that step judges by."""
    related = sample.related
    topics = [model for name, model in models.items() if name.startswith("beyond")]
    topic = float(np.mean([weighing.network_beyond(model, related, sample.text) for model in topics]))
    trees = weighing.tree_entries(models["trees"], related.entries)
    return weighing.signals(weighing.networks_entries(models, related), trees, related.stated, topic)


def judged_by(sample: Sample, models: dict[str, dict[str, Any]]) -> tuple[int | None, float, float]:
    """As `nlu.knowledge.retrieval.find` judges it, rules and all."""
    return knowledge.judged(sample.related, sample.text, sample.against, models)


def last_step(found: Sequence[tuple[int, Any]], samples: Sequence[Sample]) -> dict[str, Any]:
    """From what is seen to whether the likeliest entry is right: a regression and small trees on questions left out.

    Neither a judgement nor a figure that the entry names ever tells against it, and another figure never for it.
    """
    rows = np.stack([row for _, row in found])
    right = np.array([best == one.wanted for (best, _), one in zip(found, samples, strict=True)])
    heavy = np.array([sample.weight for sample in samples])
    sides = [_TELLS.get(column, 0) for column in range(rows.shape[1])]
    size = {"max_iter": 80, "learning_rate": 0.06, "max_leaf_nodes": 6, "min_samples_leaf": 30}
    trees = grown(rows, right, heavy, {**size, "monotonic_cst": sides, "random_state": 0})
    return trees | _straight(rows.astype(np.float64), right.astype(np.float64), heavy)


def _straight(rows: Any, right: Any, heavy: Any) -> dict[str, Any]:
    """A logistic regression; a column that would tell to the wrong side is left out."""
    mean, spread = rows.mean(0), rows.std(0) + 1e-6
    columns = (rows - mean) / spread
    while True:
        weight = _regressed(columns, right, heavy)
        against = [column for column, side in _TELLS.items() if weight[column] * side < 0.0]
        if not against:
            break
        columns[:, against] = 0.0
    plain = weight[:-1] / spread
    return {"weight": plain.astype(np.float32), "bias": np.array([weight[-1] - plain @ mean], np.float32)}


def _regressed(columns: Any, right: Any, heavy: Any) -> Any:
    """The weights of a logistic regression, the bias last."""
    columns = np.hstack([columns, np.ones((len(columns), 1))])
    weight = np.zeros(columns.shape[1])
    ridge = np.diag([1.0] * (len(weight) - 1) + [0.0])
    for _ in range(30):
        chance = 1.0 / (1.0 + np.exp(-columns @ weight))
        slope = columns.T @ (heavy * (chance - right)) + ridge @ weight
        weight -= np.linalg.solve(columns.T @ (columns * (heavy * chance * (1.0 - chance))[:, None]) + ridge, slope)
    return weight


def report(samples: Sequence[Sample], found: Sequence[tuple[int | None, float, float]], name: str) -> str:
    """Answered, wrong and caught at several thresholds, in one line each; counts only."""
    wanted = np.array([sample.wanted for sample in samples])
    best, sure, topic = np.array([one[0] for one in found]), *(np.array([one[i] for one in found]) for i in (1, 2))
    answerable, beyond = wanted >= 0, wanted == BEYOND
    counts = f"n = {len(wanted)}, of them {answerable.sum()} answerable and {beyond.sum()} beyond"
    lines = [f"{name}: {counts}; best entry right {(best == wanted)[answerable].mean():.3f}"]
    for threshold in sorted({0.7, 0.75, 0.8, 0.9, ANSWER_FROM}):
        kinds = np.array([kind_of(*each, threshold) for each in zip(sure, topic, strict=True)])
        given, maybe, right = kinds == "entry", kinds == "maybe", best == wanted
        answered = (given & right).sum() / max(answerable.sum(), 1)
        caught = (beyond & (kinds == "beyond")).sum() / max(beyond.sum(), 1)
        mark = " *" if threshold == ANSWER_FROM else ""
        line = (
            f"  from {threshold:.2f}: answered {answered:.3f}, wrong {(given & ~right).mean():.4f}, caught {caught:.3f}"
        )
        line += f", asked back {maybe.mean():.3f}, rightly {right[maybe].mean() if maybe.any() else 0.0:.3f}"
        lines.append(line + mark)
    return "\n".join(lines)


def lowest(samples: Sequence[Sample], found: Sequence[tuple[int | None, float, float]]) -> float:
    """The lowest probability from which at most WRONG of all questions are answered wrongly; `ANSWER_FROM` is this."""
    for threshold in np.arange(0.5, 1.0, 0.01).round(2).tolist():
        given = [kind_of(sure, topic, threshold) == "entry" for _, sure, topic in found]
        right = [best == sample.wanted for (best, _, _), sample in zip(found, samples, strict=True)]
        if sum(each and not fits for each, fits in zip(given, right, strict=True)) <= WRONG * len(samples):
            return float(threshold)
    return 1.0


def store(models: dict[str, dict[str, Any]], into: Path) -> None:
    """Write the weights, those of layers half as exact as they were."""
    arrays = {
        f"{model}/{name}": np.asarray(array, np.float16) if name.endswith((".weight", ".bias")) else array
        for model, each in models.items()
        for name, array in each.items()
    }
    np.savez_compressed(into, **arrays)  # type: ignore[arg-type]


def main(held_out: bool = False, into: Path = weighing.FILE) -> None:
    """Train, store and report on companies left out in turn, and on those held out for good (`held_out`)."""
    samples = learnt_from()
    left_out = crossed(samples)
    parts = {id(models): models for _, models in left_out}
    models = finish(samples, left_out, together(list(parts.values())))
    store(models, into)
    if held_out:
        hidden = [sample for sample in unseen() if sample.written]
        print(report(hidden, [judged_by(sample, models) for sample in hidden], "held-out companies"))


def finish(samples: Sequence[Sample], left_out: Sequence[Any], models: dict[str, Any]) -> dict[str, Any]:
    """The models with the last step, fitted on the questions left out; reports on these."""
    seen = [signal(sample, others) for sample, others in left_out]
    written = [sample for sample, _ in left_out]
    halves = folds(samples, 2)
    found: list[Any] = [None] * len(written)
    for half in (0, 1):
        inside = [i for i in range(len(written)) if halves[written[i].company] != half]
        final = last_step([seen[i] for i in inside], [written[i] for i in inside])
        for i in (i for i in range(len(written)) if halves[written[i].company] == half):
            found[i] = judged_by(written[i], {**left_out[i][1], "final": final})
    print(report(written, found, "companies left out in turn"))
    given = [i for i, sample in enumerate(written) if sample.weight == GIVEN]
    others = [written[i] for i in given], [found[i] for i in given]
    print(report(*others, "of them by writers who knew no rule"))
    print(f"  at most {WRONG:.0%} wrong of all from {lowest(written, found):.2f}")
    return {**models, "final": last_step(seen, written)}


if __name__ == "__main__":
    main()
