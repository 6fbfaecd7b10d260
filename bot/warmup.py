"""What is made before it is needed, so that the first caller waits no longer than the hundredth.

Rule: the first words of every company and a look at the ear's model come before any call is answered; all else is made
while calls may already come in, and their own work passes before it. Leaves out what is made only once it is said.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from bot.company.load import vocabulary
from bot.company.script import Script
from bot.dialogue import wording
from bot.dialogue.state import State
from bot.house import House
from bot.listen import grammar
from nlu.grammars import lasting
from voice.audio import INNER_RATE_HZ, Sound
from voice.engines import DICTATION, Grammar, Recognizer
from voice.engines.workers import EnginePool

GREETINGS = ("greeting_morning", "greeting_open", "greeting_closed", "greeting_lunch", "greeting_waited")
FIRST = ("opening", "answer")
"""Beginnings of the names of grammars that the first words of a call are heard with."""


async def first_words(house: House) -> None:
    """Make the greetings, and see that there is an ear. Raises EngineError where a model is missing."""
    await asyncio.gather(_greet(house), _listen(house.recognizer))


async def _greet(house: House) -> None:
    for script in house.scripts.values():
        for phrase in (phrase for key in GREETINGS for phrase in wording.phrases(script, State(), (key,))):
            await house.voice(script).clip(phrase)


async def _listen(recognizer: Recognizer) -> None:
    await recognizer.transcribe(Sound(bytes(INNER_RATE_HZ), INNER_RATE_HZ), 8000, ())


async def warm_up(house: House, pool: EnginePool) -> None:
    """Make all graphs that last, and all fixed sentences, one after the other. Raises EngineError."""
    scripts = tuple(house.scripts.values())
    grammars = await asyncio.to_thread(lasting_grammars, scripts)
    await asyncio.gather(pool.prepare(grammars), _rehearse_sentences(house))


async def _rehearse_sentences(house: House) -> None:
    for script in house.scripts.values():
        for phrase in wording.fixed(script):
            await house.voice(script).clip(phrase)


def lasting_grammars(scripts: Iterable[Script]) -> tuple[Grammar, ...]:
    """Free speech and the networks of all companies, each once; those needed first come first. Takes seconds."""
    networks = [network for script in scripts for network in lasting(vocabulary(script))]
    networks.sort(key=lambda network: not network.name.startswith(FIRST))
    return (DICTATION, *{network.name: grammar(network) for network in networks}.values())
