"""Whether a caller has reached another house than he meant: what he says of the number, and whose house he names.

A mistake counts where it is one of dialling (番号を間違えました), and not of a thing that is spoken of (宛名を間違えて
いる). A house that is named is another one only if it neither is written nor sounds like ours.
"""

from __future__ import annotations

import re
from functools import cache

from nlu.identity.trades import ends_like_company, without_trade
from nlu.kana import similarity
from nlu.tables import DATA, rows
from nlu.words import readings

ALIKE = 0.6
"""Likeness of sounds from which a name is ours, said or heard a little otherwise."""
ALIKE_APART = 0.8
"""The same for a name of another trade: the words of two trades end alike (動物病院, 整骨院), and are no slip."""

_MISTAKE = re.compile(
    r"間違(?:え|い)(?:ました|ちゃ|て(?:しま|しも|もう|い|る|かけ)|た(?=[、。]|$|わ|ね|よ|な(?!ら)|み|っちゃ|ごた|け)|電話|です|でし|の|よう|みたい)|かけ(?:間違|違)|まちがえ|まちがい(?:電話|でんわ)|"
    r"間違(?:う|っ)(?:た(?=[、。]|$|わ|ね|よ|な(?!ら)|み|っちゃ|ごた|け|ん(?!ですか))|ちゃ|ても?うた|て(?:しま|しも|もう)|とった)|まちご(?:う|お)(?:た|て)|"
    r"(?:違う|ちがう|別の|よその)(?:ところ|とこ|所|おうち|家|お?店|会社|お?宅|番号)(?:[にへ])?(?:お?電話)?(?:を)?(?:かけ|かかっ|しちゃ|してし)"
    r"(?:ちゃ|て(?:しま|しも|もう|る|い)|まし|た(?!ら|の|ところ))"
)
_OF_NUMBER = re.compile(
    r"(?:(?<![一-龥])番号|電話番号|電話|電話先|かけ先|かけるところ)(?:を|が|は|も)?[^、。]{0,6}$|"
    r"^(?:.*[、。])?(?:[^、。がをに]{0,7}[^、。がをに一-龥ァ-ヴー]|[^、。]?(?:私|僕|俺|完全|全部|全然))?$"
)
"""What stands before a mistake of dialling: the number, or nothing that could be mistaken itself."""
_OTHER_NUMBER = re.compile(
    r"番号[がはを]?、?(?:ひとつ|一つ|一桁|全然)?、?(?:違(?:って(?:い?ま|た|る)|いました|いますね|った|う(?:た|て|みたい))|"
    r"ちご(?:う|て|と)|ちゃ(?:う|い)|ちが(?:って|った|いました))"
)
_DIFFERS = re.compile(
    r"(?:あれ|あら|ありゃ|え|あ)っ?、?[^、。]{0,6}(?:違い?(?:ます|まし)|違(?:う|った)|ちが(?:う|いま|った)|ちゃ(?:う|いま))|"
    r"(?:違い|ちがい|ちゃい)ま(?:す(?:ね|わ|よね)|したか|したわ)|(?:違|ちが)った(?:わ|か|な|みたい)|ちゃう(?:わ|かった|みたい)"
)
"""あれ、違いますね: said of the number that was to be checked."""
_SORRY = re.compile(
    r"すみません|すいません|すんま(?:せん|へん)|すまん|すまな|ごめん|御免|失礼|申し訳|悪かった|悪い(?:ね|な)|堪忍|かんにん"
)
_EXCLAIMS = re.compile(
    r"(?:もしもし|あ|え|お|あら|あれ|ありゃ|おや|まあ|やだ|いや|嫌|ほんと|本当|はい|それは|そう(?:です|でした)?か?|そうなん(?:です|や)か?|"
    r"これは|こりゃ|ちゃ|どうも|ほな|じゃあ|では|では、?失礼|ー|っ|、)*"
)
_SOME_HOUSE = re.compile(
    r".{2,16}?(?:さん|様|(?:です|でした|でしょう|なん|なんです|やった|やったん|だった|だったんです)(?:か|ね|の)|か)"
)
"""え、花屋さん; 印刷屋さんでしたか."""
_RIGHT = re.compile(
    r"合って(?:い)?(?:ます|る)|合っと|(?:で)?(?:いい|よい|良い)(?:ん|の)?です|間違(?:い|って)(?:は)?(?:ない|ありません|ないです)|そちらに"
)
_SURPRISED = re.compile(
    r"^(?:え|あれ|あっ|えっ)っ?、?(?:ここ|そちら|こちら)?(?:は|って)?、?(?P<who>.{0,20}?)(?:さん)?"
    r"(?:じゃ|では)(?:ない|なかった|ありません|ございません)(?:ん|の)?(?:です)?(?:か|ね)[。?]?"
)
"""え、ピザ屋さんじゃないんですか: said of whom was meant."""
_GREETING = r"(?:(?:もしもし|あっ?|あの[うー]?|えっと|えーと|すみません|すいません|お?忙しいところ)、?)*"
_DENIED = r"(?:じゃ|では)(?:ない|なかった|ありません|ございません)[^、。]{0,8}"
_ANOTHER = re.compile(
    rf"{_GREETING}(?P<who>[^、。]{{2,14}}?)(?:さん|様|さま)(?P<home>のお?(?:宅|うち|店|事務所|会社))?"
    rf"(?:(?P<not>{_DENIED})|で(?:しょう|いらっしゃいます|よろしい)[^、。]{{0,8}}|(?:です(?:か|よね))?)[。?？]?$"
)
"""常盤水道さんじゃないですか, 田中さんのお宅でしょうか."""
_FIRST_ASKED = re.compile(
    rf"{_GREETING}(?P<who>[^、。]{{2,14}}?)(?:さん|様|さま)?(?:です(?:か|よね)|でしょうか|で(?:いらっしゃい|よろしい)[^、。]{{0,8}})[、。?？].{{4,}}"
)
"""山田医院さんですか、今日の診察は何時までですか: whom was meant comes first, and then the matter."""

