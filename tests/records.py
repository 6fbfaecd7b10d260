"""A company, a call and what was said in it, as the tests of the records use them."""

from __future__ import annotations

from datetime import UTC, datetime, time
from types import MappingProxyType

from bot.script import Absence, Hours, MayTell, Name, Script, Span, Staff
from bot.store import Call

BEGAN = datetime(2026, 11, 24, 5, 10, tzinfo=UTC).timestamp()
"""14:10 on a Tuesday in Tokyo."""

KURIMOTO = Staff(
    "kurimoto",
    Name("栗本", "クリモト"),
    Name("健二", "ケンジ"),
    "営業部",
    may_tell=MayTell(email="kurimoto@smilecorp.example"),
    schedule=(Absence(datetime(2026, 11, 24, tzinfo=UTC), datetime(2026, 11, 25, tzinfo=UTC), "出張"),),
)

SCRIPT = Script(
    key="smile",
    version="f" * 64,
    company=Name("スマイル精工株式会社", "スマイルセイコウ"),
    spoken=Name("スマイル精工", "スマイルセイコウ"),
    numbers=("0421118844",),
    hours=Hours(tuple((Span(time(9), time(18)),) for _ in range(7))),
    wording=MappingProxyType({"greeting": ("お電話ありがとうございます。",)}),
    staff=(KURIMOTO,),
    recipients=("eigyo@smilecorp.example", "soumu@smilecorp.example"),
)

CALL = Call("call-1", "smile", SCRIPT.version, "loopback", "line-1", "0421118844", "0312345678", BEGAN)
