"""What a written question of the receptionist stands for: its kind, and the values that it reads back.

A yes/no question that has no kind of its own is an offer. Leaves out questions for a value, which the data never writes
out.
"""

from __future__ import annotations

import re

from nlu.expected import Ask, Expected
from nlu.identity.email import find_email
from nlu.identity.names import readings
from nlu.identity.trades import ends_like_company
from nlu.phrases import phrases
from nlu.words import reading

_NUMBER = re.compile(r"0\d{9,10}")
_OWN = re.compile(r"(?:こちら|おかけ|お掛け|お使い|この)の(?:お?電話)?番号")
_GROUPED = re.compile(r"[-\s]")
_NAMED = re.compile(r"(?:お名前は|[。、はで])?([^、。はの]+?)様(?!でお取|で承ります)")
_NO_NAME = re.compile(r"\d|[一二三四五六七八九十]名$|お一人|人$|お子$|奥$|お客$|担当者$|幹事$|^(?:幹事|お(?!お)|ご)")
_WITH_COMPANY = re.compile(r"(?:^|。)([^、。は]+?)の[^の、。は]+様")
_STAFF = re.compile(r"(?:^|[のは])([^、。はの]+)あて|部の([^、。はの]+)でよろしい|担当は([^、。]+?)で")


def expected_of(question: str) -> Expected:
    """The question as understanding is told of it."""
    if number := _NUMBER.search(_GROUPED.sub("", question)):
        return Expected(Ask.CONFIRM_NUMBER, number=number[0], said=question)
    if email := find_email(question):
        return Expected(Ask.ECHO, email=email, said=question)
    if _OWN.search(question):
        return Expected(Ask.CALLER_ID, said=question)
    if "ほかに" in question:
        return Expected(Ask.CLOSING, said=question)
    named = _NAMED.search(question)
    if named and not _NO_NAME.search(named[1]):
        return _caller(named[1], question)
    if staff := _STAFF.search(question):
        return Expected(Ask.CONFIRM_CALLER, name=_sound(next(filter(None, staff.groups()))), said=question)
    return Expected(Ask.OFFER, said=question)


def _caller(name: str, question: str) -> Expected:
    if ends_like_company(name):
        return Expected(Ask.CONFIRM_CALLER, company=reading(name), said=question)
    firm = _WITH_COMPANY.search(question)
    company = reading(firm[1]) if firm else ""
    return Expected(Ask.CONFIRM_CALLER, name=_sound(name), company=company, said=question)


def _sound(name: str) -> str:
    named = phrases(name)
    return next(iter(readings(named[0].text if len(named) == 1 else name)), "")