_NAME = re.compile(
    r"^(?!これ|それ|ここ|そこ|そちら|こちら|今|お宅|おたく|御社)(?:.*[\u3400-\u9fffァ-ヴ]{2}|[ぁ-ん]{3,}$)"
)
"""What stands before the word of a trade where that is a name: no これ機械ですか."""
_COUNT = (
    r"(?:[0-9〇一二三四五六七八九十]+(?:人前|枚|台|杯|本|個|缶|つ|ケース|リットル|皿|丁|食|セット)|"
    r"ひとつ|ふたつ|大盛り?|並|特上)"
)
_AS_ORDERED = (
    r"(?!屋|店|用|粉|釜|窯|箱|容器|機|券|代|業|会社)(?:の(?:上|並|特上|大盛り?|出前|配達|集配|[エSML]|[^、。の]{0,2}サイズ)[ルム]?)*"
    rf"(?:を|が|は|と|、)*[^、。屋店用の]{{0,6}}(?:{_COUNT}|出前|注文|配達|届け|持ってき|迎えに|回して|よこし|入って(?:い)?ない)"
)
"""What follows the thing where that is ordered itself, and not something for it (そば屋の看板を一枚)."""
_WISH = re.compile(
    r"お?願い|頼|くださ|下さ|もらえ|もらいた|いただけ|ほし|欲し|(?:いい|よろしい)(?:です)?か|でき(?:ます|る)|"
    rf"{_COUNT}(?:と|で|ね)?[。]?$|入って(?:い)?ない"
)
"""How an order is put."""
_AS_CALLED = (
    r"(?:の(?:先生|方|受付|窓口|人|担当(?:の方|者)?))?(?:さん)?(?:を|に|へ|と|って|は|、)*(?:電話を?|内線で|、)*"
    r"(?:お?願い|つない|繋い|回して|まわして|代わ|かわって|くださ|出して|です(?:か|よね)|でしょうか|いらっしゃ)"
)
"""What follows a desk that is asked for."""


