"""The noun phrases of a sentence: what kind of thing each names, its value, and what is said of it.

A phrase ends where nouns end (「二十三日の水曜」, 「スマイル計画」); an honorific and 「のほう」 are no part of it.
Times are compared on the clock of twelve hours where one of them may be meant so, counts by their number, everything
else by sound. Whether a phrase answers a question is for others to say.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from nlu.identity.names import split_name
from nlu.kana import canonical, is_kana, to_katakana
from nlu.numbers import integer
from nlu.tables import DATA, rows
from nlu.words import Token, tokens

_NOMINAL = frozenset({"名詞", "接頭辞", "接尾辞", "記号", "代名詞"})
_NUMERAL = r"[〇一二三四五六七八九十百千万\d]+"
_CLOCK = re.compile(
    rf"(?P<half>午前|午後|朝|昼|夕方|夜|晩)?の?(?P<hour>{_NUMERAL})時(?:(?P<minute>{_NUMERAL})分|(?P<thirty>半))?"
)
_DAY = re.compile(
    rf"(?:{_NUMERAL}月)?{_NUMERAL}日(?!間)|{_NUMERAL}月|[月火水木金土日]曜|明日|あした|明後日|あさって|今日|本日|昨日|"
    r"当日|翌日|前の日|前日|(?:今|来|再来|先)[週月年]|平日|週末|土日|祝日|月末"
)
_PART_OF_DAY = re.compile(r"(午前|午後|夕方|お?昼|正午|夜|朝|晩)(?:中|ごろ|頃|過ぎ|以降|一番|一)?")
_COUNTED = re.compile(
    rf"(?P<number>{_NUMERAL})(?P<counter>人前|名様|人様|名|人|個|本|枚|箱|台|冊|つ|組|匹|泊|部|袋|缶|杯|円|階|丁目|番地|番|号|課|年|歳|才|分|回目|回|席|"
    r"セット|ケース|キロ|メートル|トン|週間|日間|時間|ヶ月|か月)"
)
_POLITE = re.compile(r"^[おご御](?=.{2})")
_KATAKANA = re.compile(r"[ァ-ヴー]+")
_PERSONS = {"ひとり": 1, "ふたり": 2, "お一人": 1, "お二人": 2, "一人": 1, "二人": 2}
_SAME_COUNTER = {"名様": "人", "人様": "人", "名": "人", "つ": "個", "才": "歳", "番地": "番"}
_HONORIFIC = re.compile(r"(?:さん|様|さま|ちゃん|くん|君|氏|先生|の(?:ほう|方))+$")
_TITLE = re.compile(
    r"(?<=.)(?:本?部長|課長|係長|次長|所長|室長|店長|社長|会長|専務|常務|主任|院長|工場長|支店長|教授|医師)$"
)
_PLAIN = re.compile(
    r"(?:こと|もの|とき|ところ|ほう|方|ため|そう|それ|これ|あれ|どれ|ん|の|よう|はず|わけ|つもり|私|わたし|こちら|そちら|うち|何|なん|どこ|"
    r"誰|だれ|いつ|大丈夫|結構|間違い|お願い|ちょっと|ごめん|すみません|全部|本当|ほんと|急|問題|逆|自分|なに|どちら|どっち|今|いま|さっき|先ほど|"
    r"最後|最初|真ん中|とおり|通り|遠慮|時間|一応|たぶん|とりあえず|実|前|後|以上|別|普通|最近|場合|感じ|お|ご|様|だめ|ダメ|人|ビンゴ|必要|不要|そこ|ここ|取り|とりあえず|どちらでも|まだ|さん|円|名前|お名前|電話番号|番号|正解|ビンゴ|完璧)"
)


@dataclass(frozen=True, slots=True)
class Phrase:
    """One noun phrase where it stands."""

    text: str
    kind: str
    """"time", "day", "part" (of the day), "count" with the counter behind it ("count 人"), "name" or "thing"."""
    value: str
    """What it is compared by."""
    after: str
    """What is said of it: a key of `data/after_phrases.tsv` ("denied", "wanted", "called", …), or ""."""
    start: int
    end: int

    @property
    def denied(self) -> bool:
        return self.after == "denied"


@lru_cache(maxsize=512)
def phrases(text: str) -> tuple[Phrase, ...]:
    """The noun phrases in order; words that name nothing (こと, それ, 大丈夫) are left out."""
    found = []
    for start, end in _spans(text):
        said = text[start:end]
        kept = _without_title(_HONORIFIC.sub("", said).removesuffix("の"))
        honoured = (
            kept != said and not said.endswith(("ほう", "方")) and (is_kana(kept) or split_name(kept) is not None)
        )
        if kept and not _PLAIN.fullmatch(kept):
            kind, value = _kind(kept, honoured, _is_name(kept))
            found.append(Phrase(kept, kind, value, _after(text[end:]), start, start + len(kept)))
    return tuple(found)


def _without_title(text: str) -> str:
    """石川 of 石川部長, but 経理部長 as it is."""
    bare = _TITLE.sub("", text)
    return bare if bare != text and split_name(bare.rpartition("の")[2]) else text


def parts(phrase: Phrase) -> tuple[Phrase, ...]:
    """The pieces between の (「営業二課の栗本」), each as a phrase; those of a day are one."""
    pieces = [piece for piece in phrase.text.split("の") if piece]
    if len(pieces) < 2 or phrase.kind == "time":
        return (phrase,)
    kinds = [_kind(piece, False, _is_name(piece)) for piece in pieces]
    starts = [phrase.start + phrase.text.index(piece) for piece in pieces]
    return tuple(
        Phrase(piece, kind, value, phrase.after, start, start + len(piece))
        for piece, (kind, value), start in zip(pieces, kinds, starts, strict=True)
    )


def agree(one: Phrase, other: Phrase) -> bool:
    """Whether both name the same; a count without its counter (百で) and the beginning of a word (禁煙で) will do."""
    if one.kind == other.kind == "time":
        return _same_hour(one.value, other.value)
    if one.kind.startswith("count") and other.kind.startswith("count"):
        alike = one.kind == other.kind or "count" in (one.kind, other.kind)
        below = one.kind == "count 階" and ("地下" in one.text) != ("地下" in other.text)
        return alike and one.value == other.value and not below
    if one.kind == "day" or other.kind == "day":
        return one.kind == other.kind and (one.text in other.text or other.text in one.text)
    first, second = canonical(one.value), canonical(other.value)
    return one.text == other.text or _begins(first, second) or _begins(second, first)


def _begins(short: str, long: str) -> bool:
    return bool(short) and (short == long or (len(short) > 2 and long.startswith(short)))


def _same_hour(one: str, other: str) -> bool:
    (hour, minute), (other_hour, other_minute) = (map(int, each.split(":")) for each in (one, other))
    twelve = min(hour, other_hour) <= 12
    return minute == other_minute and (hour == other_hour or (twelve and hour % 12 == other_hour % 12))


def _spans(text: str) -> list[tuple[int, int]]:
    """Stretches of nouns, joined by の between two of them."""
    words = [word for word in tokens(text) if word.surface.strip()]
    spans: list[tuple[int, int]] = []
    for before, word, after in zip([None, *words], words, [*words[1:], None], strict=False):
        joins = word.surface == "の" and before and after and _is_nominal(before) and _is_nominal(after)
        joins = (
            joins
            and after is not None
            and after.surface not in ("ほう", "方", "こと", "件", "ところ", "とおり", "はず", "つもり")
        )
        if not (_is_nominal(word) or joins):
            continue
        if spans and spans[-1][1] == word.start and (before is None or _is_nominal(before) or before.surface == "の"):
            spans[-1] = (spans[-1][0], word.end)
        elif not joins:
            spans.append((word.start, word.end))
        if word.pos == "接頭辞" and not (
            after and _is_nominal(after) and after.start == word.end and after.pos2 != "非自立可能"
        ):
            spans[-1] = (spans[-1][0], word.start)
    return [span for span in spans if span[0] < span[1]]


def _is_nominal(word: Token) -> bool:
    if word.surface in ("だけ", "くらい", "ごろ") or word.pos2 == "フィラー":
        return False
    if _KATAKANA.fullmatch(word.surface):
        return True
    return word.pos in _NOMINAL or (word.pos == "補助記号" and word.surface in ("-", "ー", "・"))


def _is_name(text: str) -> bool:
    if is_kana(text) and to_katakana(text) == text:
        return len(text) > 1 and any(not word.known or word.pos3 in ("人名", "地名") for word in tokens(text))
    return any(word.pos3 == "人名" for word in tokens(text))


def _kind(text: str, honoured: bool, name: bool) -> tuple[str, str]:
    if clock := _CLOCK.search(text):
        hour, minute = integer(clock["hour"]) or 0, integer(clock["minute"] or "〇") or 0
        hour += 12 if clock["half"] in ("午後", "夕方", "夜", "晩") and hour < 12 else 0
        if _DAY.match(text) and clock.start():
            return "day", text
        return "time", f"{hour}:{30 if clock['thirty'] else minute}"
    if text in _PERSONS:
        return "count 人", str(_PERSONS[text])
    if _DAY.search(text):
        return "day", text
    counted = [*_COUNTED.finditer(text)]
    if counted and counted[-1].end() == len(text.removesuffix("様")):
        counter = _SAME_COUNTER.get(counted[-1]["counter"], counted[-1]["counter"])
        return f"count {counter}", str(integer(counted[-1]["number"]))
    if part := _PART_OF_DAY.fullmatch(text):
        return "part", part[1]
    if re.fullmatch(_NUMERAL, text):
        return "count", str(integer(text))
    return "name" if honoured or name else "thing", _sound(text)


def _sound(text: str) -> str:
    bare = _POLITE.sub("", text) or text
    return to_katakana(bare) if is_kana(bare) else "".join(word.kana for word in tokens(bare))


def _after(rest: str) -> str:
    rest = re.sub(r"^(?:さん|様|さま|先生)", "", rest)
    return next((kind for kind, words in _ways() if words.match(rest)), "")


@lru_cache(maxsize=1)
def _ways() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((kind, re.compile(words)) for kind, words in rows(DATA / "after_phrases.tsv"))
