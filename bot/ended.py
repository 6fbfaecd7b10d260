"""An ended call as its journal tells it: what happened, the state that it came to, and the sound of what was captured.

Rule: whatever cannot be read (an entry of a newer version, an event at which the mind breaks, a recording) costs its
own part and is said in `trouble`, never the rest. Left out: writing anything down (`bot/recovery`).
"""

from __future__ import annotations

import glob
import logging
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from soundfile import LibsndfileError

from bot.company.script import Script
from bot.dialogue.events import Event, HungUp
from bot.dialogue.state import Captured, Outcome, State
from bot.journal import Entry, Step, events, from_row, to_row
from bot.reporting.links import ClipName, Links
from bot.reporting.report import WHOLE_CALL, Sample, broke_down
from bot.store import Call, Clip, Row
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

BUGS = (ArithmeticError, AssertionError, AttributeError, LookupError, RuntimeError, TypeError, ValueError)
"""What a mistake in the mind can raise. Met again in replay, it must not take the report with it."""

_HEARD = (
    ("caller_name", "お名前"),
    ("company", "会社名"),
    ("number", "折り返し先"),
    ("staff", "宛先"),
    ("purpose", "ご用件"),
)
"""Fields of `Facts` that have a clip, and its label."""
_WHOLE = "call.wav"
"""Name of the clip of the caller's side as a whole."""
_UNREAD = "記録の一部を読み取れませんでした。録音をお確かめください。"
_BROKEN = "処理に不具合があり、途中までの内容です。録音をお確かめください。"


@dataclass(frozen=True, slots=True)
class Ended:
    """A call and what its journal says of it."""

    call: Call
    """With its end."""
    script: Script
    happened: tuple[Event, ...]
    state: State
    last: Row | None
    """The `HungUp` that the journal lacked."""
    trouble: str


def ended_as(step: Step, call: Call, script: Script, rows: Sequence[Row]) -> Ended:
    """What the journal makes of a call; one that has no `HungUp` gets one with why="crash"."""
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
    return Ended(call, script, happened, state, last, broken or unread)


def state_so_far(step: Step, script: Script, rows: Sequence[Row]) -> State:
    """The state of a call that may still go on; its recording is left alone."""
    state, _ = _replayed(step, script, events(_entries(rows)[0]))
    return state


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
        except BUGS:
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


def clips_of(ended: Ended) -> list[Clip]:
    """The sound of each captured value, cut from the recording; values that were said together share one clip."""
    spans: dict[str, tuple[float, float]] = {}
    labels: dict[str, list[str]] = {}
    for _, label, name, span in _placed(ended) if ended.call.recording else ():
        spans[name] = span
        labels.setdefault(name, []).append(label)
    clips = []
    for name, (start, end) in spans.items():
        content = _cut(ended.call, start - PAD_SECONDS, min(end, start + CLIP_SECONDS) + PAD_SECONDS)
        if content:
            clips.append(Clip(name, "・".join(labels[name]), content))
    if _words_do_not_tell(ended) and (content := _last_words(ended.call)):
        clips.append(Clip(_WHOLE, "通話の録音", content))
    return clips


def samples_of(ended: Ended, names: Collection[str], links: Links | None, now: float) -> list[Sample]:
    """Where the clips of these names belong in the report, behind fresh links where there is a public origin."""
    placed = [(field, name) for field, _, name, _ in _placed(ended) if name in names]
    if _WHOLE in names:
        placed.append((WHOLE_CALL, _WHOLE))
    return [
        Sample(field, name, links.clip(ClipName(ended.call.id, name), now) if links else "") for field, name in placed
    ]


def _placed(ended: Ended) -> Iterator[tuple[str, str, str, tuple[float, float]]]:
    """(field, label, name of its clip, span) of each captured value that was said aloud."""
    names: dict[tuple[float, float], str] = {}
    for field, label in _HEARD:
        fact: Captured | None = getattr(ended.state.facts, field)
        if fact is not None and fact.span[1] > fact.span[0]:
            yield field, label, names.setdefault(fact.span, f"{field}.wav"), fact.span


def _words_do_not_tell(ended: Ended) -> bool:
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
