"""Scores of a question against a script: small networks and forests of small trees, read from one file.

For every entry a network looks at each word of the question, and trees look at the pair as a whole: they err
differently, so a small last step says from both how likely the best entry is right. It also sees whether the entry
names the figures of the question (五十枚 is not settled by 百枚から). Another network says how likely
the question touches a topic that a human must answer. There are several of each, every one taught without the questions
to other companies; they judge together. Trained by `nlu/train/knowledge.py`; only numpy here.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nlu.tables import DATA

Floats = NDArray[np.float32]
Arrays = Mapping[str, NDArray[Any]]
SIGNS = 2048
"""Places for pairs and triples of characters, by which "beyond" is also recognised."""
LEAVES = 10
"""Of a tree, at most."""
BY_TREES = 0.85
"""Share of the trees in the log-odds of the last step; the best of six in cross-validation by companies."""
FILE = DATA / "knowledge_weights.npz"
_ALL = np.uint16((1 << LEAVES) - 1)
_LEAST = 1e-4
"""Of a probability, and as near to one: surer is nobody."""


@dataclass(frozen=True, slots=True)
class Related:
    """A question against a script."""

    entries: Floats
    """entries × features"""
    shared: Floats
    """entries × notions met and missed"""
    words: Floats
    """words of the question × what they are"""
    meetings: Floats
    """entries × words × how they meet the entry"""
    topics: Floats
    """topics × features"""
    touched: Floats
    """topics × notions met and had"""
    sentence: Floats
    """The question as a whole sentence."""
    ending: Floats
    """Its last clause as a sentence."""
    likest: Floats
    """3 × entries × as sentences: the likest way to ask, the answer, and what of it is likest to the last clause"""
    stated: Floats
    """entries × how the figures of the question stand in the entry, whether both ask for a fact, and whether the answer
    gives it of what is asked for"""


@cache
def weights() -> dict[str, dict[str, NDArray[Any]]]:
    """The stored arrays, by model and name."""
    found: dict[str, dict[str, NDArray[Any]]] = {}
    with np.load(FILE) as stored:
        for key in stored.files:
            model, name = key.split("/")
            array = stored[key]
            found.setdefault(model, {})[name] = array.astype(np.float32) if array.dtype == np.float16 else array
    return found


@lru_cache(maxsize=64)
def signs(text: str) -> Floats:
    """Which pairs and triples of characters a text has, the row's length one."""
    bare = f"^{text.replace('、', '').replace('。', '').replace(' ', '')}$"
    row = np.zeros(SIGNS, np.float32)
    for size in (2, 3):
        for at in range(len(bare) - size + 1):
            row[zlib.crc32(bare[at : at + size].encode("utf-8", "replace")) % SIGNS] = 1.0
    found: Floats = row / max(float(np.sqrt(row.sum())), 1.0)
    return found


def _layer(model: Arrays, name: str, values: Floats) -> Floats:
    found: Floats = values @ model[f"{name}.weight"].T + model[f"{name}.bias"]
    return found


def network_entries(model: Arrays, related: Related) -> Floats:
    """Of every entry how likely it answers; what is missing to one is that none does."""
    each = np.tanh(_layer(model, "word", related.words)[None] + _layer(model, "met", related.meetings))
    each = _layer(model, "weighed", each)
    features = (related.entries - model["mean"]) / model["spread"]
    asked = np.stack([related.sentence, related.sentence, related.ending])[:, None]
    sides = _layer(model, "sense", related.likest) * _layer(model, "sense", asked)
    row = [features, each.sum(1) / 2.0, each.max(1), _layer(model, "shared", related.shared), *sides]
    scores = _layer(model, "judged", np.maximum(_layer(model, "joined", np.concatenate(row, 1)), 0.0))[:, 0].astype(
        np.float64
    )
    top = max(float(scores.max()), 0.0)
    likely = np.exp(scores - top)
    found: Floats = (likely / (likely.sum() + np.exp(-top))).astype(np.float32)
    return found


