"""How a question was taken: yes, no, corrected, say again, wait, and after the question for a number whether
it is refused, known, the caller's own, or comes later.

The rule: a value that can be checked decides first (the number or address that was read back, a name by its sound, so
that "イノウエです" after "イノウエ様ですね" is a yes and "イノウです" a correction); everything else is weighed by
`nlu.replies.signs`, which has learnt how words that mean opposite things after different questions (大丈夫です,
結構です, いいです) are meant. After an open question only a plain answer counts. A correction gives its words; what
they are (a name, a time, a number) is read elsewhere.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from nlu.expected import Ask, Expected
from nlu.identity.email import Echo, compare, find_email
from nlu.identity.names import readings
from nlu.identity.roles import is_role
from nlu.kana import canonical, in_hiragana, is_kana, to_katakana
from nlu.meaning import Answer
from nlu.normalize import normalize, tidy
from nlu.phone import correct, find_number
from nlu.replies.amended import amended, core, looks_like_name, names, same
from nlu.replies.cues import Cue, cues
from nlu.replies.signs import Value, judge, other_value, question_forms
from nlu.replies.waits import holds_matter

_OPEN = frozenset(
    {Ask.OPENING, Ask.CALLER, Ask.NAME, Ask.COMPANY, Ask.STAFF, Ask.PURPOSE, Ask.KANA, Ask.RECORD, Ask.PROBE, Ask.WHEN}
    | {Ask.PARTY, Ask.DETAIL}
)
_PUT_OFF = re.compile(r"(?:日|月|週|年|末|時|支払|家賃|料金|入金|返済|納期|期限)[^。]{0,12}待って")
"""A delay of days that is asked for, and no moment on the telephone."""
_BARE = re.compile(r"^(?:はい|ええ|うん|そうです|いえ|いいえ|違います|いや)(?:はい|、|。|です|そうです)*$")
_FINE = re.compile(
    r"(?:もう|これで)?(?:(?:大丈夫|結構|けっこう|いい|だいじょうぶ)(?:です(?!よ)|ですー|、|。|$|でございます)|ええ(?:です(?!よ)|わ))"
)
"""Means opposite things after different questions: that all is right, or that nothing is wanted."""
_MORE = re.compile(
    r"もう(?:一|ひと|1)(?:つ|点|個|件|回だけ)|(?:^|[、。])(?:あと|それと|それから|実は|そうだ|そうそう|そういえば|ちなみに)|ついでに|まだ(?:あ|聞|言)"
)
_NOTHING = re.compile(
    r"(?:大丈夫|だいじょうぶ|結構|けっこう|十分|平気|以上|おしまい|終わり)(?:です|でござ|、|。|$)|特に|(?:ない|あり?ません|ございません)(?:です|よ|わ|、|。|$)|"
    r"それだけ|失礼(?:し|いた)|ありがとう"
)
_RATHER_NOT = (
    r"^(?:いえ|いや|あの|、)*(?:(?:それ|そこ|名前|番号|会社名?)は?、?(?:ちょっと|勘弁|ご?遠慮)|ご?遠慮|勘弁)"
    r"(?!、?(?:待|お待))[^。0-9]{0,10}。?$"
)
"""それはちょっと: the polite no that names no reason."""
_NO_NEED = r"^(?:いえ|いや|まだ|もう|、)*(?:(?:いり|要り)ません|(?:いい|結構|けっこう)です)(?:よ|から)?。?$"
"""いりません, after an open question: what was asked for is kept back."""
_AHEAD = (
    r"(?:はい|ええ|え|あ|すみません|すいません|申し訳(?:ない|ありません)|ごめんなさい|今|ちょっと|少々|少し|、|。)*"
)
_UNHEARD = re.compile(
    rf"{_AHEAD}(?:あまり|よく|うまく|全然|お?電話が|お?声が|音が|今のが?|最後が?|、)*"
    r"(?:聞こえ|聞き取れ)(?:ません(?:でした)?|な(?:い|かった)(?:ん?です)?|(?:にく|づら)い(?:ん?です)?)(?:けど|が|ね|よ|、|。)*"
    rf"|{_AHEAD}(?:お?電話|お?声|音)が、?(?:ちょっと|少し|だいぶ)?(?:遠|小さ)(?:い|く)(?:て|(?:よう|みたい)?(?:なん)?です)?(?:けど|が|ね|、|。)*"
)
"""No word but that we were not heard."""
_WAITS = re.compile(
    rf"{_AHEAD}(?:お?時間を?(?:ください|いただけますか|もらえますか)|(?:控え|メモし|メモを?取り|書き取り)ます)(?:ので|から|ね|、|。)*"
)
"""No word but that we are to wait."""
_ONCE_MORE = re.compile(
    rf"{_AHEAD}(?:アルファベット|ローマ字|英語|番号|アドレス|住所|お?名前|今の|それ|最後|ところ|を|で|は|、)*"
    r"(?:(?:もう?[一1][度回](?:だけ)?|もういちど|もっぺん|もっかい|(?:もう少し|もっと)?ゆっくり(?:め(?:に|で))?|[一1](?:文字|字|つ)ずつ|最初から|初めから|はじめから)、?)+"
    r"(?:(?:言っ|いっ|おっしゃっ|読ん|話し)[てで])?"
    r"(?:ください|下さい|(?:もらえ|いただけ|くれ)ま(?:す|せん)か|もらって?いいですか|いただいて?いいですか|くれ|頼む|"
    r"お?(?:願|ねが)い(?:(?:いた)?します|できますか|できませんか)|ね|よ|、|。)*"
)
"""No word but that it is to be said again, slowly or letter by letter."""
_NAMELESS = re.compile(
    r"匿名|名(?:前|乗)[^、。]{0,8}(?:言わな|関係な|どうでも|いい(?:で|じゃ|だ)|言いたくな|申し上げ(?:なく|たくな)|言うほど|名乗|いいです|結構|必要|要(?:り|る)ま?|いら(?:な|ん)|勘弁|教え(?:な|たくな))|"
    r"(?:聞(?:く|いた|きたい)|お?(?:聞き|尋ね|問い?合わせ)(?:する|した|したい)?|確認(?:する|したい)?)だけ(?:です|なの?で|なんで|だから|だし|やし|やから|なんです)|"
    r"名乗(?:らな|らん|りたくな|るほど|るのは)|(?:言わ|申し上げ)な(?:いと|きゃ|くて|ければ)[^、。]{0,6}(?:いけ|だめ|ダメ|駄目|なりま|いい|よろし)|"
    rf"{_RATHER_NOT}|{_NO_NEED}"
)
_NUMBERLESS = re.compile(
    r"(?:い|要)(?:り|ら)(?:ません|ない)|聞く?だけ|聞いただけ|公衆電話|(?:電話|携帯|番号)(?:は|が|を|も|なんて|とか)?、?(?:今)?(?:な(?:い(?:です|ん|の|、|。|$)|くて)|ありません|ございません|持って(?:い)?(?:ない|ません|な)|使え(?:ない|ません))|"
    r"(?:折り?返し|連絡|電話)(?:は|とか)[^、。]{0,6}(?:結構|大丈夫|いい(?:です|わ|よ)|なくて)|必要(?:ない|ありません)|"
    rf"{_RATHER_NOT}"
)
_UNTOLD = {
    Ask.NAME: _NAMELESS,
    Ask.CALLER: _NAMELESS,
    Ask.KANA: _NAMELESS,
    Ask.COMPANY: re.compile(_RATHER_NOT),
    Ask.NUMBER: _NUMBERLESS,
}
"""How callers keep back what was asked."""
_NEVER = re.compile(r"(?!)")
_DENIED = re.compile(r"(?:じゃ|では|や)(?:なく|ない|ねえ|ありません)")
_DENIAL = re.compile(r"^(?:あ、?)?(?:いえ|いいえ|いや|ちが[いう]|違[いう])")
_CONFIDENT = 2.0
"""Weight of cues from which a judgement is as sure as words alone make it."""
_WHOLE_NUMBER = 9
"""Least digits of a telephone number that was not asked about."""
_PLAIN_VALUE = 2.5
"""Score from which a value found beside the one in the question is worth calling a correction."""


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
    whole, plain = in_hiragana(tidy(text)), in_hiragana(normalize(text))
    if not whole:
        return Judgement(None)
    kept_back = _UNTOLD.get(expected.ask, _NEVER).search(plain)
    if kept_back and not find_number(text):
        return Judgement(Answer.REFUSE, 0.9, (kept_back[0],))
    for kind, nothing_else in ((Answer.REPEAT, _UNHEARD), (Answer.REPEAT, _ONCE_MORE), (Answer.HOLD, _WAITS)):
        if nothing_else.fullmatch(plain):
            return Judgement(kind, 0.95, (plain,))
    stalling = _weigh(whole, cues("stalling"))
    if Answer.HOLD in stalling and holds_matter(plain, expected.ask):
        del stalling[Answer.HOLD]
    if expected.ask is Ask.NUMBER:
        return _number(text, plain, stalling)
    if expected.ask in _OPEN:
        return _open(plain, stalling)
    checked = _checked(text, expected)
    if checked and not _held(stalling):
        return checked
    judged = _judged(normalize(text), plain, expected)
    if judged.answer is Answer.HOLD and holds_matter(plain, expected.ask):
        return Judgement(None)
    return judged


Scores = dict[Answer, tuple[float, tuple[str, ...]]]


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
    scores = {} if _PUT_OFF.search(plain) else dict(stalling)
    if _BARE.match(plain):
        _add(scores, _weigh(plain, cues("consent", "denial")))
    refusal = tuple(cue for cue in cues("number") if cue.answer is Answer.REFUSE and cue.weight >= 2.4)
    if len(plain) <= 30:
        _add(scores, _weigh(plain, refusal))
    return _best(scores, Judgement(None))


def _judged(text: str, plain: str, expected: Expected) -> Judgement:
    """What the words as a whole make likeliest; a correction needs a value."""
    if not plain:
        return Judgement(Answer.UNKNOWN, 0.3, (text,))
    settled = _settled(plain, expected)
    if settled:
        return Judgement(settled, 0.9, (plain,))
    value = other_value(text, expected)
    words = _words(text, value, expected)
    kind, share = next((kind, share) for kind, share in judge(plain, expected) if kind is not Answer.CORRECT or words)
    if kind is not Answer.CORRECT:
        return Judgement(kind, round(share, 3), (plain,))
    return Judgement(kind, round(share, 3), (words,), words)


def _settled(plain: str, expected: Expected) -> Answer | None:
    """The few replies whose sense hangs on the kind of question alone."""
    if expected.ask in (Ask.CLOSING, Ask.MORE):
        return Answer.YES if _MORE.search(plain) else Answer.NO if _NOTHING.search(plain) else None
    form = question_forms(expected)[0]
    if not _FINE.match(plain) or form not in ("unsaid", "offer"):
        return None
    return Answer.NO if expected.ask is Ask.OFFER else Answer.YES


def _words(plain: str, value: Value | None, expected: Expected) -> str:
    """The words of the right value, a name in katakana, a telephone number as digits; "" where there is none."""
    number = find_number(plain)
    if number and number.complete and len(number.digits) >= _WHOLE_NUMBER:
        return number.digits
    clauses = reversed(re.split("[、。]", plain)) if expected.ask is Ask.CONFIRM_NUMBER else ()
    corrected = next((digits for clause in clauses if (digits := correct(expected.number, clause))), None)
    if corrected:
        return corrected
    by_form = amended(plain) if _DENIED.search(plain) else ""
    if value is None or (by_form and not value.fits and value.score < _PLAIN_VALUE):
        return by_form
    if value.kind == "name" and not is_role(value.text):
        return next(iter(readings(value.text)), value.text)
    return value.text


def _checked(text: str, expected: Expected) -> Judgement | None:
    """A judgement that rests on a value that can be checked: another one, or the very one that was read back."""
    if expected.ask in (Ask.CONFIRM_NUMBER, Ask.CALLER_ID):
        return _corrected_number(text, expected)
    if expected.ask is Ask.ECHO:
        return _echoed(text, expected)
    if expected.ask is Ask.CONFIRM_CALLER and is_kana(re.sub("[、。? ]", "", text)):
        plain = normalize(text)
        return _corrected_name(plain, amended(plain), expected)
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
    # what is told apart may sound almost the same (パーク, バーク)
    exactly = bool(_DENIED.search(plain) or _DENIAL.match(plain))
    alike = any(canonical(value) == canonical(name) if exactly else same(value, name) for name in known if name)
    if value and not alike:
        near = any(looks_like_name(value, name) for name in known if name)
        if near or exactly:
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
    hiragana = in_hiragana(plain)
    if hiragana == plain:
        consent = _weigh(plain, cues("consent"))
        return () if consent and not _weigh(plain, cues("denial")) and is_kana(plain) else names(plain)
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
