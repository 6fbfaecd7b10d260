"""Whether somebody calls to sell: refuse, ask what it is about, or take the call; with the words for and against.

`judge_sales` looks at the first utterance, `judge_probe` at the answer to the probing question together with what was
said before it. Both add up learnt weights of signs, those of `features` and the ways of speaking in
`data/sales_cues.tsv` (what is offered to whom, which tie the caller has), and of the vectors of its words. Where these
leave some doubt of a single utterance, what `network` says of it counts too. Weights, calibration and thresholds are in
`data/sales_weights.npz`, written by `python -m nlu.train sales`. What is then done is the dialogue's business; so are
companies that want to hear of sales calls all the same.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache

import numpy as np
from numpy.typing import NDArray

from nlu.hashed import Places
from nlu.identity.callers import introduced
from nlu.identity.directory import find_staff
from nlu.meaning import Reason, Sales, SalesOutcome, Slots
from nlu.normalize import normalize, shortened
from nlu.reasons.features import features
from nlu.reasons.features import said as words_of
from nlu.reasons.linear import kinds_of
from nlu.reasons.network import log_shares
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
UNSURE = 0.01
"""Probability from which on, and up to that below 1, the network is asked: of 3 openings in 10."""
_SURE = 1e-4
"""Share nearer to 0 or 1 than which the network is not believed."""
_SALES = list(Reason).index(Reason.SALES)
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
    """Of its words."""
    words: dict[str, str]
    """Of a cue, the words that it was found in."""


@dataclass(frozen=True, slots=True)
class _Model:
    places: Places
    """By the hash of each sign in this process: far less to keep, and to look through, than the signs."""
    weights: NDArray[np.float32]
    """(signs, 3): log-odds by column, in the order of the hashes."""
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


def judge_sales(text: str, slots: Slots) -> Sales:
    """Of a first utterance."""
    said = utterance(text, slots)
    return replace(weigh_sales(text, slots), grounds=_grounds(said, OPENING))


@lru_cache(maxsize=16)
def weigh_sales(text: str, slots: Slots, single: bool = True) -> Sales:
    """The same without the words for and against; kept, since it is asked for with every answer to a probe. Of several
    utterances put together, not a `single` one, the network knows nothing."""
    said = utterance(text, slots)
    probability = _probability("opening", _scored(said, OPENING), said.text if single else "")
    figures, of = _model().figures, "" if single else "whole_"
    if probability >= figures[f"{of}certain"]:
        outcome = SalesOutcome.CERTAIN
    else:
        outcome = SalesOutcome.DOUBTFUL if probability >= figures[f"{of}doubtful"] else SalesOutcome.NOT_SALES
    return Sales(outcome, round(probability, 3))


def judge_probe(opening: str, probe: str, answer: str) -> Sales:
    """Of the answer to a probing question, together with the opening that made us ask. Doubtful still where a
    suspicious opening is followed by no tie; else whoever is not plainly selling is taken as anybody else."""
    said = utterance(answer, plain_slots(answer))
    score = _scored(said, ANSWER) + _added(_taken(probe, answer), ANSWER)
    before = utterance(opening, plain_slots(opening))
    earlier = tuple(sign for sign in before.signs if sign[0] in BEFORE)
    score += _added(earlier, BEFORE_PROBE)
    figures = _model().figures
    probability = _probability("answer", score, said.text)
    suspicion = _alone(opening)
    selling = probability >= figures["refused"] and (suspicion >= USUAL or _alone(answer) >= USUAL)
    untied = suspicion >= SUSPICIOUS and probability >= PLAIN and not TIES.search(normalize(answer))
    doubtful = SalesOutcome.DOUBTFUL if untied else SalesOutcome.NOT_SALES
    return Sales(SalesOutcome.CERTAIN if selling else doubtful, round(probability, 3), _grounds(said, ANSWER))


def selling_odds(text: str) -> float:
    """Log-odds that somebody sells, as the network has it."""
    share = min(max(math.exp(log_shares(text)[_SALES]), _SURE), 1 - _SURE)
    return math.log(share / (1 - share))


def _alone(text: str) -> float:
    """Probability that somebody sells by these words, were they the first thing said."""
    return weigh_sales(text, plain_slots(text)).probability


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
    return Said(normalize(text), tuple(signs), found.vector, words)


def with_question(said: Said, probe: str, answer: str) -> Said:
    """The same, with how the answer takes the question."""
    return replace(said, signs=said.signs + _taken(probe, answer))


def says_known(probe: str, answer: str) -> bool:
    """Whether the question for a tie is answered by yes."""
    return _first_of(_ASKED, normalize(probe)) == "tie" and _first_of(_FIRST, normalize(answer)) == "yes"


def _taken(probe: str, answer: str) -> tuple[str, ...]:
    asked = _first_of(_ASKED, normalize(probe))
    taken = _first_of(_FIRST, normalize(answer))
    return "g answer", f"g asked {asked}", f"g taken {taken}", f"g {asked} {taken}"


def shares(signs: tuple[str, ...]) -> dict[str, float]:
    """How much each sign of one utterance counts: less where there are many of its kind."""
    return dict(zip(signs, _values(signs).tolist(), strict=True))


def _values(signs: tuple[str, ...]) -> NDArray[np.float64]:
    kinds = kinds_of(signs)
    counts = np.bincount(kinds, minlength=128)
    each = np.zeros(128)
    for kind, scale in SCALES.items():
        each[ord(kind)] = scale / math.sqrt(max(counts[ord(kind)], 1))
    return each[kinds]


def _hashes(signs: Sequence[str]) -> NDArray[np.uint64]:
    return np.fromiter(map(hash, signs), np.int64, len(signs)).view(np.uint64)


def _first_of(kinds: tuple[tuple[str, re.Pattern[str]], ...], text: str) -> str:
    return next((name for name, pattern in kinds if pattern.search(text)), "other")


def _cues_in(text: str) -> dict[str, str]:
    text = shortened(normalize(text))
    hits = ((name, pattern.search(text)) for name, pattern in _cues())
    return {name: hit.group() for name, hit in hits if hit}


def _scored(said: Said, column: int) -> float:
    """Log-odds."""
    model = _model()
    bias = model.figures["answer_bias" if column == ANSWER else "opening_bias"]
    return _added(said.signs, column) + bias + float(said.vector @ model.meanings[column])


def _added(signs: tuple[str, ...], column: int) -> float:
    """What all signs add."""
    return math.fsum(_worth(signs)[1][:, column].tolist())


def _strong(signs: tuple[str, ...], column: int) -> list[tuple[str, float]]:
    """(sign, what it adds) of those that are worth showing, the strongest first."""
    names, worth = _worth(signs)
    each = worth[:, column]
    strong = [(names[i], float(each[i])) for i in np.flatnonzero(np.abs(each) >= _LEAST).tolist()]
    return sorted(strong, key=lambda part: (-abs(part[1]), part[0]))


@lru_cache(maxsize=8)
def _worth(signs: tuple[str, ...]) -> tuple[tuple[str, ...], NDArray[np.float64]]:
    """(the signs that training saw, one row each: what it adds by column); kept, since answers are judged twice."""
    model = _model()
    rows = model.places.of(_hashes(signs))
    known = np.flatnonzero(rows >= 0)
    worth = _values(signs)[known, None] * model.weights[rows[known]]
    return tuple([signs[i] for i in known.tolist()]), worth


def _probability(name: str, score: float, text: str) -> float:
    """By the score of the signs and, where that leaves some doubt, by the network too; `text` is "" where it is not to
    be asked. `name`: "opening" or "answer"."""
    figures = _model().figures
    probability = _calibrated(score, figures[f"{name}_slope"], figures[f"{name}_shift"])
    if not text or not UNSURE < probability < 1 - UNSURE:
        return probability
    both = figures[f"{name}_signs"] * score + figures[f"{name}_network"] * selling_odds(text)
    return _calibrated(both, 1.0, figures[f"{name}_both"])


def _calibrated(score: float, slope: float, shift: float) -> float:
    return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, slope * score + shift))))


def _grounds(said: Said, column: int) -> tuple[str, ...]:
    """The strongest cues and words; none in another form than was said, or within another already shown."""
    lines: list[str] = []
    seen: list[str] = []
    for sign, weight in _strong(said.signs, column):
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
        hashes = _hashes(signs)
        order = np.argsort(hashes)
        weights = stored["weights"][order].astype(np.float32) / LEVELS
        meanings = stored["opening_meanings"], stored["answer_meanings"]
        names = stored["names"].tobytes().decode().split("\n")
        figures = dict(zip(names, stored["figures"].tolist(), strict=True))
    return _Model(Places.among(hashes[order]), weights, meanings, figures)
