"""Measures the way between caller and operator: from the decision to hand over to the ring, from the click to the first
sound, and how much later the bridge lets each side be heard.

Run `python -m tests.bench.operators [--calls N] [--seconds N]`. Real calls on the loopback line and a real socket, in
one process that also plays both people, so that what is measured holds their work as well; without a browser, whose own
delay comes on top. `path_itself` is the same way on virtual time, where nothing but the design costs any: its buffers,
filters and the frame in which a sound is sent. Writes `operators.json` beside this file.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from bot.dialogue.actions import HandOver
from bot.journal import from_row
from bot.operators.messages import Mode, Snapshot, Take, Taken
from bot.rehearsal.show import percentile
from bot.store import read_rows
from tests.at_console import MINATO, SUZUKI, AtConsole, at_console, with_both_ears
from tests.desk import Caller, Desk, at_the_desk
from tests.operators_desk import Guest, Office, Seat, office

CLICK_EVERY = 25
"""Frames from one click to the next: half a second, well apart for any delay of use."""
CLICK_HZ = 1000
LOUD = 500.0
"""Of its part at that pitch; a whole frame of it has 6,000, and the filters smear its beginning."""
CLICK_16 = (12_000 * np.sin(2 * np.pi * CLICK_HZ * np.arange(320) / 16_000)).astype("<i2").tobytes()
CLICK_8 = (12_000 * np.sin(2 * np.pi * CLICK_HZ * np.arange(160) / 8_000)).astype("<i2").tobytes()


def onsets(frames: Sequence[bytes], times: Sequence[float]) -> list[float]:
    """When a click begins after silence."""
    found, before = [], False
    for frame, at in zip(frames, times, strict=False):
        samples = np.frombuffer(frame, "<i2").astype(float)
        turns = np.exp(-2j * np.pi * CLICK_HZ * 0.02 * np.arange(samples.size) / samples.size)
        loud = bool(abs((samples * turns).mean()) > LOUD)
        if loud and not before:
            found.append(at)
        before = loud
    return found


def delays(sent: Sequence[float], came: Sequence[float]) -> list[float]:
    """Milliseconds from each click to the first that came after it, before the next."""
    found = []
    for at, following in zip(sent, [*sent[1:], float("inf")], strict=True):
        after = [each for each in came if at <= each < following]
        found += [1000 * (after[0] - at)] if after else []
    return found


async def spoken(seat: Seat, seconds: float) -> list[float]:
    """The operator's microphone: a tone of half a second, then silence with clicks; when each click was sent."""
    loop, sent = asyncio.get_running_loop(), []
    begun = loop.time()
    for number in range(int(seconds * 50)):
        if number < CLICK_EVERY:
            await seat.socket.send(CLICK_16)
        elif number % CLICK_EVERY == CLICK_EVERY - 1:
            sent.append(loop.time())
            await seat.socket.send(CLICK_16)
        else:
            await seat.socket.send(bytes(640))
        await asyncio.sleep(max(0.0, begun + (number + 1) * 0.02 - loop.time()))
    return sent


async def called(guest: Guest, seconds: float) -> list[float]:
    """The same on the caller's side."""
    loop, sent = asyncio.get_running_loop(), []
    for _ in range(int(seconds * 50 / CLICK_EVERY)):
        sent.append(loop.time())
        guest.far.send(CLICK_8)
        await asyncio.sleep(CLICK_EVERY * 0.02)
    return sent


