"""Every result tells from which of the caller's words it comes."""

from __future__ import annotations

import re
from datetime import datetime

import pytest

from nlu.expected import Ask, Expected
from nlu.hearing import Hearing
from nlu.normalize import normalize
from nlu.understand import understand
from nlu.vocabulary import Entry, Person, Vocabulary

NOW = datetime(2026, 11, 24, 14, 10)
STAFF = Vocabulary(
    staff=(Person("kurimoto", "栗本", "クリモト", "賢治", "ケンジ", "営業部", "主任"),),
    departments=(("営業部", "エイギョウブ"), ("経理課", "ケイリカ")),
)


@pytest.mark.parametrize(
    ("said", "ask", "part"),
    [
        ("予約をキャンセルしたいんですが", Ask.OPENING, "reason reservation_cancel"),
        ("電気代が安くなるご案内なんですが", Ask.OPENING, "reason sales"),
        ("倉庫が燃えています、早く来てください", Ask.OPENING, "urgent"),
        ("江川と申します", Ask.NAME, "caller_name エガワ"),
        ("スマイル企画です", Ask.COMPANY, "company スマイルキカク"),
        ("栗本さんをお願いします", Ask.OPENING, "staff kurimoto"),
        ("経理の方をお願いします", Ask.OPENING, "department"),
        ("えーと、ゼロさんの、三二一一の、四四五五です", Ask.NUMBER, "number 0332114455"),
        ("内線の四二一です", Ask.NUMBER, "extension 421"),
        ("江川です、メールはエーアットマークつむぎドットコムです", Ask.OPENING, "email a@tsumugi.com"),
        ("明日の三時に四名で予約を取りたいんですが", Ask.OPENING, "when 明日の三時"),
        ("明日の三時に四名で予約を取りたいんですが", Ask.OPENING, "moment 2026-"),
        ("大人二人と子ども一人です", Ask.PARTY, "party 3"),
        ("戻られたら折り返しお電話をください", Ask.OPENING, "wants callback"),
        ("ええ、そうです", Ask.CONFIRM_CALLER, "answer yes"),
        ("イノウです", Ask.CONFIRM_CALLER, "answer correct"),
    ],
)
def test_every_kind_of_result_tells_its_words(said: str, ask: Ask, part: str) -> None:
    meaning = understand(Hearing.of(said), Expected(ask, name="イノウエ"), NOW, STAFF)
    told = [line.partition(": ")[2] for line in meaning.grounds if line.startswith(part)]
    assert told, meaning.grounds
    words = re.split("…|, ", told[0])
    assert any(word in normalize(said) for word in words if word), told


def test_what_the_script_answers_tells_its_words() -> None:
    script = Vocabulary(entries=(Entry(("駐車場はありますか",), "ございます。"),))
    meaning = understand(Hearing.of("駐車場はありますか"), Expected(Ask.OPENING), NOW, script)
    assert any(line.startswith("known entry: 駐車") for line in meaning.grounds), meaning.grounds
