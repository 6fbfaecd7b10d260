"""Whether confidence means something: of the words given 0.9, how many are right? And the fit of the table behind it.

Run `python -m tests.bench.calibration [--cases N] [--kept FOLDER] [OUT.json]` to measure, with `--fit` to write
voice/engines/data/calibration.tsv anew first. The fit is made on OpenJTalk's own voice, measured on the voices and
texts of the bench of the ear; each case has its own line (8-35 dB of pink or white noise or babble, either law; some
muffled), and some are talk that the grammar does not cover, in which no word is right.
"""

from __future__ import annotations

import argparse
import json
import random
import re
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from rapidfuzz.distance import Levenshtein

from nlu.grammars.spoken_times import written
from tests.bench._cases import Case, cases, grammars, over
from tests.bench._judged import interval, meant, same
from tests.bench.ear import SEED
from voice.audio import Sound
from voice.engines import calibration, never
from voice.engines.acoustic import DATA
from voice.engines.calibration import Signs, figures, sure
from voice.engines.decode import Floats, Search, best_path, biased, free_loop
from voice.engines.graph import Graph
from voice.engines.inline import Engines
from voice.engines.lattice import rivals
from voice.engines.phonetic import Fit, margin_of, signs_of

VALUES = {
    "number": ("digit",), "answer": ("answer",), "staff": ("staff",), "name": ("surname",),
    "when": ("day", "time", "party"),
}  # fmt: skip
"""Groups of the cases, and the labels of the words that count in them."""
NAMES: tuple[str, ...] = ("one", "share", "unknown", "margin", "own", "clear", "length")
NAMES += tuple(f"is {label}" for labels in VALUES.values() for label in labels if label != "digit")
CASES = 40
OUT = Path(__file__).with_suffix(".json")
MUFFLED, MUFFLED_HZ = 0.15, 600.0
"""How often somebody holds a hand over the mouthpiece: only the lowest formant is left, and hardly a word is right."""
MOST = 600
"""Words of one label that count in the fit: digits would outvote the rest."""
HIGH = 0.9
BANDS = ((0.0, 0.3), (0.3, 0.5), (0.5, 0.7), (0.7, 0.85), (0.85, 0.95), (0.95, 1.01))
HEAD = "# name, weight of the logistic in calibration.py; made by `python -m tests.bench.calibration --fit`\n"


class Heard(NamedTuple):
    """One word, what the search saw of it, and whether it was said."""

    signs: Signs
    right: bool
    label: str


def heard(chosen: Iterable[Case], seed: int) -> list[Heard]:
    """The words of value in the cases."""
    engines, wanted = Engines(), grammars()
    found: list[Heard] = []
    for number, case in enumerate(chosen):
        chance = random.Random(f"{number} {seed}")
        line = (chance.choice(("pcmu", "pcma")), chance.uniform(8, 35), chance.choice(("pink", "babble", "white")))
        if chance.random() < MUFFLED:
            case = case._replace(sound=muffled(case.sound))
        sound, band_hz = over(case, line)  # type: ignore[arg-type]
        group = chance.choice(sorted(VALUES)) if case.group == "other" else case.group
        graph = engines.ear.prepare(wanted[group])
        found += words_heard(case, graph, engines.acoustics.posteriors(sound, band_hz), VALUES[group])
    return found


def words_heard(case: Case, graph: Graph, posteriors: Floats, labels: tuple[str, ...]) -> list[Heard]:
    """The words of some labels, judged; as `PhoneticEar` finds them."""
    search = Search()
    scores = biased(posteriors, search.bonus, search.doubled)
    path, loop = best_path(graph, scores, search, never), free_loop(scores)
    if path is None or not path.complete:
        return []
    others = rivals(graph, scores) if margin_of(path, loop) >= Fit().least else None
    words = list[tuple[str, str, Signs]]()
    for step, sign in zip(path.steps, signs_of(path, graph, others, loop), strict=True):
        entry = graph.words[step.word]
        if entry.label.startswith("+") and entry.label[1:] in labels and words:
            text, label, before = words[-1]
            words[-1] = (text + entry.text, label, min(before, sign, key=sure))
        elif entry.label in labels:
            words.append((entry.text, entry.label, sign))
    rights = _rights(case, [text for text, _, _ in words])
    return [Heard(sign, hit, label) for (_, label, sign), hit in zip(words, rights, strict=True)]


def muffled(sound: Sound) -> Sound:
    """Without anything over `MUFFLED_HZ`."""
    samples = sound.samples().astype(np.float64)
    spectrum = np.fft.rfft(samples)
    spectrum[np.fft.rfftfreq(len(samples), 1 / sound.rate_hz) > MUFFLED_HZ] = 0
    return Sound(np.fft.irfft(spectrum, len(samples)).astype("<i2").tobytes(), sound.rate_hz)


def _rights(case: Case, words: list[str]) -> list[bool]:
    match case.group:
        case "number":
            equal = [False] * len(words)
            for step in Levenshtein.opcodes("".join(words), case.expected):
                if step.tag == "equal":
                    equal[step.src_start : step.src_end] = [True] * (step.src_end - step.src_start)
            return equal
        case "answer":
            return [meant(case, word) == meant(case, case.text) for word in words]
        case "when":
            said = re.sub(r"\d+", lambda figure: written(int(figure[0])), case.text)
            return [word in said for word in words]
        case "staff":
            return [word.startswith(case.expected) for word in words]
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
    for name in ("", *sorted({word.label for word in words})):
        sures = [word.right for word in words if sure(word.signs) >= HIGH and name in ("", word.label)]
        if sures:
            told[f"{name or 'all'}, {HIGH} and more"] = {
                "n": len(sures),
                "right": round(float(np.mean(sures)), 3),
                "interval": interval(sum(sures), len(sures)),
            }
    return told


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure, or fit and measure, what confidence means.")
    parser.add_argument("--cases", type=int, default=CASES, help="utterances of each group")
    parser.add_argument("--fit", action="store_true")
    parser.add_argument("--kept", type=Path, help="a folder in which the synthetic speech is kept for the next time")
    parser.add_argument("out", nargs="?", type=Path, default=OUT)
    options = parser.parse_args()
    groups = (*VALUES, "other")
    if options.fit:
        weights = fitted(heard(cases(options.cases, 1, groups, options.kept, voices=("mei",)), seed=1))
        rows = [f"{name}\t{weight:.4f}\n" for name, weight in zip(NAMES, weights, strict=True)]
        (DATA / "calibration.tsv").write_text(HEAD + "".join(rows), encoding="utf-8")
        calibration.weights.cache_clear()
    told = reliability(heard(cases(options.cases, SEED, groups, options.kept), seed=2))
    text = json.dumps(told, ensure_ascii=False, indent=1)
    print(text)
    options.out.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
