"""How something is asked: outright, as a wish to be told, by the voice alone, amid news, or beside a wish to book.

How a question ends stands here alone, in three grades. `is_put`: an utterance ends in か or の. `asks`: it asks to be
told something, in whatever way. `clause_asks`: a clause of it does; in one a か that lists or wonders (十四日か十五日,
帰っちゃったかな) and a の (同じ教室の) ask nothing, and one that goes on (聞きたいんですけど) leads to the question.

What is written here is (normalised) text, so that a rising voice is seen by the words alone: a thing, and behind it,
at the end of what is said, that it is possible, allowed or there (カードっていけます, 前の日でもいい).
"""

from __future__ import annotations

import re
from functools import lru_cache

from nlu.leads import leads_to

_SOME = r"(?!も|ぞ|でも|しても|せ|とか|やら|か(?![らヶか月]))"
"""Behind a word that asks: what makes it one that does not (いつも, 何か, どうしても)."""
HOW = rf"(?:(?:いくら|いつ|どこ|何|どう|どれ|どちら|どっち|誰|どなた){_SOME}|なん[時日人回]|(?<!ほ)どの)"
"""Words that ask."""
_OF_WHAT = rf"{HOW}(?:(?![るたい]か)[^、。])*(?:です|ます)"
"""What is asked for by its word alone; in どっちにするか決めてないです it is only told of."""
_OUTRIGHT = (
    r"(?:(?:ます|です|せん|でした|ました|でしょう|ない|(?<![いろつ])い|る|た|の|ん)(?:です)?"
    r"か(?:ね|ねえ|な|い|しら)?|かしら|っけ)$"
)
"""How a clause ends that is a question by its grammar: か behind a verb, no list and no wondering."""
_THERE = r"(?:空いて|やって|(?<![ていとざさし願言思払違伺行買使扱合会])(?<!もら)い)い?"
_POSSIBLE = rf"(?:あり|でき|いり|要り|かかり|使え|入れ|取れ|行け|もらえ|{_THERE})ます"
"""That something is there or can be had, which at the end asks for it by the voice."""
_TELL = r"(?:教えて|聞かせて)"
_TO_KNOW = r"(?:(?:知り|聞き|聞きし|(?<=[をか])(?:伺い|うかがい))た)"
"""A wish to know; 一度伺いたい is one to come."""
_PUT = re.compile(r"(?:か(?:ね|ねえ|しら)?|っけ|の)[。?？]?$")
_ASKS = re.compile(
    rf"{_PUT.pattern}|(?:って|んでしょう|{_POSSIBLE}|{_OF_WHAT}|{_TELL}(?:ください|下さい)?)[。?]?$|"
    rf"{_TELL}(?:ほしい|もらえ(?!たら|れば))|{_TO_KNOW}い|"
    r"(?:で(?:す|しょう)|ま(?:す|せん|した)|ません?でした)か[。、?]|でしたっけ"
)
_CLAUSE = re.compile(
    rf"{_OUTRIGHT}|(?:でしょう|{_POSSIBLE}|{_OF_WHAT}|{HOW}[^、。]*(?:の|だ|る|い|で))$|"
    rf"(?:{_TELL}|{_TO_KNOW})[^、。]{{0,12}}(?<!けど)(?<![がて])(?<!んで)(?<!ので)$"
)
_AMID = re.compile(_OUTRIGHT)
_CAN = (
    r"(?:い[けい]|行け|使え|でき|出来|あり|入れ|入り|払え|停め|止め|置け|取れ|買え|頼め|乗れ|通れ|選べ|話せ|飲め|読め|見れ|出せ|送れ|[あか]え|"
    r"(?<=[か-んァ-ヶ一-龠])られ|もらえ|いただけ|頂け|かかり|要り|いり|やって|空いて|開いて|付い?て|ついて)(?:い)?"
)
_RISING = re.compile(
    rf"(?:って|は|とか|も|でも|の|が|で|[ァ-ヶ一-龠])、?[^、。はがを]{{0,12}}?{_CAN}ます$|"
    r"(?:って|とか)、?[^、。]{0,14}[えけげせてねべめれ]ます$|"
    rf"(?:って|とか)、?[^、。]{{0,12}}(?:{_CAN}る|いける|ある|ない|いい|大丈夫|平気|可能|オーケー|必要|無料|ただ)(?:の|です)?$|"
    r"(?<!いつ)(?<![れ何時誰ら])(?:て|で)も(?:いい|大丈夫|平気|構わない|かまわない)$|"
    r"(?:ある|ない|いい|いる|要る|できる|使える|いける|行ける|かかる|取れる|もらえる|大丈夫な|平気な|無料な|なん)の$"
)
"""How a sentence ends that only the voice makes a question."""
_STATED = re.compile(
    r"(?:から|ので|けど|けれど|[しが])$|(?:は|なら)(?:もう)?(?:いい|大丈夫|結構)(?:です)?$|いつでも|それで"
)
"""What tells or declines, and asks nothing."""
_WORKERS = re.compile(r"(?<=[いんつこるたでき一-龠ァ-ヶ])っす(?=か|け)")
"""いいっすか, どこっすか."""
_LEAD = re.compile(f"^、?{leads_to('on')}")
_LEADS_OVER = re.compile(f"。|(?<=、)(?={leads_to('on')})")
"""Where something else begins."""
_BOOKS = re.compile(
    r"(?:予約|席|枠)(?:を|の|も|は|だけ|、)*(?:取り|とり|入れ|し|お願いし|お願いでき|頼み|させて(?:いただき|もらい)|取って(?:もらい|いただき|ほし))"
    r"(?:たい|たく|れば|い)|(?:予約|席|枠)(?:を|の|も)?、?お願い(?:し|いた|でき)"
)
"""A wish to book that is told, and not asked about."""
_BOOKED = re.compile(r"っけ|予約[^、。]{0,8}(?:して(?:い|る|た|ま)|した(?:ん|の|者)|変更|取り?消|キャンセル)")


