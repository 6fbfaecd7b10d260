"""The end of a call, one way for all: after the good-bye, and at the next start for calls whose process died.

Rule: `finish` makes the state from the journal, the report from the state, and ends the call in one transaction with
its letters and clips: all or nothing, and once, however often it is tried or killed. Whatever goes wrong on the way (a
recording that cannot be read, an entry of a newer version, a bug in the mind) costs its own part of the report and is
said in it, never the report.
"""

from __future__ import annotations

import asyncio
import glob
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from soundfile import LibsndfileError
from sqlalchemy.exc import DBAPIError

from bot.dialogue.events import Event, HungUp
from bot.dialogue.state import Captured, Outcome, State
from bot.journal import RETRY_SECONDS, Entry, Journal, Step, events, from_row, to_row
from bot.links import ClipName, Links
from bot.mail import InThread
from bot.outbox import Outbox
from bot.rendering import render
from bot.report import WHOLE_CALL, Sample, broke_down, compose, worth_reporting
from bot.script import Script
from bot.store import (
    Call,
    Clip,
    Row,
    Store,
    end_call,
    find_call,
    keep_clips,
    kept_script,
    read_rows,
    unfinished_calls,
    write_rows,
)
from bot.store.letters import Letter, enqueue
from voice.record import Side, clip, recover

log = logging.getLogger(__name__)

PAD_SECONDS = 0.3
"""Of sound before and after a captured value: speech detection cuts soft beginnings and ends."""
CLIP_SECONDS = 60.0
"""The longest clip: a mail with more is refused by many servers; the recording has the rest."""

CALL_SECONDS = 120.0
"""Of the caller's side as a whole: at 16 kHz that makes a mail of 5 MB, which servers still take."""

WAV_HEADER_BYTES = 44
"""All there is of a clip that lies beyond the end of the recording."""

_BUGS = (ArithmeticError, AssertionError, AttributeError, LookupError, RuntimeError, TypeError, ValueError)
"""What a mistake in the mind can raise. Met again in replay, it must not take the report with it."""

_HEARD = (
    ("caller_name", "お名前"),
    ("company", "会社名"),
    ("number", "折り返し先"),
    ("staff", "宛先"),
    ("purpose", "ご用件"),
)
"""Fields of `Facts` that have a clip, and its label."""
_UNREAD = "記録の一部を読み取れませんでした。録音をお確かめください。"
_BROKEN = "処理に不具合があり、途中までの内容です。録音をお確かめください。"


@dataclass(frozen=True, slots=True)
class Closing:
    """What ending a call needs beside its journal."""

    store: Store
    step: Step
    links: Links | None = None
    """None: clips are attached."""


@dataclass(frozen=True, slots=True)
class _Ended:
    """A call and what its journal says of it."""

    call: Call
    """With its end."""
    script: Script
    happened: tuple[Event, ...]
    state: State
    last: Row | None
    """The `HungUp` that the journal lacked."""
    trouble: str


def finish(closing: Closing, call_id: str, now: float) -> bool:
    """End a call: report it and close its record. False where it had been ended before, or there is no such call.

    Blocking. All that was appended to its journal is on the disk, and its recorder is closed; a call whose journal has
    no `HungUp` gets one with why="crash". Raises DBAPIError where the store refuses (try again), ValueError where the
    call's script is of a shape that this version does not know.
    """
    with closing.store.read() as connection:
        call = find_call(connection, call_id)
        script = kept_script(connection, call.script_version) if call else None
        rows = read_rows(connection, call_id)
    if call is None or script is None or call.ended is not None:
        return False
    ended = _ended(closing.step, call, script, rows)
    clips, samples = _clips(closing.links, ended, now)
    letters = _letters(ended, samples, bool(clips) and closing.links is None, now)
    with closing.store.write() as connection:
        if not end_call(connection, ended.call):
            return False
        write_rows(connection, [ended.last] if ended.last else [])
        keep_clips(connection, call_id, clips)
        enqueue(connection, letters)
    return True


async def close_call(
    closing: Closing, journal: Journal, outbox: Outbox, call_id: str, now: Callable[[], float], in_thread: InThread
) -> None:
    """`finish` a call that has just ended, and wake the outbox; keeps at it while the store refuses."""
    told = False
    while True:
        if await journal.durable():
            try:
                await in_thread(finish, closing, call_id, now())
                break
            except DBAPIError as error:
                if not told:
                    log.error(
                        "call %s cannot be closed yet (%s): free disk space or unlock the database", call_id, error.orig
                    )
                told = True
        await asyncio.sleep(RETRY_SECONDS)
    journal.forget(call_id)
    outbox.wake()


def recover_calls(closing: Closing, now: float) -> list[str]:
    """Finish the calls that dead processes left, oldest first; their ids. Before this process takes its first call."""
    finished = []
    with closing.store.read() as connection:
        calls = unfinished_calls(connection)
    for call in calls:
        if not closing.store.dead(call.seat):
            continue
        try:
            if finish(closing, call.id, now):
                finished.append(call.id)
        except (DBAPIError, ValueError) as error:
            why = type(error).__name__
            log.error(
                "call %s, cut off by a crash, cannot be reported yet (%s): it is kept for the next start", call.id, why
            )
    return finished


