"""Whether confidence means something: of the words given 0.9, how many are right? And the fit of the table behind it.

Run `python -m tests.bench.calibration [--cases N]` to measure, with `--fit` to write voice/engines/data/calibration.tsv
anew first. Fitting and measuring draw different cases; each has its own line (8-35 dB of pink or white noise or babble,
either law; some muffled), and a sixth is talk that the grammar does not cover, in which no word is right.
"""

from __future__ import annotations

import argparse
import json
import random
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from rapidfuzz.distance import Levenshtein

from tests.bench._cases import LABELS, Case, cases, grammars, kinds_of, over
from tests.bench.ear import same
from voice.audio import Sound
from voice.engines import never
from voice.engines.acoustic import DATA
from voice.engines.calibration import Signs, figures, sure
from voice.engines.decode import Search, best_path, biased, free_loop
from voice.engines.inline import Engines
from voice.engines.lattice import rivals
from voice.engines.phonetic import signs_of

NAMES = ("one", "share", "unknown", "margin", "own", "clear", "length", "is surname", "is staff", "is answer")
CASES = 40
MUFFLED, MUFFLED_HZ = 0.15, 600.0
"""How often somebody holds a hand over the mouthpiece: only the lowest formant is left, and hardly a word is right."""
MOST = 600
"""Words of one label that count in the fit: digits would outvote the rest."""
BANDS = ((0.0, 0.3), (0.3, 0.5), (0.5, 0.7), (0.7, 0.85), (0.85, 0.95), (0.95, 1.01))
HEAD = "# name, weight of the logistic in calibration.py; made by `python -m tests.bench.calibration --fit`\n"


class Heard(NamedTuple):
    """One word, what the search saw of it, and whether it was said."""

    signs: Signs
    right: bool
    label: str


def heard(count: int, seed: int) -> list[Heard]:
    """The words of value in `count` cases of each group."""
    engines, wanted, kinds = Engines(), grammars(), kinds_of()
    found: list[Heard] = []
    for number_, case in enumerate(cases(count, seed)):
        chance = random.Random(f"{number_} {seed}")
        line = (chance.choice(("pcmu", "pcma")), chance.uniform(8, 35), chance.choice(("pink", "babble", "white")))
        if chance.random() < MUFFLED:
            case = case._replace(sound=muffled(case.sound))
        sound, band_hz = over(case, line)  # type: ignore[arg-type]
        group = chance.choice(sorted(LABELS)) if case.group == "other" else case.group
        search = Search()
        scores = biased(engines.acoustics.posteriors(sound, band_hz), search.bonus, search.doubled)
        graph = engines.ear.prepare(wanted[group])
        path = best_path(graph, scores, search, never)
        if path is None or not path.complete:
            continue
        label, words = LABELS[group], list[tuple[str, Signs]]()
        signs = signs_of(path, graph, rivals(graph, scores), free_loop(scores))
        for step, sign in zip(path.steps, signs, strict=True):
            entry = graph.words[step.word]
            if entry.label == f"+{label}" and words:
                text, before = words[-1]
                words[-1] = (text + entry.text, min(before, sign, key=sure))
            elif entry.label == label:
                words.append((entry.text, sign))
        rights = _rights(case, [text for text, _ in words], kinds)
        found += [Heard(sign, right, label) for (_, sign), right in zip(words, rights, strict=True)]
    return found


def muffled(sound: Sound) -> Sound:
    """Without anything over `MUFFLED_HZ`."""
    samples = sound.samples().astype(np.float64)
    spectrum = np.fft.rfft(samples)
    spectrum[np.fft.rfftfreq(len(samples), 1 / sound.rate_hz) > MUFFLED_HZ] = 0
    return Sound(np.fft.irfft(spectrum, len(samples)).astype("<i2").tobytes(), sound.rate_hz)


def _rights(case: Case, words: list[str], kinds: dict[str, set[str]]) -> list[bool]:
    if case.group == "number":
        equal = [False] * len(words)
        for step in Levenshtein.opcodes("".join(words), case.expected):
            if step.tag == "equal":
                equal[step.src_start : step.src_end] = [True] * (step.src_end - step.src_start)
        return equal
    if case.group == "answer":
        return [case.expected in kinds.get(word, ()) for word in words]
    return [case.group != "other" and same(word, case.expected) for word in words]


def fitted(words: list[Heard], ridge: float = 1.0) -> npt.NDArray[np.float64]:
    """The logistic's weights, in the order of `NAMES`, by Newton's steps."""
    rows = np.array([[figures(word.signs).get(name, 0.0) for name in NAMES] for word in words])
    right = np.array([word.right for word in words], dtype=np.float64)
    labels = [word.label for word in words]
    weight = np.array([min(1.0, MOST / labels.count(label)) for label in labels])
    weights = np.zeros(len(NAMES))
    for _ in range(40):
        chance = 1 / (1 + np.exp(-rows @ weights))
        slope = rows.T @ (weight * (right - chance)) - ridge * weights
        bend = (rows * (weight * chance * (1 - chance))[:, None]).T @ rows + ridge * np.eye(len(NAMES))
        weights = weights + np.linalg.solve(bend, slope)
    return weights


def reliability(words: list[Heard]) -> dict[str, object]:
    """By label and band of confidence: how many, how sure, how many right."""
    told: dict[str, object] = {}
    for label in sorted({word.label for word in words}):
        mine = [(sure(word.signs), word.right) for word in words if word.label == label]
        for low, high in BANDS:
            band = [(said, right) for said, right in mine if low <= said < high]
            if band:
                said, right = (round(float(np.mean([pair[place] for pair in band])), 2) for place in (0, 1))
                told[f"{label}, {low} to {min(high, 1.0)}"] = {"n": len(band), "said": said, "right": right}
    high_ones = [word.right for word in words if sure(word.signs) >= 0.9]
    told["0.9 and more"] = {"n": len(high_ones), "right": round(float(np.mean(high_ones)), 3)}
    return told


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure, or fit and measure, what confidence means.")
    parser.add_argument("--cases", type=int, default=CASES, help="utterances of each group")
    parser.add_argument("--fit", action="store_true")
    options = parser.parse_args()
    if options.fit:
        weights = fitted(heard(2 * options.cases, seed=1))
        rows = [f"{name}\t{weight:.4f}\n" for name, weight in zip(NAMES, weights, strict=True)]
        (DATA / "calibration.tsv").write_text(HEAD + "".join(rows), encoding="utf-8")
    print(json.dumps(reliability(heard(options.cases, seed=2)), ensure_ascii=False, indent=1))


if __name__ == "__main__":
    main()
