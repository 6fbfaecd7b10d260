"""Whether somebody calls to sell: refuse, ask what it is about, or take the call; with the words for and against.

`judge_sales` looks at the first utterance, `judge_probe` at the answer to the probing question together with what was
said before it. Both add up learnt weights of signs, those of `features` and the ways of speaking in
`data/sales_cues.tsv` (what is offered to whom, which tie the caller has), and of the vector of the whole sentence.
Weights, calibration and thresholds are in `data/sales_weights.npz`, written by `python -m nlu.train sales`. What is
then done is the dialogue's business; so are companies that want to hear of sales calls all the same.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache, lru_cache

import numpy as np
from numpy.typing import NDArray

from nlu.identity.callers import introduced
from nlu.identity.directory import find_staff
from nlu.meaning import Sales, SalesOutcome, Slots
from nlu.normalize import normalize
from nlu.reasons.features import features
from nlu.reasons.features import said as words_of
from nlu.sentences import encode
from nlu.tables import DATA, rows
from nlu.vocabulary import Vocabulary

_CUES, WEIGHTS = DATA / "sales_cues.tsv", DATA / "sales_weights.npz"
SCALES = {"w": 1.0, "z": 0.5, "e": 0.5, "s": 0.5, "r": 0.7, "o": 0.5, "p": 0.7, "c": 1.0, "k": 0.7, "q": 1.0, "g": 1.0}
"""How much each kind of sign counts before anything is learnt; q: a cue, g: how question and answer fit."""
BEFORE = frozenset("wq")
"""Kinds that are looked at in what was said before the probe."""
OPENING, ANSWER, BEFORE_PROBE = range(3)
"""Columns of the weights: a sign speaks otherwise in an answer than in an opening."""
LEVELS = 2000.0
"""Steps of a stored weight of 1."""
_LONGEST = 400
"""Characters that cues are looked for in."""
_SHOWN, _LEAST = 6, 0.08
"""Grounds at most; log-odds from which one is worth showing."""
_FIRST = (
    ("no", re.compile(r"^(?:いえ|いや|いいえ|ううん|違|まだ)")),
    ("yes", re.compile(r"^(?:はい|ええ(?!と)|うん|そう)")),
    ("faltering", re.compile(r"^(?:えー|えっと|ええと|えと|あの|まあ|その)")),
)
_ASKED = (
    ("tie", re.compile(r"以前|取引|約束|契約|いつも|お使い|申し?込|付き合|ご?注文|知り合い|何度か")),
    ("applying", re.compile(r"応募")),
    ("who", re.compile(r"どちら|どなた|どの|誰")),
)


@dataclass(frozen=True, slots=True)
class Said:
    """One utterance by its signs."""

    text: str
    """Normalised."""
    signs: tuple[str, ...]
    vector: NDArray[np.float32]
    """Of its words, and after it of the whole sentence."""
    words: dict[str, str]
    """Of a cue, the words that it was found in."""


@dataclass(frozen=True, slots=True)
class _Model:
    keys: NDArray[np.int64]
    """The hash of each sign in this process, rising: far less to keep, and to look through, than the signs."""
    weights: NDArray[np.float32]
    """(signs, 3): log-odds by column, in the order of the keys."""
    meanings: tuple[NDArray[np.float32], NDArray[np.float32]]
    """Log-odds of the components of the vectors, in openings and in answers."""
    figures: dict[str, float]
    """By name: biases, slopes and shifts of the calibration, thresholds as probabilities."""


SUSPICIOUS = 0.6
"""Probability of an opening from which the answer to a probe must name a tie."""
PLAIN = 0.05
"""Probability of an answer below which it is plainly none of a seller, tie or no tie."""
USUAL = 0.28
"""Share of sales among all openings: an answer is refused only where it, or the opening, is likelier than that to sell
by itself. A short answer that could be anybody's (バザーの協賛のお願い) decides nothing."""
TIES = re.compile(
    r"以前から|前から|いつも|長年|毎(?:月|年|週|回)|契約|取り?引き?|お世話になって|約束|アポ|予約(?!サイト|システム|管理|アプリ)|伺う|(?:ご)?(?:依頼|注文|発注|相談|要望|質問)|"
    r"納(?:品|入)|請求|入金|担当(?:して|させ)|(?:先日|昨日|前回|先週)[^。]{0,12}(?:会|伺|打ち?合|訪問|来て|見積)|"
    r"(?:電話|連絡|メール|問い?合わせ)[^。]{0,6}(?:いただ|頂|もら|くださ)|折り?返し|客|患者|利用|住んで|借りて|買っ|頼(?:ん|み)|お願いして"
)
"""Words by which somebody tells that he is no stranger, or no seller."""


@lru_cache(maxsize=16)
def judge_sales(text: str, slots: Slots) -> Sales:
    """Of a first utterance; kept, since it is judged again with every answer to a probe."""
    said = utterance(text, slots)
    score, parts = _scored(said, OPENING)
    figures = _model().figures
    probability = _calibrated(score, figures["opening_slope"], figures["opening_shift"])
    if probability >= figures["certain"]:
        outcome = SalesOutcome.CERTAIN
    else:
        outcome = SalesOutcome.DOUBTFUL if probability >= figures["doubtful"] else SalesOutcome.NOT_SALES
    return Sales(outcome, round(probability, 3), _grounds(parts, said))