def is_put(words: str) -> bool:
    """Whether words end as a question does."""
    return bool(_PUT.search(words))


def asks(text: str) -> bool:
    """Whether an utterance asks to be told something, or does so before it goes on (ですか、…)."""
    return bool(_ASKS.search(text))


def clause_asks(clause: str) -> bool:
    """Whether a clause, without signs, asks for something."""
    return bool(_CLAUSE.search(clause))


def rises(text: str) -> bool:
    """Whether the last sentence asks by the voice alone."""
    last = text.rstrip("。?").rpartition("。")[2]
    return bool(_RISING.search(last)) and not _STATED.search(last)


def plainly(text: str) -> str:
    """The same with です for っす where something is asked."""
    return _WORKERS.sub("です", text)


def put_amid(text: str) -> str:
    """The last clause that is put as a question, whatever is told before and behind it; "" where none is."""
    clauses = [clause for clause in re.split("[、。]", plainly(text)) if clause]
    return next((clause for clause in reversed(clauses) if _AMID.search(clause) or rises(clause)), "")


@lru_cache(maxsize=16)
def beside_wish(text: str) -> str:
    """What is asked beside a wish to book, in sentences of its own; "" where no such wish is told, or nothing asked.
    Kept, since the reason, what the script knows of it, and the dialogue ask for it in turn."""
    sentences = [each for each in _LEADS_OVER.split(plainly(text)) if each]
    books = [bool(_BOOKS.search(each)) and not put_amid(each) for each in sentences]
    if not any(books) or _BOOKED.search(text):
        return ""
    others = [_LEAD.sub("", each) for each, wish in zip(sentences, books, strict=True) if not wish]
    rest = "。".join(each.strip("、") for each in others)
    return rest if put_amid(rest) else ""