async def one_call(at: Office, seat: Seat, seconds: float) -> dict[str, list[float]]:
    """A call that is handed over, taken by voice and spoken in: milliseconds of each kind."""
    loop = asyncio.get_running_loop()
    async with at.call() as guest:
        await guest.voice.answer("人に代わってもらえますか。")
        await seat.until("Rang", call_id=guest.call_id)
        rang = at.house.now()
        while not (rows := _hand_overs(at, guest.call_id)):
            await asyncio.sleep(0.01)
        ring = 1000 * (rang - rows[0])
        heard, sound = len(guest.far.heard), len(seat.sound)
        clicked = loop.time()
        talking = asyncio.create_task(spoken(seat, seconds))
        await seat.order("Take", call_id=guest.call_id, mode="voice")
        await seat.until("Taken", call_id=guest.call_id)
        await seat.hear(sound + 1)
        first = 1000 * (seat.sound_at[sound] - clicked)
        sent, calling = await asyncio.gather(talking, called(guest, seconds))
        await asyncio.sleep(0.5)
        to_caller = onsets(guest.far.heard[heard:], guest.far.heard_at[heard:])
        to_operator = onsets(seat.sound[sound:], seat.sound_at[sound:])
        return {
            "decision_to_ring": [ring],
            "click_to_hearing_the_caller": [first],
            "click_to_being_heard": [1000 * (to_caller[0] - clicked)] if to_caller else [],
            "operator_to_caller": delays(sent, to_caller),
            "caller_to_operator": delays(calling, to_operator),
            "lost": [100.0 * (1 - len(delays(sent, to_caller)) / len(sent))],
        }


def _hand_overs(at: Office, call_id: str) -> list[float]:
    with at.store.read() as connection:
        entries = [from_row(row) for row in read_rows(connection, call_id)]
    return [entry.at for entry in entries if isinstance(entry.what, HandOver)]


def path_itself(seconds: float) -> dict[str, Any]:
    """Milliseconds that the path adds each way on a machine that is never late."""
    found: dict[str, list[float]] = {}

    async def speak(suzuki: AtConsole, caller: Caller) -> None:
        await caller.hear_out()
        (call,) = (await suzuki.told(Snapshot)).calls
        suzuki.order(Take(call.call_id, Mode.VOICE))
        await suzuki.told(Taken)
        await caller.hear_out()  # the receptionist's word that somebody takes the call
        sent, calling, heard = list[float](), list[float](), len(suzuki.sound)
        for number in range(int(seconds * 50)):
            clicks = number % CLICK_EVERY == CLICK_EVERY - 1
            suzuki.console.voice(CLICK_16 if clicks else bytes(640))
            if clicks:
                sent.append(suzuki.now())
            if number % CLICK_EVERY == CLICK_EVERY // 2:
                calling.append(suzuki.now())
                caller.far.send(CLICK_8)
            await asyncio.sleep(0.02)
        loud = [at for before, at in zip([0.0, *caller.loud], caller.loud, strict=False) if at - before > 0.2]
        found["operator_to_caller"] = delays(sent, loud)
        times, pieces = zip(*suzuki.sound[heard:], strict=True)
        found["caller_to_operator"] = delays(calling, onsets(pieces, times))
        caller.far.hang_up()

    async def test(desk: Desk) -> None:
        ears = with_both_ears(desk)

        async def plays(caller: Caller) -> None:
            async with at_console(desk.house.switchboard, SUZUKI, desk.now, ears) as suzuki:
                await speak(suzuki, caller)

        await desk.call(plays, called="minato")

    with tempfile.TemporaryDirectory(prefix="denwaban-") as folder:
        at_the_desk(Path(folder), test, MINATO)
    return {name: {"n": len(values), "p50": percentile(values, 0.5)} for name, values in found.items()}


async def measure(calls: int, seconds: float) -> dict[str, Any]:
    every: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory(prefix="denwaban-") as folder:
        async with office(Path(folder)) as at, at.seat("sato") as seat:
            await seat.until("Snapshot")
            for number in range(calls):
                for name, values in (await one_call(at, seat, seconds)).items():
                    every.setdefault(name, []).extend(round(each, 1) for each in values)
                print(f"call {number + 1} of {calls}", flush=True)
    shown = {
        name: {"n": len(values), **{f"p{share:.0%}"[:3]: percentile(values, share) for share in (0.5, 0.95)}}
        for name, values in every.items()
    }
    lost = round(sum(every["lost"]) / len(every["lost"]), 2)
    del shown["lost"]
    return {"calls": calls, "seconds": seconds, "ms": shown, "clicks_lost_percent": lost}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=20.0, help="spoken in each call")
    told = parser.parse_args()
    found = asyncio.run(measure(told.calls, told.seconds))
    found["path_itself_ms"] = path_itself(told.seconds)
    found["load_average"] = os.getloadavg()[0]
    path = Path(__file__).with_suffix(".json")
    path.write_text(json.dumps(found, indent=1) + "\n")
    print(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