def judge_probe(opening: str, probe: str, answer: str) -> Sales:
    """Of the answer to a probing question, together with the opening that made us ask. Doubtful still where a
    suspicious opening is followed by no tie; else whoever is not plainly selling is taken as anybody else."""
    said = with_question(utterance(answer, plain_slots(answer)), probe, answer)
    score, parts = _scored(said, ANSWER)
    before = utterance(opening, plain_slots(opening))
    earlier = tuple(sign for sign in before.signs if sign[0] in BEFORE)
    score += _added(earlier, BEFORE_PROBE)[0]
    figures = _model().figures
    probability = _calibrated(score, figures["answer_slope"], figures["answer_shift"])
    suspicion = judge_sales(opening, plain_slots(opening)).probability
    selling = probability >= figures["refused"] and (suspicion >= USUAL or _alone(answer) >= USUAL)
    untied = suspicion >= SUSPICIOUS and probability >= PLAIN and not TIES.search(normalize(answer))
    doubtful = SalesOutcome.DOUBTFUL if untied else SalesOutcome.NOT_SALES
    return Sales(SalesOutcome.CERTAIN if selling else doubtful, round(probability, 3), _grounds(parts, said))


def _alone(answer: str) -> float:
    """Probability that an answer sells, were it the first thing said."""
    return judge_sales(answer, plain_slots(answer)).probability


@lru_cache(maxsize=16)
def plain_slots(text: str) -> Slots:
    """Who calls and whom they want, as far as it shows without knowing the company's staff."""
    free = normalize(text)
    caller = introduced(free)
    asked = find_staff(free, Vocabulary(), caller.spans)
    return Slots(caller_name=caller.name, company=caller.company, staff=asked.staff, department=asked.department)


@lru_cache(maxsize=16)
def utterance(text: str, slots: Slots) -> Said:
    """The signs of one utterance that count here; kept as `judge_sales` is."""
    found = features(text, slots)
    words = _cues_in(text)
    signs = [sign for sign in found.signs if sign[0] in SCALES] + [f"q {name}" for name in words]
    text = normalize(text)
    return Said(text, tuple(signs), np.concatenate([found.vector, encode(text)]), words)


def with_question(said: Said, probe: str, answer: str) -> Said:
    """The same, with how the answer takes the question."""
    asked = _first_of(_ASKED, normalize(probe))
    taken = _first_of(_FIRST, normalize(answer))
    signs = ("g answer", f"g asked {asked}", f"g taken {taken}", f"g {asked} {taken}")
    return replace(said, signs=said.signs + signs)


def shares(signs: Iterable[str]) -> dict[str, float]:
    """How much each sign of one utterance counts: less where there are many of its kind."""
    kept = list(signs)
    kinds = "".join([sign[0] for sign in kept])
    each = {kind: scale / math.sqrt(kinds.count(kind)) for kind, scale in SCALES.items() if kind in kinds}
    return {sign: each[kind] for sign, kind in zip(kept, kinds, strict=True)}


def _first_of(kinds: tuple[tuple[str, re.Pattern[str]], ...], text: str) -> str:
    return next((name for name, pattern in kinds if pattern.search(text)), "other")


def _cues_in(text: str) -> dict[str, str]:
    text = normalize(text)
    if len(text) > _LONGEST:
        text = text[: _LONGEST // 2] + "。" + text[-_LONGEST // 2 :]
    hits = ((name, pattern.search(text)) for name, pattern in _cues())
    return {name: hit.group() for name, hit in hits if hit}


def _scored(said: Said, column: int) -> tuple[float, dict[str, float]]:
    """(log-odds, what each sign added)."""
    score, parts = _added(said.signs, column)
    model = _model()
    bias = model.figures["answer_bias" if column == ANSWER else "opening_bias"]
    return score + bias + float(said.vector @ model.meanings[column]), parts


def _added(signs: tuple[str, ...], column: int) -> tuple[float, dict[str, float]]:
    model = _model()
    counted = shares(signs)
    names, values = list(counted), np.array(list(counted.values()))
    keys = np.fromiter(map(hash, names), np.int64, len(names))
    places = np.minimum(np.searchsorted(model.keys, keys), len(model.keys) - 1)
    known = np.flatnonzero(model.keys[places] == keys)
    worth = (values[known] * model.weights[places[known], column]).tolist()
    return math.fsum(worth), {names[i]: each for i, each in zip(known.tolist(), worth, strict=True)}


def _calibrated(score: float, slope: float, shift: float) -> float:
    return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, slope * score + shift))))


def _grounds(parts: dict[str, float], said: Said) -> tuple[str, ...]:
    """The strongest cues and words; none in another form than was said, or within another already shown."""
    lines: list[str] = []
    seen: list[str] = []
    strong = [part for part in parts.items() if abs(part[1]) >= _LEAST]
    for sign, weight in sorted(strong, key=lambda part: (-abs(part[1]), part[0])):
        if len(lines) == _SHOWN:
            break
        kind, _, name = sign.partition(" ")
        words = said.words[name] if kind == "q" else words_of(sign, said.text) if kind in "wp" else ""
        if len(words) > 1 and words in said.text and not any(words in other or other in words for other in seen):
            seen.append(words)
            lines.append(f"{'for' if weight > 0 else 'against'} {words}")
    return tuple(lines)


@cache
def _cues() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((name, re.compile(pattern)) for name, pattern in rows(_CUES))


@cache
def _model() -> _Model:
    with np.load(WEIGHTS) as stored:
        signs = stored["signs"].tobytes().decode().split("\n")
        keys = np.fromiter(map(hash, signs), np.int64, len(signs))
        order = np.argsort(keys)
        weights = stored["weights"][order].astype(np.float32) / LEVELS
        meanings = stored["opening_meanings"], stored["answer_meanings"]
        names = stored["names"].tobytes().decode().split("\n")
        figures = dict(zip(names, stored["figures"].tolist(), strict=True))
    return _Model(keys[order], weights, meanings, figures)
