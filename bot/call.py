"""One call, live: a line, two ears, a mouth and the mind between them.

The rule: everything that happens comes through one queue and is folded into the state by `step`, one event at
a time; there is one timer, the state's deadline, and it stands still while the caller is speaking. Every
event and action goes to the journal first. However the call ends, its report is made from the journal.
"""

from __future__ import annotations

import asyncio
import logging
import re
import uuid
from dataclasses import dataclass, replace

from sqlalchemy.exc import DBAPIError

from bot.company.load import vocabulary
from bot.company.script import Script
from bot.desk import Question
from bot.dialogue import hours
from bot.dialogue.actions import Action, Beep, HangUp, Look, Say, Transfer
from bot.dialogue.events import Broke, Digit, Due, Event, FromOperators, Heard, HungUp, Interrupted, LineHeld, Spoken
from bot.dialogue.state import Phase, State
from bot.dialogue.step import step
from bot.faults import places
from bot.house import House
from bot.lines.answered import Ears
from bot.lines.events import LineNews, began, told
from bot.lines.put_through import PutThrough
from bot.listen import Deaf, Guessed, Listening, Nothing, SpokeOver, Told, Utterance
from bot.operators.leg import Leg
from bot.operators.relay import Relay
from bot.recovery import close_call
from bot.second_pass import hear_again
from bot.speak import Dumb, Speaking
from bot.store import Call as CallRecord
from bot.tape import Tape
from bot.turns import Turns
from nlu.expected import Ask, Expected
from nlu.hearing import Hearing
from nlu.understand import understand
from voice.lines import Audio, Closed, Key, Line, LineError, Marked, OnHold, SecondNews, TransferEnded
from voice.lines.inband import InBand
from voice.record import Side

log = logging.getLogger(__name__)

GREETING_DELAY_SECONDS = 0.4
"""Between answering and the first word: a telephone's path needs a moment to open, and would eat the first mora."""

PROMISING = frozenset({Phase.CLOSING, Phase.TRANSFERRING, Phase.RECORDING, Phase.HANDING_OVER, Phase.OPERATOR})
"""Phases whose words promise something: the journal is on the disk before they are spoken, and nothing stops them."""


@dataclass(frozen=True, slots=True)
class Stopped:
    """We fell silent because the caller speaks."""

    heard: str
    """What of our words was heard."""
    say: int
    """Which of `Speaking.says` it was."""


@dataclass(frozen=True, slots=True)
class Dismissed:
    """The house is closing."""


Came = Key | LineNews | Closed | Marked | Utterance | Nothing | Deaf | Dumb | Stopped | Dismissed | FromOperators


async def run_call(line: Line, house: House, full: bool = False) -> str:
    """Live one call to its end, `full` only to say that all are busy; its id. Its report is then in the outbox. Raises
    LineError where the called number belongs to no company."""
    ring, script = line.ring, house.script_for(line.ring)
    if script is None:
        called = ring.called or "a number that the line does not tell"
        raise LineError(f"{called} belongs to no company: add it to numbers in a script.toml under scripts/")
    call_id, at, why = uuid.uuid4().hex, house.now(), "lost"
    tape_path = house.recordings / f"{call_id}.flac"
    tape = Tape(tape_path, ring.rate_hz, call_id)
    names = (script.key, script.version, ring.line, ring.line_call_id, ring.called, ring.caller)
    record = CallRecord(call_id, *names, at, str(tape_path))
    house.journal.begin(record, script)
    try:
        await LiveCall(record, script, InBand(line), house, tape).run(at, full)
        why = ""
    except* Exception as faults:
        # the one boundary of a call: a bug of ours ends this call and no other, and its report still goes out
        where = "; ".join(places(faults))
        log.error("call %s ended by a fault of the program; its report is still made. %s", call_id, where)
        why = "fault"
        line.hang_up()
    finally:
        house.switchboard.end(call_id, why)
        if why:
            house.journal.append(call_id, house.now(), HungUp(house.now(), why))
        await house.in_thread(house.release, script, call_id)
        await house.in_thread(tape.close)
        await hear_again(house, script, record)
        await close_call(house.closing, house.journal, house.outbox, call_id, house.now, house.in_thread)
    return call_id


