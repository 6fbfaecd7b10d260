"""What is told in tones comes through the coding of every wire: a fax machine, push buttons, a caller who has gone."""

from __future__ import annotations

import asyncio
from pathlib import Path

import numpy as np
import pytest

from bot.clock import Now, run_virtual
from bot.rehearsal.plan import load_plan
from tests.asterisk_lines import by_audiosocket, by_websocket
from tests.carrier_fars import WAYS
from tests.tones import busy, calling_fax, key, silence, to_pcm
from voice.lines import Audio, Closed, Incoming, Key, Line, Marked, Quality, ToneHeard
from voice.lines.inband import InBand

PLAN = Path(__file__).parent.parent / "scripts" / "hanamizuki" / "rehearsals" / "change.toml"
EVERY = WAYS | {"chan_websocket": by_websocket, "audiosocket": by_audiosocket}


@pytest.mark.parametrize("name", EVERY)
def test_tones_are_told_over_every_wire(name: str) -> None:
    told: list[Incoming] = []

    async def serve(line: Line) -> None:
        heard = InBand(line)
        while not isinstance(came := await heard.receive(), Closed):
            told.append(came)
        told.append(came)

    async def test(now: Now) -> None:
        async with EVERY[name](load_plan(PLAN), serve) as (far, _):
            pcm = to_pcm(
                np.concatenate((silence(0.5), key("7"), silence(0.5), calling_fax(2), silence(0.5), busy(6))), 20
            )
            for at in range(0, len(pcm), 320):
                if told and isinstance(told[-1], Closed):
                    break
                far.send(pcm[at : at + 320])
                await asyncio.sleep(0.02)
            while not told or not isinstance(told[-1], Closed):
                await asyncio.sleep(0.02)

    run_virtual(test, 0.0)
    *news, quality, closed = [each for each in told if not isinstance(each, Audio | Marked)]
    assert news == [Key("7"), ToneHeard("fax")]
    assert isinstance(quality, Quality)
    assert (quality.lost, quality.packets > 200) == (0, True)
    assert closed == Closed("caller")
