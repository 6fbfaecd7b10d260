"""The second pass: after a call its matter is heard once more, from the recording, by an engine that may take its time.

Rule: what was heard in the call stays as it is, and decides; the second hearing is an event of the journal and stands
beside it in the report, so that its reader has both. It waits `LONGEST_SECONDS` at most: a report is never lost for it,
and hardly late. Calls that a crash cut off are reported without. Leaves out which engine it is (`bot/opened`).
"""

from __future__ import annotations

import asyncio
import io
import logging
from pathlib import Path

import soundfile

from bot.company.script import Script
from bot.dialogue.events import HeardAgain
from bot.dialogue.state import State
from bot.ended import PAD_SECONDS, state_so_far
from bot.house import House
from bot.store import Call, read_rows
from voice.audio import INNER_RATE_HZ, Sound
from voice.band import band_hz
from voice.engines import DICTATION, EngineError
from voice.record import Side, clip
from voice.resample import convert

log = logging.getLogger(__name__)

LONGEST_SECONDS = 45.0
"""The report waits no longer for it."""
SOUND_SECONDS = 60.0
"""Of the matter; an engine that takes half the time of the speech is through with it before the wait is over."""
FAIR = 0.5
"""Confidence under which a second hearing is no help."""


async def hear_again(house: House, script: Script, call: Call) -> None:
    """Of a call that is over and whose recording is closed; what is heard goes into its journal."""
    if house.second is None or not await house.journal.durable():
        return
    try:
        state = await house.in_thread(_state, house, script, call)
        sound = await house.in_thread(_matter, state, call)
        if sound is None:
            return
        async with asyncio.timeout(LONGEST_SECONDS):
            line_hz = band_hz(sound, sound.rate_hz)
            (heard,) = await house.second.transcribe(convert(sound, INNER_RATE_HZ), line_hz, [DICTATION])
    except (EngineError, OSError, soundfile.LibsndfileError, TimeoutError) as error:
        log.error("call %s is reported without a second hearing (%s)", call.id, type(error).__name__)
        return
    if heard.text and heard.covered and heard.confidence >= FAIR:
        again = HeardAgain(house.now(), "purpose", heard.text, round(heard.confidence, 2))
        house.journal.append(call.id, again.at, again)


def _state(house: House, script: Script, call: Call) -> State:
    with house.closing.store.read() as connection:
        return state_so_far(house.closing.step, script, read_rows(connection, call.id))


def _matter(state: State, call: Call) -> Sound | None:
    """What the caller said of the matter; None where nothing of it was recorded."""
    purpose, path = state.facts.purpose, Path(call.recording)
    if purpose is None or purpose.span[1] <= purpose.span[0] or not path.is_file():
        return None
    start, end = purpose.span
    content = clip(path, start - PAD_SECONDS, min(end, start + SOUND_SECONDS) + PAD_SECONDS, Side.CALLER)
    samples, rate_hz = soundfile.read(io.BytesIO(content), dtype="int16")
    return Sound(samples.astype("<i2").tobytes(), rate_hz) if len(samples) else None