def misdialled(text: str) -> bool:
    """Whether the caller says that the number was a mistake."""
    found = _MISTAKE.search(text)
    return found is not None and not _RIGHT.search(text) and bool(_OF_NUMBER.search(text[: found.start()]))


def gives_up(text: str) -> bool:
    """Whether a caller who was asked to check the number finds that it was another one, in any form: he says so, or is
    surprised whose house this is, and apologises."""
    if _RIGHT.search(text):
        return False
    return misdialled(text) or bool(_OTHER_NUMBER.search(text) or _DIFFERS.search(text)) or _apologises(text)


def _apologises(text: str) -> bool:
    """Whether nothing is said but a house, in surprise, and an apology."""
    clauses = [clause for clause in re.split("[、。?？]", text) if clause]
    sorry = [clause for clause in clauses if _SORRY.search(clause)]
    rest = [clause for clause in clauses if clause not in sorry]
    return (
        bool(sorry)
        and clauses[-1] == sorry[-1]
        and all(_EXCLAIMS.fullmatch(clause) or _SOME_HOUSE.fullmatch(clause) for clause in rest)
    )


def insists(text: str) -> bool:
    """Whether the caller holds that he is right here."""
    return bool(_RIGHT.search(text))


def surprised(text: str) -> bool:
    """Whether the caller is surprised that this is not the house he meant."""
    found = _SURPRISED.search(text)
    return found is not None and (ends_like_company(found["who"]) or found["who"].endswith("屋"))


def another(text: str, ours: tuple[str, ...], sound: str) -> bool:
    """Whether a call begins with the question whether this is another house. `ours`: how we are written; `sound`: our
    name in katakana."""
    found = _ANOTHER.match(text)
    if found is not None and (found["not"] or found["home"] or ends_like_company(found["who"])):
        return _differs(found["who"], ours, sound)  # 佐藤さんでしょうか may be somebody who is asked for
    found = _FIRST_ASKED.match(text)
    if found is not None and any(_is_namesake(found["who"], name) for name in ours):
        return True
    named = found is not None and _NAME.search(without_trade(found["who"])) is not None
    return found is not None and named and ends_like_company(found["who"]) and _differs(found["who"], ours, sound)


def _differs(who: str, ours: tuple[str, ...], sound: str) -> bool:
    if any(_is_namesake(who, name) for name in ours):
        return True
    written = any(who in name or name in who for name in ours)
    alike = ALIKE_APART if all(_is_apart(who, name) for name in ours) else ALIKE
    return len(who) > 1 and not written and all(similarity(each, sound) < alike for each in readings(who))


def _is_namesake(who: str, ours: str) -> bool:
    """Whether it is named like us and is of another trade: はまかぜ眼科 is not はまかぜ不動産."""
    return _is_apart(who, ours) and without_trade(who) == without_trade(ours)


def _is_apart(who: str, ours: str) -> bool:
    """Whether it is of another trade, and both say which theirs is."""
    other, own = without_trade(who), without_trade(ours)
    trades = who.removeprefix(other), ours.removeprefix(own)
    return "" not in (other, own, *trades) and trades[0] != trades[1]


def misplaced(text: str, ours: str) -> bool:
    """Whether a call begins with an order for what only another trade has (寿司の上を三人前, at a maker of gears), or
    asks for a desk that only such a house has (眼科をお願いします, at a plumber's). `ours`: all written of us."""
    orders = _WISH.search(text) is not None
    goods = _trades("trade_orders.tsv", "", _AS_ORDERED) if orders else ()
    wanted = (*goods, *_trades("trade_desks.tsv", f"^{_GREETING}", _AS_CALLED))
    return any(asked.search(text) and not takes.search(ours) for asked, takes in wanted)


@cache
def _trades(table: str, before: str, behind: str) -> tuple[tuple[re.Pattern[str], re.Pattern[str]], ...]:
    """Of every trade how what only it has is asked for, and by which words a house is known that may have it."""
    found = rows(DATA / table)
    return tuple((re.compile(rf"{before}(?:{things}){behind}"), re.compile(takes)) for _, things, takes in found)
