"""For how many persons: 四名様, 大人二人と子ども一人, 八名が七名に, 一人増えて五人.

The number that shall hold in the end: a total goes before its parts, a later number before an earlier one, a change is
reckoned. Numbers that count other than the party (二人目, 一人前, 四人掛け, 五人で、一人は車椅子) are left out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from nlu.kana import to_hiragana
from nlu.meaning import Slot
from nlu.normalize import normalize
from nlu.times.amounts import SPOKEN, WRITTEN, amount

_LONGEST = 400
"""Characters that are looked at."""
_MOST = 2000
"""More persons than any house holds are another number."""
_KANA_ONES = {"ひとり": 1, "ふたり": 2}
_KINDS = (
    r"大人|おとな|成人|中学生以上|大学生|学生|高校生|中学生|小学生|園児|幼児|子ども|子供|こども|お子(?:さん|様|さま)|赤ちゃん|赤ん坊|乳児|ちび|"
    r"男性|女性|男の子|女の子|男|女|男子|女子|親|両親|孫|老人|年寄り|しにあ|げすと|保護者|引率|子|客|お客様|お客さん|こちら|そちら|社員|うち|先方"
)
_PERSON = (
    r"家内|妻|嫁さん?|女房|奥さん|主人|旦那|夫|息子|娘|母|父|お母さん|お父さん|祖母|祖父|おばあちゃん|おじいちゃん|婆さん|爺さん|"
    r"じいちゃん|ばあちゃん|友人|友達|友だち|彼女|彼氏|彼|同僚|部下|上司|社長|部長|課長|先輩|後輩|姉|兄|弟|妹|孫|赤ちゃん|赤ん坊"
)
_SELF = r"私|わたし|わたくし|自分|僕|ぼく|俺|おれ|わし|うち"
_COUNTED = re.compile(
    rf"(?P<written>{WRITTEN})(?:人|名|にん|めい)|(?:(?<![ぁ-ゖー])|(?<=[のはにでともがらか、])|(?<=おとな))(?P<kana>{SPOKEN})(?:にん|めい|名|人)|"
    r"(?:(?<![ぁ-ゖー])|(?<=[のはにでともがら、お]))(?P<one>ひとり|ふたり)"
)
_BARE_KIND = re.compile(rf"(?:{_KINDS})(?P<written>{WRITTEN})(?=$|[、とで。]|です)")
_NO_PARTY = re.compile(
    r"目|め(?!い)|前(?!後)|掛け|がけ|部屋|乗り|用(?!意)|暮らし|ぐらし|称|刺|簿|札|義|字|物|形|工|気|口|事|生|間|ぼっち|っ子|"
    r"に一|に1|あたり|当たり|ずつ|席|体制|以上|(?:の)?(?:兄弟|姉妹|きょうだい|の母|の父|の親)|まで(?:でき|入|です?か)"
)
_NO_PARTY_BEFORE = re.compile(
    r"(?:何|数|日本|外国|もう|あと|うち|そのうち|内|中で|別の|隣の|担当(?:の方|者|の人)?[がはの]?)$"
)
_PART = re.compile(
    r"(?:は|が|だけ|、)?(?:(?:小さい|まだ|ちょっと)?(?:車椅子|車いす|赤ちゃん|赤ん坊|子ども|子供|こども|遅れ|遅刻|あとから|後から|先に|途中|"
    r"べじたりあん|あれるぎー|飲め|妊婦|飲まな|飲みま|来られ|来れ))|は(?!、?(?:いれ|入|大丈夫|いけ|無理|だめ|取|空|でき|可))"
)
_ADDED = re.compile(r"(?:を|、|が|だけ|ほど)?(?:増|ふえ|ふや|追加|足し|足す|加わ|プラス|ぷらす|多く)")
_TAKEN = re.compile(
    r"(?:を|、|が|だけ|ほど)?(?:減|へっ|へら|欠|けっせき|キャンセル|きゃんせる|来れなく|来られなく|行けなく|少なく|抜け)"
)
_NOT = re.compile(r"(?:じゃ|では)(?:なく|な[いし]|ありません)|ではなし")
_PLUS = re.compile(
    r"(?:が|で|の|、)?(?:と|、|に|プラス|ぷらす|それに|あと|それと|で)*、?(?:あと|それに|それと)?(?:小さい|[^、。]{1,3}歳の)?の?$"
)
_CHANGE = re.compile(r"人数[^、。]{0,4}?" + rf"{WRITTEN}(?:人|名)?(?:から|が|を)(?P<written>{WRITTEN})(?:人|名)?に")
_NUMBER = re.compile(
    rf"(?:人数|参加者|お客)[^、。\d〇一二三四五六七八九十百]{{0,3}}(?P<written>{WRITTEN})(?=$|[、。]|です|で|に|くらい|ほど)"
)
_ALONE = re.compile(
    rf"(?:はい、?|えっと、?|ええ、?|たぶん、?)*(?P<written>{WRITTEN}|{SPOKEN})(?:です|でお願い(?:し|いたし)ます|かな)?[。、]?"
)
_COUPLE = re.compile(r"(?:夫婦|ふうふ|カップル|かっぷる|ぺあ)(?!二|2|三|3|ふた|喧|別|円|の(?:日|二|ふた))")
_TOGETHER = re.compile(rf"(?:{_SELF})と(?:{_PERSON})(?:と(?P<more>{_PERSON}))?(?=で|の[^二三四2-4]|が|です|、|$)")


@dataclass(frozen=True, slots=True)
class _Count:
    """One number of persons."""

    value: int
    start: int
    end: int
    kind: str
    """大人, 子ども … where it counts some of the party, else ""."""
    role: str = "whole"
    """"whole", "part", "more", "fewer", or "aside" where it counts something else."""


def find_party(text: str) -> Slot | None:
    """The number of persons, in digits, with its words; None where none is said."""
    plain = normalize(text)[:_LONGEST]
    folded = to_hiragana(plain)
    counts = _counts(folded)
    total = _reckoned(counts, folded)
    if total is None:
        return _otherwise(plain, folded)
    return _slot(total.value, plain[total.start : total.end])


def party_change(text: str) -> int:
    """By how many persons a party grows, or below zero shrinks, of which the number itself is not told (一人増える); 0
    where none is."""
    counts = _counts(to_hiragana(normalize(text)[:_LONGEST]))
    if any(count.role in ("whole", "part") for count in counts):
        return 0
    signs = {"more": 1, "fewer": -1}
    return sum(signs.get(count.role, 0) * count.value for count in counts)


def _slot(value: int, words: str) -> Slot | None:
    return Slot(str(value), words, 0.9) if 0 < value <= _MOST else None


def _counts(folded: str) -> list[_Count]:
    found: list[_Count] = []
    for match in sorted((*_COUNTED.finditer(folded), *_BARE_KIND.finditer(folded)), key=lambda each: each.end()):
        start = min(match.start(name) for name in match.groupdict() if match[name])
        words = next(match[name] for name in match.groupdict() if match[name])
        before, after = folded[:start], folded[match.end() :]
        value = (_KANA_ONES.get(words) or amount(words)) + _tens(before)
        if found and start < found[-1].end:
            continue
        if value <= 0 or value > _MOST or _NO_PARTY.match(after):
            continue
        count = _Count(value, start, match.end(), _kind_before(before))
        found.append(replace(count, role=_role(count, before, after)))
    return found


def _tens(before: str) -> int:
    """十五、六人 is sixteen at most."""
    match = re.search(rf"({WRITTEN})、$", before)
    number = amount(match[1]) if match else 0
    return number // 10 * 10 if number > 10 and number % 10 else 0


def _kind_before(before: str) -> str:
    match = re.search(rf"(?:{_KINDS}|{_PERSON})(?:さん|様|たち|達)?(?:が|は|の|、)?$", before[-12:])
    return match[0] if match else ""


def _role(count: _Count, before: str, after: str) -> str:
    if _ADDED.match(after):
        return "more"
    if _TAKEN.match(after):
        return "fewer"
    if _NO_PARTY_BEFORE.search(before) or _NOT.match(after):
        return "aside"
    if not count.kind and _PART.match(after):
        return "aside"
    return "part" if count.kind else "whole"


def _reckoned(counts: list[_Count], folded: str) -> _Count | None:
    """What holds in the end."""
    total: _Count | None = None
    last_kind = ""
    for count in counts:
        gap = folded[total.end : count.start - len(count.kind)] if total else ""
        match count.role:
            case "aside":
                continue
            case "more":
                total = replace(total, value=total.value + count.value, end=count.end) if total else None
            case "fewer":
                total = replace(total, value=total.value - count.value, end=count.end) if total else None
            case "part" if total and last_kind and _PLUS.match(gap) and count.kind != last_kind:
                total = replace(total, value=total.value + count.value, end=count.end)
            case _:
                if total is None or not _within(count, total, last_kind, folded):
                    total = count
                    last_kind = ""
        last_kind = count.kind if count.role == "part" else last_kind
    return _with_company(total, last_kind, folded) if total else None


def _within(count: _Count, total: _Count, last_kind: str, folded: str) -> bool:
    """Whether a number tells of some within the total told before: 七人で、子どもが三人です."""
    if count.role != "part" or last_kind:
        return False
    gap = folded[total.end : count.start]
    return count.value < total.value and not _TURN.search(gap)


_TURN = re.compile(r"いや|いえ|やっぱ|じゃな|間違|ごめん|すみません|(?:^|、)あ、|から|に変")


def _with_company(total: _Count, kind: str, folded: str) -> _Count:
    """夫婦と子ども二人: those who are named beside a number of children."""
    if not re.match(r"子ども|子供|こども|お子|赤|孫|小学|息子|娘", kind):
        extra = re.match(rf"と(?:{_PERSON})(?=で|の|です|、|$)", folded[total.end :]) if kind else None
        return replace(total, value=total.value + 1, end=total.end + extra.end()) if extra else total
    before = folded[: total.start - len(kind)]
    pairs = re.search(r"(?:夫婦|両親)と$", before)
    chain = re.search(rf"(?:{_SELF})と(?:(?:{_PERSON})と)*$", before)
    wife = re.search(r"(?:^|[、。はで])(?:家内|妻|嫁さん?|女房|奥さん|主人|旦那|夫)と$", before)
    more = 2 if pairs or wife else chain[0].count("と") if chain else 0
    return replace(total, value=total.value + more)


def _otherwise(plain: str, folded: str) -> Slot | None:
    """Without a counter: 人数は五です, 夫婦で, 私と家内で."""
    for pattern in (_CHANGE, _NUMBER):
        match = pattern.search(folded)
        if match:
            return _slot(amount(match["written"]), plain[match.start() : match.end()])
    match = _ALONE.fullmatch(folded)
    if match:
        return _slot(amount(match["written"]), plain[match.start("written") : match.end("written")])
    match = _COUPLE.search(folded)
    if match and re.match(r"で|の?(?:席|予約)|です", folded[match.end() :]):
        return _slot(2, plain[match.start() : match.end()])
    match = _TOGETHER.search(folded)
    return _slot(3 if match["more"] else 2, plain[match.start() : match.end()]) if match else None
