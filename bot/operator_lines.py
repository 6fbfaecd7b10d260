"""The lines of a golden call in which an operator has a part, as events.

    [呼出 madoguchi]              it rings at that group's operators (or 不在: nobody is at a console)
    [応答 佐藤] [応答 佐藤 文字]    佐藤 takes the call, by voice or in writing; with or without a ringing before
    [応答なし] [辞退] [回線断]      nobody takes it, all decline, the operator's connection is lost
    [保留] [保留解除]              the operator lets the caller wait, and is back
    応対> お調べいたします。        what the operator says; 入力> what the operator types, for us to say
    [返却 伝言を承る 「メモ」]      the call comes back to us; also 番号を伺う, 終える, 切る, 転送 0312345678
    [呼出終了]                    we stop the ringing, or the wait, because the caller does not want to wait

`[呼出 …]` and `[呼出終了]` are our side's; the others are input.
"""

from __future__ import annotations

import re

from bot.dialogue.events import Event, HandedBack, NobodyTook, OperatorSaid, OperatorsRung, PutOnHold, TakenOver

RING_SECONDS = 30.0
"""How long a golden call's operators are rung at most."""

ABSENT = "不在"
UNANSWERED = {"応答なし": "no_answer", "辞退": "declined", "回線断": "lost"}
INSTRUCTIONS = {
    "伝言を承る": "take_message",
    "番号を伺う": "take_number",
    "終える": "close",
    "切る": "hang_up",
    "転送": "put_through",
}
_BACK = re.compile(r"\[返却 (\S+?)(?: (\d+))?(?: 「(.*)」)?\]")
_SAID = re.compile(r"(応対|入力)>\s*(.+)")
_TAKEN = re.compile(r"\[応答 (\S+?)( 文字)?\]")


def rings(endings: list[str], at: float) -> Event:
    """What `HandOver` meets with, as the words after the group in its line say."""
    return NobodyTook(at, "nobody") if ABSENT in endings else OperatorsRung(at, 2, RING_SECONDS)


def operator_event(line: str, at: float) -> Event | None:
    """What such a line says that happened; None for any other line."""
    if line in ("[保留]", "[保留解除]"):
        return PutOnHold(at, line == "[保留]")
    if line.startswith("[") and line[1:-1] in UNANSWERED:
        return NobodyTook(at, UNANSWERED[line[1:-1]])
    if taken := _TAKEN.fullmatch(line):
        return TakenOver(at, taken[1], taken[1], "text" if taken[2] else "voice")
    if said := _SAID.fullmatch(line):
        return OperatorSaid(at, "", said[2], said[1] == "入力")
    back = _BACK.fullmatch(line)
    if back and back[1] in INSTRUCTIONS:
        return HandedBack(at, "", INSTRUCTIONS[back[1]], back[3] or "", back[2] or "")
    return None