class LiveCall:
    """The state of one call and the parts that serve it."""

    def __init__(self, record: CallRecord, script: Script, line: InBand, house: House, tape: Tape) -> None:
        self.state = State()
        self.record = record
        self.script = script
        self._id = record.id
        self.second = line.second
        self._line = line
        self._house = house
        self._tape = tape
        self._words = vocabulary(script)
        self._desk = house.desk(script, self._id)
        self._inbox: asyncio.Queue[Came] = asyncio.Queue()
        self._tasks = asyncio.TaskGroup()
        tell = self._inbox.put_nowait
        self._listening = Listening(house.recognizer, self._words, line.ring.rate_hz, self._tasks, self._listened)
        self._speaking = Speaking(house.voice(script), line, self._listening.ear, tape, self._tasks, tell)
        self._listening.manner = script.rules.listening.manner
        self._turns = Turns(self._listening, self._speaking)
        self.relay = self._speaking.beside = Relay(line.ring.rate_hz, self._speaking.wake)
        self._through = PutThrough(line, line.second, Ears(house.recognizer, self._words, self._tasks), tell)
        self._leg = Leg(self, house.switchboard, house.recognizer, self._words)
        self._after: tuple[Action, ...] = ()
        """What waits for our words to be heard."""
        self._gone_at: float | None = None
        """When the line was closed; what is still heard then was said before."""
        self._over = False

    async def run(self, at: float, full: bool = False) -> None:
        """From the ring to the end of the line."""
        async with self._tasks as tasks:
            serving = [
                tasks.create_task(self._receive()),
                tasks.create_task(self._listening.run()),
                tasks.create_task(self._speaking.run()),
                tasks.create_task(self._end_with_the_house()),
            ]
            greeting = self.feed(began(at, self._line.ring, full))
            if not full:
                self._leg.begin()
            await asyncio.sleep(GREETING_DELAY_SECONDS)
            await self._do(greeting)
            while not self._over:
                await self._next()
            self._speaking.end()
            self._listening.stop()
            self._leg.end()
            self._through.give_up()
            for task in serving:
                task.cancel()

    async def _receive(self) -> None:
        """The line's side: sound goes to the ears at once, everything else waits its turn."""
        while not isinstance(came := await self._line.receive(), Closed):
            if isinstance(came, Audio):
                self._tape.write(Side.CALLER, came.pcm)
                self._listening.hear(came.pcm)
                self.relay.caller(came.pcm)
            elif isinstance(came, SecondNews):
                if not self._through.heard(came):
                    self._leg.second(came, self._tasks)
            elif not isinstance(came, TransferEnded) or not self._through.goes_on(came):
                self._inbox.put_nowait(came)
        self._gone_at = self._house.now()
        self._leg.gone(came.why)
        self._speaking.stop()
        await asyncio.gather(self._listening.finish(), self._leg.finish())
        self._inbox.put_nowait(came)

    def happened(self, event: Event) -> None:
        """An operator did something, or nobody did."""
        if isinstance(event, FromOperators):
            self._inbox.put_nowait(event)

    async def _end_with_the_house(self) -> None:
        await self._house.dismissed.wait()
        self._inbox.put_nowait(Dismissed())

    def _listened(self, heard: Told) -> None:
        """What the ears tell; an interruption silences us before anything else is done about it."""
        if isinstance(heard, Guessed):
            self._leg.guessed(heard.hearing)
            self._foresee(heard.hearing)
        elif not isinstance(heard, SpokeOver):
            self._inbox.put_nowait(heard)
        elif (words := self._speaking.interrupt()) is not None:
            self._inbox.put_nowait(Stopped(words, self._speaking.says))

    def _foresee(self, hearing: Hearing) -> None:
        """What the mind would say to this is known, for it is pure, before the caller has finished: make its sound."""
        at = self._house.now()
        if self.state.phase is not Phase.TALKING or self._gone_at is not None:
            return
        state, actions = step(self.script, self.state, self._understood(hearing, (0.0, 0.0), at))
        while actions and isinstance(look := actions[0], Look) and (found := self._desk.answer(look, at)):
            state, actions = step(self.script, state, found)
        if actions and isinstance(say := actions[0], Say):
            self._speaking.foresee(say.phrases[0])

    async def _next(self) -> None:
        """Wait for the next thing or for the deadline, whichever comes first."""
        try:
            async with asyncio.timeout(self._patience()):
                came = await self._inbox.get()
        except TimeoutError:
            if self._patience() == 0.0:
                await self._happen(Due(max(self._house.now(), self.state.deadline or 0.0)))
            return
        for event in self._events(came):
            await self._happen(event)

    def _patience(self) -> float | None:
        """Seconds until something is due; None while the timer stands still."""
        if self.state.deadline is None or self._gone_at is not None:
            return None
        due = self._turns.due(self.state.deadline)
        return None if due is None else max(0.0, due - self._house.now())

    def _events(self, came: Came) -> tuple[Event, ...]:
        """What came, as the mind knows it; nothing for what is no concern of it."""
        at = self._house.now() if self._gone_at is None else self._gone_at
        if isinstance(came, LineNews):
            return (*(self._give_way(at) if came == OnHold(True) else ()), told(at, came))
        match came:
            case Utterance():
                self._turns.sounded(at)
                return self._said(came, at)
            case Nothing():
                self._turns.sounded(at)
                self._turns.go_ahead()
                return ()
            case Stopped():
                return (Interrupted(at, came.heard),) if came.say == self._speaking.says else ()
            case Deaf() | Dumb():
                return self._broke(came, at)
            case Key():
                return (*self._give_way(at), Digit(at, came.digit))
            case Dismissed():
                leaving = self.state.phase in (Phase.CLOSING, Phase.TRANSFERRING)
                return () if leaving else (*self._give_way(at), Broke(at, "house"))
            case Closed():
                self._over = True
                return (HungUp(at, came.why),)
            case Marked():
                return self._spoken(at) if self._speaking.marked(came.name) else ()
            case _:
                return (came,)

    def _said(self, said: Utterance, at: float) -> tuple[Event, ...]:
        """A nod into our words means that we shall go on; anything else goes before them; an operator is told all."""
        if self.state.phase is not Phase.OPERATOR and self._turns.is_nod(
            said, self.state.expected.ask if self.state.expected else Ask.OPENING
        ):
            return ()
        heard = self._understood(said.hearing, said.span, at)
        return (*self._give_way(at), replace(heard, manner=said.manner.plain() if said.manner else ()))

    def _understood(self, hearing: Hearing, span: tuple[float, float], at: float) -> Heard:
        expected = self.state.expected or Expected(Ask.OPENING)
        return Heard(at, hearing, understand(hearing, expected, hours.local(at), self._words), span)

    def _spoken(self, at: float) -> tuple[Event, ...]:
        """Our words were heard; so was the question in them by whoever answered over its end."""
        early = self._turns.early()
        return (Spoken(at), *(self._said(early, at) if early is not None else ()))

    def _give_way(self, at: float) -> tuple[Event, ...]:
        heard = self._turns.give_way()
        return () if heard is None else (Interrupted(at, heard),)

    def _broke(self, came: Deaf | Dumb, at: float) -> tuple[Event, ...]:
        if isinstance(came, Dumb) and came.say != self._speaking.says:
            return ()  # words that were replaced
        why = re.sub("「.*?」", "「…」", came.why, flags=re.DOTALL)  # the words that could not be said
        log.error("call %s: %s", self._id, why)
        if isinstance(came, Dumb):
            return (Broke(at, "mouth"),)
        if self.state.phase is Phase.TRANSFERRING:
            return ()  # nobody is being listened to
        return (*(self._give_way(at) if self._turns.waits() else ()), Broke(at, "ear"))

    def feed(self, event: Event) -> tuple[Action, ...]:
        """Fold an event into the state and write both it and what it brings about into the journal."""
        self._house.journal.append(self._id, event.at, event)
        self.state, actions = step(self.script, self.state, event)
        for action in actions:
            self._house.journal.append(self._id, event.at, action)
        for what in (event, *actions):
            self._leg.told(what)
        self._leg.follow(self._tasks)
        self._through.follow(self.state.phase is Phase.TRANSFERRING)
        return actions

    async def _happen(self, event: Event) -> None:
        speaking = self.state.speaking
        actions = self.feed(event)
        if isinstance(event, FromOperators | LineHeld) and not self.state.speaking:
            self._turns.forget()
            self._speaking.stop()
        unmarked = isinstance(event, Due) and speaking
        if isinstance(event, Spoken) or unmarked or (isinstance(event, Broke) and not actions):
            actions, self._after = (*self._after, *actions), ()
        if self.state.phase in PROMISING:
            await self._house.journal.durable()
        await self._do(actions, reply=isinstance(event, Heard))
        if self.state.expected is not None:
            self._listening.expect(self.state.expected)

    async def _do(self, actions: tuple[Action, ...], reply: bool = False) -> None:
        """Carry out actions; those that come after words wait until the words were heard. What the operators are asked
        they know already (`feed`)."""
        for number, action in enumerate(actions):
            if self._gone_at is not None:
                return
            match action:
                case Say():
                    self._say(action, actions[number + 1 :], reply)
                    return
                case _ if isinstance(action, Question):
                    await self._ask(action)
                case Transfer():
                    self._through.begin(action.to, action.ring_seconds)
                case HangUp():
                    self._line.hang_up()
                case Beep():
                    pass  # it is played with the words before it

    async def _ask(self, question: Question) -> None:
        """Ask the desk; where it cannot answer, the mind's own deadline comes."""
        try:
            answer = await self._house.in_thread(self._desk.answer, question, self._house.now())
        except DBAPIError as error:
            log.error("call %s: %s has no answer (%s)", self._id, type(question).__name__, error.orig)
            return
        if answer is not None:
            await self._happen(answer)

    def _say(self, say: Say, later: tuple[Action, ...], reply: bool) -> None:
        """Speak, and keep what is to be done once the words were heard."""
        tone = any(isinstance(each, Beep) for each in later)
        self._after = tuple(each for each in later if not isinstance(each, Beep))
        self._turns.say(replace(say, protected=say.protected or self.state.phase in PROMISING), tone, reply)
