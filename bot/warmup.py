"""What is made before it is needed, so that the first caller waits no longer than the hundredth.

Rule: the first words of every company and a look at the ear's model come before any call is answered; all else is made
while calls may already come in, and their own work passes before it. Leaves out what is made only once it is said.
"""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Iterable

from bot.company.load import vocabulary
from bot.company.script import Script
from bot.dialogue import hours, wording
from bot.dialogue.state import State
from bot.house import House
from bot.listen import grammar
from nlu.expected import Ask, Expected
from nlu.grammars.asked import lasting
from nlu.hearing import Hearing
from nlu.reasons.network import log_shares
from nlu.understand import understand
from nlu.vocabulary import Entry, Vocabulary
from voice.audio import INNER_RATE_HZ, Sound
from voice.engines import DICTATION, Grammar, Recognizer
from voice.engines.workers import EnginePool

GREETINGS = ("greeting_morning", "greeting_open", "greeting_closed", "greeting_lunch", "greeting_waited")
FIRST = ("opening", "answer")
"""Beginnings of the names of grammars that the first words of a call are heard with."""
EXAMPLE = (
    "株式会社青葉商事の佐藤と申します、営業の石田様をお願いします。コピー機の料金のご案内なのですが、"
    "明日の三時に二名で伺えますか。番号は03の1234の5678、メールはsato@example.jpです"
)
"""What a caller may say: whoever understands it has read every table that it takes."""
QUESTION = "お店は何時まで開いていますか"
SCRIPT = Vocabulary(entries=(Entry(("営業時間を教えてください",), "九時から六時までです"),), beyond=("値引き",))
"""What may be asked, and a script that answers it in other words."""


async def first_words(house: House) -> None:
    """Make the greetings, and see that there is an ear, and that words are understood. Raises EngineError where a model
    is missing."""
    read = asyncio.to_thread(read_tables, house.now())
    await asyncio.gather(_greet(house), _listen(house.recognizer), read)


def read_tables(now: float) -> None:
    """Understand something after questions of each kind, so that no caller's words wait for a table to be read."""
    for ask in (Ask.OPENING, Ask.NAME, Ask.COMPANY, Ask.NUMBER, Ask.OFFER):
        understand(Hearing.of(EXAMPLE), Expected(ask), hours.local(now), Vocabulary())
    understand(Hearing.of(QUESTION), Expected(Ask.OPENING), hours.local(now), SCRIPT)
    log_shares(EXAMPLE)  # which is asked of nothing that the signs are sure of


def read_scripts(scripts: Iterable[Script], now: float) -> None:
    """Look a question up in each company's script, so that its own first caller waits no longer than the next."""
    for script in scripts:
        understand(Hearing.of(QUESTION), Expected(Ask.OPENING), hours.local(now), vocabulary(script))


async def _greet(house: House) -> None:
    for script in house.scripts.values():
        for phrase in (phrase for key in GREETINGS for phrase in wording.phrases(script, State(), (key,))):
            await house.voice(script).clip(phrase)


async def _listen(recognizer: Recognizer) -> None:
    await recognizer.transcribe(Sound(bytes(INNER_RATE_HZ), INNER_RATE_HZ), 8000, ())


async def warm_up(house: House, pool: EnginePool) -> None:
    """Make all graphs that last, and all fixed sentences, one after the other. Raises EngineError."""
    scripts = tuple(house.scripts.values())
    await asyncio.to_thread(read_scripts, scripts, house.now())
    grammars = await asyncio.to_thread(lasting_grammars, scripts)
    await asyncio.gather(pool.prepare(grammars), _rehearse_sentences(house))
    # tables, graphs and sentences last as long as the process, and a look through them for garbage takes a tenth of a
    # second of somebody's call
    gc.freeze()


async def _rehearse_sentences(house: House) -> None:
    for script in house.scripts.values():
        for phrase in wording.fixed(script):
            await house.voice(script).clip(phrase)


def lasting_grammars(scripts: Iterable[Script]) -> tuple[Grammar, ...]:
    """Free speech and the networks of all companies, each once; those needed first come first. Takes seconds."""
    networks = [network for script in scripts for network in lasting(vocabulary(script))]
    networks.sort(key=lambda network: not network.name.startswith(FIRST))
    return (DICTATION, *{network.name: grammar(network) for network in networks}.values())
