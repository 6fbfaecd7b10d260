"""How a question was taken: yes, no, corrected, say again, wait, and after the question for a number whether
it is refused, known, the caller's own, or comes later.

The rule: the words are weighed by the tables of `nlu.cues`; what was read back is compared by sound, so that
"イノウエです" after "イノウエ様ですね" is a yes and "イノウです" a correction. Words that mean opposite
things after different questions (大丈夫です, 結構です, いいです) are settled here by what was asked. The
values themselves are read elsewhere; a correction gives only its words.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from nlu.amended import amended, core, looks_like_name, names, same
from nlu.cues import Cue, cues
from nlu.email import Echo, compare, find_email
from nlu.kana import is_kana, to_katakana
from nlu.meaning import Answer, Ask, Expected
from nlu.normalize import normalize, tidy
from nlu.phone import correct, find_number

_CONFIRMING = frozenset({Ask.CONFIRM_CALLER, Ask.CONFIRM_NUMBER, Ask.CALLER_ID, Ask.ECHO})
_OPEN = frozenset({Ask.OPENING, Ask.CALLER, Ask.NAME, Ask.COMPANY, Ask.STAFF, Ask.PURPOSE, Ask.KANA, Ask.RECORD})
_FINE = re.compile(
    r"^(?:もう|これで|はい、)?(?:大丈夫|結構|けっこう|いい|ええ|だいじょうぶ)(?:です(?!よ)|ですー|、|。|$|でございます)"
)
_THANKS = re.compile(r"大丈夫|だいじょうぶ|結構|けっこう|以上|特に|ないです|ありません|失礼")
_MORE = re.compile(r"もう(?:一|ひと)(?:つ|点)|あと(?:、|は|ひと|一)|それと|それから|実は|ほかに|まだ|ついでに")
_BARE = re.compile(r"^(?:はい|ええ|うん|そうです|いえ|いいえ|違います|いや)(?:はい|、|。|です|そうです)*$")
_QUANTITY = re.compile(
    r"[〇一二三四五六七八九十百千\d]+(?:時半?|分|名|人|日|月|個|階|曜)|明日|明後日|今日|[月火水木金土日]曜"
)
_DENIED = re.compile(r"(?:じゃ|では|や)(?:なく|ない|ねえ|ありません)")
_DENIAL = re.compile(r"^(?:あ、?)?(?:いえ|いいえ|いや|ちが[いう]|違[いう])")
_CONFIDENT = 2.0
"""Weight of cues from which a judgement is as sure as words alone make it."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """How the question was taken."""

    answer: Answer | None
    """None where the words are no answer of this kind (a value was given, or something else said)."""
    confidence: float = 0.0
    """0..1"""
    grounds: tuple[str, ...] = ()
    """The words it rests on."""
    correction: str = ""
    """With `Answer.CORRECT` the words of the right value (a telephone number: all its digits), else ""."""


def answer(text: str, expected: Expected) -> Judgement:
    """How the caller took the question that `expected` stands for."""
    whole, plain = _hiragana(tidy(text)), _hiragana(normalize(text))
    if not whole:
        return Judgement(None)
    stalling = _weigh(whole, cues("stalling"))
    if expected.ask is Ask.NUMBER:
        return _number(text, plain, stalling)
    if expected.ask in _OPEN:
        return _open(plain, stalling)
    right = _corrected(text, expected)
    if right and not _held(stalling):
        return right
    scores = _weigh(plain, cues("consent", "denial", "doubt"))
    _add(scores, stalling)
    _settle(plain, expected, scores)
    return _best(scores, Judgement(Answer.UNKNOWN, 0.3, (plain,)))


Scores = dict[Answer, tuple[float, tuple[str, ...]]]


def _hiragana(text: str) -> str:
    """Words in kana alone as hiragana, the form of the cues; other text as it is, since kana there may be a name."""
    letters = re.sub("[、。? ]", "", text)
    if not is_kana(letters) or to_katakana(letters) != letters:
        return text
    return "".join(chr(ord(letter) - 0x60) if "ァ" <= letter <= "ヶ" else letter for letter in text)


def _weigh(text: str, table: tuple[Cue, ...]) -> Scores:
    scores: Scores = {}
    for cue in table:
        match = cue.words.search(text)
        if match:
            before, grounds = scores.get(cue.answer, (0.0, ()))
            # a second cue of the same kind confirms the first, but counts for less
            best, other = max(before, cue.weight), min(before, cue.weight)
            scores[cue.answer] = (best + 0.3 * other, (*grounds, match[0]))
    return scores


def _add(scores: Scores, more: Scores) -> None:
    for kind, (weight, grounds) in more.items():
        before, words = scores.get(kind, (0.0, ()))
        scores[kind] = (before + weight, (*words, *grounds))


def _best(scores: Scores, otherwise: Judgement) -> Judgement:
    if not scores:
        return otherwise
    ranked = sorted(scores.items(), key=lambda item: -item[1][0])
    kind, (weight, grounds) = ranked[0]
    second = ranked[1][1][0] if len(ranked) > 1 else 0.0
    sure = min(1.0, weight / _CONFIDENT) * (0.5 + 0.5 * (weight - second) / weight) if weight > 0 else 0.0
    return Judgement(kind, round(0.97 * sure, 3), grounds)


def _held(stalling: Scores) -> bool:
    return max((weight for weight, _ in stalling.values()), default=0.0) >= 2.5


def _number(text: str, plain: str, stalling: Scores) -> Judgement:
    """After the question for a number: digits make it no answer but a value."""
    scores = _weigh(plain, cues("number"))
    found = find_number(text)
    pointing = scores.get(Answer.CALLER_ID, (0.0, ()))[0]
    if found and (found.extension or len(found.digits) >= 6 or (found.digits and not pointing)):
        return Judgement(None, 0.9, (found.digits or found.extension,))
    strongest = max((weight for weight, _ in scores.values()), default=0.0)
    if strongest < 2.0 or not scores:
        _add(scores, stalling)
    if not scores:
        _add(scores, _weigh(plain, cues("consent", "denial")) if _BARE.match(plain) else {})
        _add(scores, _weigh(plain, cues("doubt")))
    return _best(scores, Judgement(None))


def _open(plain: str, stalling: Scores) -> Judgement:
    """After an open question only a plain answer counts: the rest is what was asked for."""
    scores = dict(stalling)
    if _BARE.match(plain):
        _add(scores, _weigh(plain, cues("consent", "denial")))
    refusal = tuple(cue for cue in cues("number") if cue.answer is Answer.REFUSE and cue.weight >= 2.4)
    if len(plain) <= 30:
        _add(scores, _weigh(plain, refusal))
    return _best(scores, Judgement(None))


def _corrected(text: str, expected: Expected) -> Judgement | None:
    """A judgement that rests on the value in the words: another one, or the very one that was read back."""
    if expected.ask in (Ask.CONFIRM_NUMBER, Ask.CALLER_ID):
        return _corrected_number(text, expected)
    if expected.ask is Ask.ECHO:
        return _echoed(text, expected)
    plain = normalize(text)
    value = amended(plain)
    if expected.ask is Ask.CONFIRM_CALLER:
        return _corrected_name(plain, value, expected)
    if value and (expected.ask is not Ask.CLOSING or _QUANTITY.search(value)) and not _FINE.match(plain):
        return _amendment(plain, value)
    return _other_quantity(plain) if expected.ask is Ask.OFFER and not value else None


def _other_quantity(plain: str) -> Judgement | None:
    """A bare time, day or number for an answer (「十一時半ですよ」) is most likely another than was offered."""
    if _weigh(plain, cues("consent")):
        return None
    stated = [core(clause) for clause in re.split("[、。]", plain)]
    value = next((words for words in stated if len(words) <= 14 and _QUANTITY.search(words)), "")
    return Judgement(Answer.CORRECT, 0.5, (value,), value) if value else None


def _amendment(plain: str, value: str) -> Judgement | None:
    """A value in a form of correction, unless it only looks like one (「いえ、特にありません」)."""
    denied = _DENIED.search(plain) and not re.search("そう(?:じゃ|では)", plain)
    if denied or (_QUANTITY.search(value) and len(value) <= 14) or re.search(r"^やっぱ|のほうに|の方に", plain):
        return Judgement(Answer.CORRECT, 0.8 if denied else 0.65, (value,), value)
    return None


def _corrected_number(text: str, expected: Expected) -> Judgement | None:
    found = find_number(text)
    if expected.number:
        digits = correct(expected.number, text)
        if digits:
            return Judgement(Answer.CORRECT, 0.9, (text,), digits)
        if found and found.digits and found.digits in expected.number.replace("-", "") and len(found.digits) >= 3:
            denied = _DENIAL.match(normalize(text))
            # the same digits after a no: one of them was misheard twice, and a no is a no
            return Judgement(Answer.NO if denied else Answer.YES, 0.9, (found.digits,))
    if found and found.complete:
        return Judgement(Answer.CORRECT, 0.9, (found.digits,), found.digits)
    return None


def _corrected_name(plain: str, value: str, expected: Expected) -> Judgement | None:
    known = (expected.name, expected.company)
    if value and not any(same(value, name) for name in known):
        near = any(looks_like_name(value, name) for name in known if name)
        if near or _DENIED.search(plain):
            return Judgement(Answer.CORRECT, 0.85, (value,), value)
    clauses = _sayings(plain)
    right = [any(same(part, name) for part in clause for name in known) for clause in clauses]
    for clause, confirmed in sorted(zip(clauses, right, strict=True), key=lambda pair: not pair[1]):
        others = [part for part in clause if not any(same(part, name) for name in known)]
        wrong = [part for part in others if any(looks_like_name(part, name) for name in known if name)]
        if wrong:
            return Judgement(Answer.CORRECT, 0.7, (wrong[0],), wrong[0])
        if confirmed:
            return Judgement(Answer.YES, 0.85, clause)
    return None


def _sayings(plain: str) -> tuple[tuple[str, ...], ...]:
    """Clauses that may be names; of words in kana alone those with no answer in them, as katakana."""
    hiragana = _hiragana(plain)
    if hiragana == plain:
        return names(plain)
    stripped = re.sub("^(?:はい|いいえ|いえ|ええ|ちがいます)(?=.{3})", "", hiragana)
    every = cues("consent", "denial", "doubt", "stalling")
    values = (core(form) for form in (hiragana, stripped))
    return tuple((to_katakana(value),) for value in values if len(value) > 1 and not _weigh(value, every))


def _echoed(text: str, expected: Expected) -> Judgement | None:
    """An address of ours was read out: repeated rightly, wrongly, or told to be another."""
    if expected.number and not expected.email:
        return _corrected_number(text, expected)
    heard = compare(expected.email, text) if expected.email else Echo.UNCLEAR
    if heard is Echo.SAME:
        return Judgement(Answer.YES, 0.9, (text,))
    plain = normalize(text)
    value = amended(plain)
    if value and (_DENIED.search(plain) or _weigh(plain, cues("denial"))):
        address = find_email(value) or find_email(text)
        if not address and re.fullmatch("[A-Za-z0-9._+-]+", value):
            address = f"{value.lower()}@{expected.email.partition('@')[2]}"
        if address and address != expected.email:
            return Judgement(Answer.CORRECT, 0.8, (value,), address)
    return Judgement(Answer.NO, 0.7, (text,)) if heard is Echo.DIFFERENT else None


def _settle(plain: str, expected: Expected, scores: Scores) -> None:
    """Words whose sense hangs on the question."""
    fine = _FINE.match(plain)
    if expected.ask is Ask.CLOSING:
        if _MORE.search(plain):
            scores[Answer.YES] = (3.0, ("more",))
        elif _THANKS.search(plain):
            scores[Answer.NO] = (3.0, ("nothing more",))
    elif fine and expected.ask is Ask.OFFER and not plain.startswith("はい"):
        scores[Answer.NO] = (2.2, (fine[0],))
    elif fine and (expected.ask in _CONFIRMING or plain.startswith("はい")):
        scores[Answer.YES] = (2.2, (fine[0],))
