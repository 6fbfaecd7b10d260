"""The engine pool: real processes, real models; what dies is replaced, what hangs is given up, nothing is left over."""

import asyncio
import os
import signal
from collections.abc import Coroutine
from typing import Any, TypeVar

import pytest

from nlu.grammars.asked import answer
from voice.audio import Sound
from voice.engines import Arc, EngineError, Grammar
from voice.engines.inline import Inline
from voice.engines.workers import Deadlines, EnginePool

T = TypeVar("T")

ANSWER = Grammar(answer().name, tuple(Arc(*arc) for arc in answer().arcs), answer().finals)
SILENCE = Sound(bytes(32_000), 16_000)


def run(work: Coroutine[Any, Any, T]) -> T:
    return asyncio.run(work)


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_a_pool_speaks_and_hears_what_it_said_and_leaves_no_process() -> None:
    async def work() -> tuple[str, bool, tuple[int, ...]]:
        async with EnginePool(processes=2) as pool:
            pids = pool.pids()
            sound = await pool.speak("はい、そうです")
            (heard,) = await pool.transcribe(sound, 16_000, [ANSWER])
            return heard.text, heard.covered, pids

    text, covered, pids = run(work())
    assert covered
    assert "そうです" in text
    assert len(pids) == 2
    assert not any(alive(pid) for pid in pids)


def test_a_pool_and_the_inline_engines_agree() -> None:
    async def work() -> tuple[object, object]:
        inline = Inline()
        sound = await inline.speak("違います")
        async with EnginePool(processes=1) as pool:
            return await pool.transcribe(sound, 8_000, [ANSWER]), await inline.transcribe(sound, 8_000, [ANSWER])

    pooled, inline = run(work())
    assert pooled == inline


def test_a_worker_that_dies_is_replaced_and_its_job_done_again() -> None:
    async def work() -> tuple[str, tuple[int, ...], tuple[int, ...]]:
        async with EnginePool(processes=1) as pool:
            await pool.prepare([ANSWER])
            before = pool.pids()
            sound = await pool.speak("もう一度お願いします")
            hearing = asyncio.create_task(pool.transcribe(sound, 16_000, [ANSWER]))
            os.kill(before[0], signal.SIGKILL)
            (heard,) = await hearing
            return heard.text, before, pool.pids()

    text, before, after = run(work())
    assert "もう一度" in text
    assert before != after
    assert not alive(before[0])


def test_a_worker_that_hangs_is_given_up_after_two_tries() -> None:
    async def work() -> int:
        async with EnginePool(processes=1, deadlines=Deadlines(job=0.3)) as pool:
            stopped = pool.pids()[0]
            os.kill(stopped, signal.SIGSTOP)
            # The second try loads models within the same short deadline, so both are lost.
            with pytest.raises(EngineError, match="twice"):
                await pool.speak("本日は晴天なり" * 60)
            return stopped

    assert not alive(run(work()))


def test_a_grammar_that_cannot_be_pronounced_is_an_engine_error_and_the_worker_lives_on() -> None:
    async def work() -> tuple[bool, str]:
        broken = Grammar("broken", (Arc(0, 1, "abc", "abc", "", 0.0),), ((1, 0.0),))
        async with EnginePool(processes=1) as pool:
            before = pool.pids()
            with pytest.raises(EngineError, match="broken"):
                await pool.transcribe(SILENCE, 16_000, [broken])
            (heard,) = await pool.transcribe(SILENCE, 16_000, [ANSWER])
            return before == pool.pids(), heard.grammar

    assert run(work()) == (True, ANSWER.name)


def test_work_that_is_urgent_passes_guesses() -> None:
    async def work() -> list[str]:
        order: list[str] = []

        async def note(name: str, work: Coroutine[Any, Any, object]) -> None:
            await work
            order.append(name)

        async with EnginePool(processes=1) as pool:
            sound = await pool.speak("ええ、そうですね")
            await pool.prepare([ANSWER])
            async with asyncio.TaskGroup() as group:
                for _ in range(3):
                    group.create_task(note("guess", pool.guess(sound, 16_000, [ANSWER])))
                group.create_task(note("final", pool.transcribe(sound, 16_000, [ANSWER])))
        return order

    assert run(work()).index("final") < 2


def test_a_closed_pool_refuses_work() -> None:
    async def work() -> None:
        pool = EnginePool(processes=1)
        async with pool:
            pass
        with pytest.raises(EngineError, match="not running"):
            await pool.speak("はい")

    run(work())
