"""What goes over an operator's socket: orders as a browser writes them, news as it reads them. Pure.

A message is one JSON object: `kind` names a class of `bot/operators/messages.py`, the other keys are its fields. Rule:
whatever a browser sends becomes an order with values of the right kind and length, or an `OrderError` whose text can be
shown to the operator; nothing else is ever raised.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from typing import get_args

from pydantic import TypeAdapter, ValidationError

from bot.operators.messages import GiveBack, News, Order, PassOn, SetPresence, Speak

MESSAGE_CHARACTERS = 4096
"""The longest message: an order is a few words, the longest text of one `NOTE_CHARACTERS`."""
SPOKEN_CHARACTERS = 500
"""Of what is spoken to a caller: a minute and a half, which nobody listens through."""
NOTE_CHARACTERS = 1000
"""Of what is noted at a hand-back."""
SOUND_BYTES = 640
"""A frame of sound: 20 ms of 16-bit mono PCM at 16 kHz."""
ALIVE = "Alive"
"""Kind of the message by which we say that we are there, and of a page's answer to it."""

_KEY = re.compile(r"[\w.@+-]{1,64}", re.ASCII)
"""An id of a call, an operator's key, a telephone number."""
_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff]+")
_ORDERS: dict[str, TypeAdapter[Order]] = {kind.__name__: TypeAdapter(kind) for kind in get_args(Order)}
_NEWS: dict[str, TypeAdapter[News]] = {kind.__name__: TypeAdapter(kind) for kind in get_args(News)}

_BROKEN = "画面から届いた指示を読み取れませんでした。画面を開き直してください。"
_UNKNOWN = "この指示には対応しておりません。画面を開き直してください。"


class OrderError(Exception):
    """A message that is no order; the text says so in Japanese."""

    def __init__(self, why: str, call_id: str = "") -> None:
        super().__init__(why)
        self.why = why
        self.call_id = call_id
        """Of the call it is about; "" not known."""


@dataclass(frozen=True, slots=True)
class Alive:
    """The page is still there."""


def read_order(text: str) -> Order | Alive:
    """What a message orders. Raises OrderError."""
    if len(text) > MESSAGE_CHARACTERS:
        raise OrderError("指示が長すぎるため、受け付けられませんでした。短くしてお試しください。")
    try:
        body = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise OrderError(_BROKEN) from error
    if not isinstance(body, dict) or not isinstance(kind := body.get("kind"), str):
        raise OrderError(_BROKEN)
    if kind == ALIVE:
        return Alive()
    named = body.get("call_id")
    call_id = named if isinstance(named, str) and _KEY.fullmatch(named) else ""
    if kind not in _ORDERS:
        raise OrderError(_UNKNOWN, call_id)
    try:
        order = _ORDERS[kind].validate_json(text, strict=True)
    except ValidationError as error:
        raise OrderError(_BROKEN, call_id) from error
    return _checked(order, call_id)


def _checked(order: Order, call_id: str) -> Order:
    """The same with texts cleaned. Raises OrderError where one is missing or too long."""
    if not isinstance(order, SetPresence) and not call_id:
        raise OrderError(_BROKEN)
    match order:
        case Speak():
            return replace(
                order, text=_text(order.text, SPOKEN_CHARACTERS, call_id, "お話しする言葉が入力されていません。")
            )
        case GiveBack():
            return replace(order, note=_text(order.note, NOTE_CHARACTERS, call_id))
        case PassOn() if not _KEY.fullmatch(order.to):
            raise OrderError("取り次ぎ先が正しくありません。電話番号か担当者をお選びください。", call_id)
        case _:
            return order


def _text(text: str, limit: int, call_id: str, missing: str = "") -> str:
    plain = " ".join(_UNSEEN.sub(" ", text).split())
    if len(plain) > limit:
        raise OrderError(f"文章が長すぎます。{limit}文字以内でお願いいたします。", call_id)
    if missing and not plain:
        raise OrderError(missing, call_id)
    return plain


def write_news(news: News) -> str:
    """News as a browser reads it."""
    kind = type(news).__name__
    fields = _NEWS[kind].dump_json(news).decode()
    return f'{{"kind":"{kind}",{fields[1:]}'


def alive() -> str:
    """We are there."""
    return f'{{"kind":"{ALIVE}"}}'
