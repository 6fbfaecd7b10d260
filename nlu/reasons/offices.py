"""Courts, police, tax offices, lawyers: whether somebody calls for such a body, and what such calls hold.

A body is known by its kind, wherever it stands in the name (横浜地方裁判所), or by how such names end (消防署, 環境省).
"""

from __future__ import annotations

import re

HEADS = {"代表": "社長 代表取締役 代表 所長 院長 店長 校長", "責任": "社長 代表取締役 代表 所長 院長 店長 校長"}
"""Roles by which an office asks for the head of a company, with the titles that such a head has."""

_COUNSEL = "弁護士|法律事務所|ベンゴシ|ホウリツジムショ"
_OFFICE = re.compile(
    r"裁判所|検察|警察|税務署|税事務所|国税局|労働基準監督署|労基|労働局|職業安定所|ハローワーク|年金(?:事務所|機構)|保健所|"
    r"消防署|消防本部|福祉事務所|土木事務所|保健センター|[市区町村]役[所場]|[都道府県]庁|法務局|入国管理|出入国|公正取引|"
    r"消費生活センター|児童相談所|教育委員会|選挙管理委員会|運輸支局|整備局|厚生局|経済産業局|"
    rf"{_COUNSEL}|サイバンショ|ケンサツ|ケイサツ|ゼイムショ|コクゼイ|ロウドウキジュン|ロウドウキョク|ショウボウショ|"
    r"[一-龥](?:署|庁|省)$"
)
_EMERGENCY = re.compile(
    r"(?:事故|けが|怪我|倒れ|意識|搬送|救急|危篤|火災|火事|亡くな|行方|至急|緊急|身元|入院|命に|刃物|通報|爆発|ガス漏れ)"
)
_RESCUE = re.compile(r"警察|署|消防|救急|病院|医療センター|海上保安|保健所")
_NUMBERED = re.compile(
    r"(?:令和|平成)?[0-9〇一二三四五六七八九十元]+年.{0,12}第?[0-9〇一二三四五六七八九十百千]+号|第[0-9〇一二三四五六七八九十百千]+号"
)
_BY_WHEN = re.compile(
    r"(?:[0-9一二三四五六七八九十]+月[0-9一二三四五六七八九十]+日|今日|本日|明日|あさって|今週|来週|今月|来月|月末|週明け|[月火水木金]曜日?)[^、。]{0,8}?"
    r"(?:まで|締め?切り?|期限|必着)"
)
_WITHIN = re.compile(r"(?:(?:本日|今日|明日|今週|来週|今月|来月|年度?)中|年内|月内|週内)(?=に|で|、|$)")
"""今月中にお返事を: by the end of it."""
_READS_OUT = re.compile(
    r"読み上げ|読みます(?:ので|から)|書き取|書き留め|控えて(?:ください|いただ)|メモして|一字一句|そのまま伝え"
)
_WHERE = re.compile(
    r"(?:今|いま)?(?:どちら|どこ)に(?:いら?っしゃ|おられ|いるん|い(?:ます|る)か|お住まい)|居場所|居所|所在|自宅の|ご自宅|住所を|勤務(?:時間|先|日)"
)
_POLITE = re.compile(
    r"^(?:(?:はい|えっと|ええと|えー|あの)[、。 ]*)+|"
    r"(?:に|と)?(?:なります|です|でございます|申します)(?:ね|ので|けど|が)?[。 ]*$"
)
_EXACT = re.compile(r"[0-9A-Za-z〇一二三四五六七八九十]|今|明日|来|末|至急|早")
_NOTHING = re.compile(r"(?:特に|とくに|とりたてて)|(?:ありません|ございません|ないです|わかりません)")


def is_office(name: str) -> bool:
    """Whether that is a body whose calls are official, whatever they are about."""
    return bool(_OFFICE.search(name))


def is_authority(name: str) -> bool:
    """Whether that is an authority, and not a lawyer, whose dealings with somebody of ours are his own."""
    return is_office(name) and not re.search(_COUNSEL, name)


def is_emergency(words: str) -> bool:
    """Whether police, firemen or a hospital speak of something that cannot wait."""
    return bool(_RESCUE.search(words) and _EMERGENCY.search(words))


def reference(words: str) -> str:
    """The number of a case or a paper, "" where none is said."""
    found = _NUMBERED.search(words)
    return found[0] if found else ""


def deadline(words: str) -> str:
    """The words of a day by which something is due, "" where none is said."""
    found = _BY_WHEN.search(words) or _WITHIN.search(words)
    return found[0] if found else ""


def reads_out(words: str) -> bool:
    """Whether a text is to be taken down word for word."""
    return bool(_READS_OUT.search(words))


def asks_where(words: str) -> bool:
    """Whether it is asked where somebody of the staff is, lives or works."""
    return bool(_WHERE.search(words))


def plainly(words: str) -> str:
    """An answer without its courtesies: えっと、四四一二になります."""
    return _POLITE.sub("", words)


def is_exact(words: str) -> bool:
    """Whether an answer holds something to be noted, and does not say that there is nothing."""
    return bool(_EXACT.search(words)) and not _NOTHING.search(words)