def tree_entries(model: Arrays, features: Floats) -> Floats:
    """Of every entry how likely it answers, by the trees: each step to the right leaves out the leaves to its left."""
    right = features.take(model["column"], 1) > model["limit"]
    open_ = np.bitwise_and.reduce(np.where(right, model["rest"], _ALL), axis=1)
    leaf = _lowest().take(open_)
    values = model["value"].ravel().take(leaf + np.arange(len(model["value"])) * LEAVES)
    raw = values.sum(1) / float(model["forests"][0]) + float(model["start"][0])
    found: Floats = (1.0 / (1.0 + np.exp(-raw))).astype(np.float32)
    return found


@cache
def _lowest() -> NDArray[np.intp]:
    """Of every set of leaves the first."""
    return np.array([0, *((number & -number).bit_length() - 1 for number in range(1, 1 << LEAVES))], np.intp)


def network_beyond(model: Arrays, related: Related, text: str) -> float:
    """How likely the question touches a topic beyond the script."""
    if not len(related.topics):
        return 0.0
    size = related.touched.shape[1] // 2
    topics = ((related.topics - model["mean"]) / model["spread"]).astype(np.float32)
    each = _layer(model, "judged", np.maximum(_layer(model, "joined", topics), 0.0))
    each = each + _layer(model, "met", related.touched[:, :size])
    plain = _layer(model, "had", related.touched[0, size:]) + _layer(model, "signs", signs(text))
    score = float(np.logaddexp.reduce(each[:, 0])) + float(plain[0])
    return float(1.0 / (1.0 + np.exp(-score)))


def signals(nets: Floats, trees: Floats, stated: Floats, topic: float) -> tuple[int, Floats]:
    """The likeliest entry, and what tells whether it is right: both judgements, the runner-up, figures, a topic beyond.

    How many entries there are must not count: what is learnt from has about a dozen a script, members may have more.
    """
    mean = (nets + trees) / 2.0
    best = int(mean.argmax())
    second = float(np.delete(mean, best).max(initial=0.0))
    row = [_odds(float(trees[best])), _odds(float(nets[best])), _odds(second), _odds(topic), *stated[best]]
    return best, np.array(row, np.float32)


def _odds(chance: float) -> float:
    held = min(max(chance, _LEAST), 1.0 - _LEAST)
    return float(np.log(held / (1.0 - held)))


def networks_entries(models: Mapping[str, Arrays], related: Related) -> Floats:
    """Of every entry how likely it answers, by all networks: the mean of their log-odds, as trees add up."""
    nets = [network_entries(model, related) for name, model in models.items() if name.startswith("entries")]
    held = np.clip(np.stack(nets), _LEAST, 1.0 - _LEAST)
    found: Floats = (1.0 / (1.0 + np.exp(-np.log(held / (1.0 - held)).mean(0)))).astype(np.float32)
    return found


def rank(related: Related) -> Floats:
    """Of every entry how likely it answers, by both judgements; to be compared with one another only."""
    models = weights()
    found: Floats = (networks_entries(models, related) + tree_entries(models["trees"], related.entries)) / 2.0
    return found


def judge(related: Related, text: str, models: Mapping[str, Arrays] | None = None) -> tuple[int | None, float, float]:
    """(the likeliest entry, the probability that it answers fully, that of a topic beyond the script)."""
    models = weights() if models is None else models
    topics = [model for name, model in models.items() if name.startswith("beyond")]
    topic = float(np.mean([network_beyond(model, related, text) for model in topics]))
    if not len(related.entries):
        return None, 0.0, topic
    trees = tree_entries(models["trees"], related.entries)
    best, row = signals(networks_entries(models, related), trees, related.stated, topic)
    return best, last(models["final"], row), topic


def last(model: Arrays, row: Floats) -> float:
    """How likely the best entry is right, by what `signals` tells: trees, and a straight sum that minds each step."""
    straight = float(row @ model["weight"]) + float(model["bias"][0])
    score = BY_TREES * _odds(float(tree_entries(model, row[None])[0])) + (1.0 - BY_TREES) * straight
    return float(1.0 / (1.0 + np.exp(-score)))