def _ended(step: Step, call: Call, script: Script, rows: Sequence[Row]) -> _Ended:
    entries, unread = _entries(rows)
    happened, last = events(entries), None
    hung_up = next((event for event in reversed(happened) if isinstance(event, HungUp)), None)
    if hung_up is None:
        hung_up = HungUp(rows[-1].at if rows else call.began, "crash")
        last = to_row(Entry(call.id, rows[-1].n + 1 if rows else 0, hung_up.at, hung_up))
        happened = (*happened, hung_up)
    state, broken = _replayed(step, script, happened)
    outcome = state.outcome.value if state.outcome else ""
    call = replace(call, ended=hung_up.at, why=hung_up.why, outcome=outcome, recording=_recording(call))
    return _Ended(call, script, happened, state, last, broken or unread)


def _entries(rows: Sequence[Row]) -> tuple[list[Entry], str]:
    """What can be read, and what to say of the rest."""
    entries = []
    for row in rows:
        try:
            entries.append(from_row(row))
        except ValueError:
            log.error("call %s: entry %d of its journal is of an unknown shape and left out", row.call_id, row.n)
    return entries, "" if len(entries) == len(rows) else _UNREAD


def _replayed(step: Step, script: Script, happened: Sequence[Event]) -> tuple[State, str]:
    """The state after all that happened; events at which the mind breaks are passed over."""
    state, trouble = State(), ""
    for event in happened:
        try:
            state, _ = step(script, state, event)
        except _BUGS:
            log.error("the mind broke at an event of kind %s while a report was made", type(event).__name__)
            trouble = _BROKEN
    return state, trouble


def _recording(call: Call) -> str:
    """Path of the recording; where a killed process left it raw, it is finished first. "" where there is none."""
    path = Path(call.recording)
    left = next(path.parent.glob(f"{glob.escape(path.stem)}.*.pcm"), None) if call.recording else None
    try:
        return str(recover(left)) if left else call.recording if path.is_file() else ""
    except (OSError, LibsndfileError, ValueError) as error:
        log.error("the recording of call %s cannot be finished (%s): its raw sound stays where it is", call.id, error)
    return call.recording


def _clips(links: Links | None, ended: _Ended, now: float) -> tuple[list[Clip], list[Sample]]:
    """The sound of each captured value; values that were said together share one clip."""
    clips: dict[tuple[float, float], Clip] = {}
    samples: list[Sample] = []
    for field, label in _HEARD:
        fact: Captured | None = getattr(ended.state.facts, field)
        if fact is None or not ended.call.recording or fact.span[1] <= fact.span[0]:
            continue
        start, end = fact.span
        if fact.span not in clips:
            content = _cut(ended.call, start - PAD_SECONDS, min(end, start + CLIP_SECONDS) + PAD_SECONDS)
            if not content:
                continue
            clips[fact.span] = Clip(f"{field}.wav", label, content)
        else:
            clips[fact.span] = replace(clips[fact.span], label=f"{clips[fact.span].label}・{label}")
        name = clips[fact.span].name
        samples.append(Sample(field, name, _link(links, ended.call.id, name, now)))
    kept = list(clips.values())
    if _words_do_not_tell(ended) and (content := _last_words(ended.call)):
        kept.append(Clip("call.wav", "通話の録音", content))
        samples.append(
            Sample(WHOLE_CALL, "call.wav", links.clip(ClipName(ended.call.id, "call.wav"), now) if links else "")
        )
    return kept, samples


def _link(links: Links | None, call_id: str, name: str, now: float) -> str:
    return links.clip(ClipName(call_id, name), now) if links else ""


def _words_do_not_tell(ended: _Ended) -> bool:
    broken = bool(ended.trouble) or any(broke_down(event) for event in ended.happened)
    return broken or ended.state.outcome is Outcome.RECORDED


def _last_words(call: Call) -> bytes:
    """The end of the caller's side, where a recorded message is; empty where there is no recording."""
    end = (call.ended or call.began) - call.began + PAD_SECONDS
    return _cut(call, max(0.0, end - CALL_SECONDS), end) if call.recording else b""


def _cut(call: Call, start: float, end: float) -> bytes:
    """A stretch of the caller's side; empty where it cannot be read."""
    try:
        content = clip(Path(call.recording), start, end, Side.CALLER)
    except (OSError, LibsndfileError) as error:
        log.error("a clip of call %s cannot be cut (%s): the report goes without it", call.id, error)
        return b""
    return content if len(content) > WAV_HEADER_BYTES else b""


def _letters(ended: _Ended, samples: Sequence[Sample], attach: bool, now: float) -> list[Letter]:
    if not worth_reporting(ended.happened, ended.state):
        return []
    mail = render(compose(ended.script, ended.call, ended.state, samples, ended.trouble))
    recipients = dict.fromkeys(each.address for each in ended.script.recipients)
    return [Letter(ended.call.id, "report", to, mail.subject, mail.text, mail.html, attach, now) for to in recipients]
