"""What the last calls tell of the lines: did any come, with which codec, was the caller heard, do reports leave?

Rule: looks at the store only where there is one already, and only at calls of telephone lines. The caller's words stay
there: what is looked at is whether there were any.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from bot.doctor.finding import Finding, bad, doubt, good
from bot.settings import Settings
from bot.store import Call, Store, list_calls, read_rows
from bot.store.letters import Queued, list_letters

LOOKED_AT = 30
"""Calls."""
TALK_SECONDS = 8.0
"""A call that lasts as long and holds no word of the caller's is suspicious: silent robots hang up sooner."""
ONE_WAY = 3
"""So many of the last five make a line that carries sound one way only."""
LOSS, JITTER_MS = 0.03, 40.0
"""A listener notices from about here on (G.107: 3 % with concealment costs 0.3 of an opinion)."""
CLIPPED = 0.1
WAITING_SECONDS = 3600.0
HOUSE_LINES = frozenset({"browser", "loopback", "rehearsal"})
"""Lines that are no telephone's."""


@dataclass(frozen=True, slots=True)
class Past:
    """One call, as far as its line is concerned."""

    line: str
    seconds: float
    heard: bool
    """The caller said or pressed anything."""
    codec: str
    loss: float | None
    """Share; None: the line cannot tell."""
    jitter_ms: float
    clipped: float = 0.0
    """Share of the caller's sound that was overdriven."""


def past_calls(store: Store) -> tuple[list[Past], float]:
    """Of telephone lines, the latest first; and when the newest of all began, 0.0 where there is none."""
    with store.read() as connection:
        calls = list_calls(connection, limit=LOOKED_AT)
        ended = [call for call in calls if call.ended is not None and call.line not in HOUSE_LINES]
        return [_past(connection, call) for call in ended], max((call.began for call in calls), default=0.0)


def _past(connection: Connection, call: Call) -> Past:
    codec, loss, jitter_ms, clipped, heard = "", None, 0.0, 0.0, False
    for row in read_rows(connection, call.id):
        match row.kind:
            case "Began":
                codec = str(json.loads(row.json).get("codec", ""))
            case "Measured":
                told = json.loads(row.json)
                loss, jitter_ms = told["lost"] / max(1, told["packets"]), float(told["jitter_ms"])
                heard = heard and told["packets"] > 0
                clipped = float(told.get("clipped", 0.0))
            case "Heard" | "Digit" | "Interrupted":
                heard = True
    return Past(call.line, (call.ended or call.began) - call.began, heard, codec, loss, jitter_ms, clipped)


def judged(past: Sequence[Past]) -> list[Finding]:
    """What they tell together."""
    if not past:
        remedy = "お手持ちの電話から、会社の番号にかけてみてください"
        return [doubt("calls", "電話回線からの通話は、まだ一度もありません", remedy)]
    found = [good("calls", f"最近の電話回線からの通話: {len(past)} 件")]
    codecs = Counter(each.codec for each in past if each.codec)
    if codecs:
        told = "、".join(f"{name} {count} 件" for name, count in codecs.most_common())
        found.append(good("codec", f"音声の形式: {told}"))
    last = [each for each in past if each.seconds >= TALK_SECONDS][:5]
    mute = sum(not each.heard for each in last)
    if mute >= min(ONE_WAY, len(last)) > 0:
        remedy = (
            "お客様の声がこちらに届いていないようです。RTP のポート(DENWABAN_SIP_RTP_PORTS)をファイアウォールで通し、"
            "NAT の内側なら SIP_LISTEN と PBX の NAT 設定をご確認ください"
        )
        found.append(
            bad("one-way", f"長い通話 {len(last)} 件のうち {mute} 件で、お客様の声が一度も聞こえていません", remedy)
        )
    return [*found, *_quality(past)]


def _quality(past: Sequence[Past]) -> list[Finding]:
    measured = [each for each in past if each.loss is not None]
    if not measured:
        return []
    loss = sum(each.loss or 0.0 for each in measured) / len(measured)
    jitter_ms = sum(each.jitter_ms for each in measured) / len(measured)
    clipped = sum(each.clipped for each in measured) / len(measured)
    if clipped >= CLIPPED:
        told = f"お客様の声の {clipped:.0%} が、大きすぎて割れています"
        return [doubt("quality", told, "PBX や VoIP アダプターの受話ゲインを下げてください")]
    told = f"音声の欠け {loss:.1%}、揺らぎ {jitter_ms:.0f} ミリ秒({len(measured)} 件の平均)"
    if loss >= LOSS or jitter_ms >= JITTER_MS:
        return [doubt("quality", told, "回線の混雑と、途中のルーターの優先制御(QoS)をご確認ください")]
    return [good("quality", told)]


def letters(store: Store, now: float) -> Finding:
    """Are reports stuck?"""
    with store.read() as connection:
        kept = list_letters(connection)
    failed = [each for each in kept if each.failed is not None]
    waiting = [each for each in kept if _waits(each, now)]
    if failed or waiting:
        why = (failed or waiting)[-1].error
        remedy = "DENWABAN_SMTP_URL と、script.toml の報告先をご確認ください。報告は失われていません"
        return bad("letters", f"送れずにいる報告: {len(failed) + len(waiting)} 通({why or '理由は不明'})", remedy)
    return good("letters", "送れずにいる報告はありません")


def _waits(letter: Queued, now: float) -> bool:
    return letter.accepted is None and letter.failed is None and now - letter.letter.created > WAITING_SECONDS


def has_store(settings: Settings) -> bool:
    """Whether there is one already: looking must not make one."""
    return bool(settings.database_url) or (settings.var_dir / "denwaban.db").is_file()
