"""One call, live: a line, two ears, a mouth and the mind between them.

The rule: everything that happens comes through one queue and is folded into the state by `step`, one event at
a time; there is one timer, the state's deadline, and it stands still while the caller is speaking. Every
event and action goes to the journal first. However the call ends, its report is made from the journal.
"""

from __future__ import annotations

import asyncio
import logging
import uuid

from bot.dialogue import hours
from bot.dialogue.actions import Action, Beep, HangUp, Look, Say, Transfer
from bot.dialogue.events import Began, Broke, Digit, Due, Event, Heard, HungUp, Interrupted, Spoken, Transferred
from bot.dialogue.state import Phase, State
from bot.dialogue.step import step
from bot.house import House
from bot.listen import Deaf, Listening, SpokeOver, Utterance
from bot.listen import Told as Listened
from bot.load import vocabulary
from bot.recovery import close_call
from bot.schedule import found
from bot.script import Script
from bot.speak import Dumb, Speaking
from bot.store import Call as CallRecord
from nlu.meaning import Ask, Expected
from nlu.understand import understand
from voice.lines import Audio, Closed, Incoming, Key, Line, LineError, Marked, TransferEnded
from voice.record import Recorder, Side

log = logging.getLogger(__name__)

GREETING_DELAY_SECONDS = 0.4
"""Between answering and the first word: a telephone's path needs a moment to open, and would eat the first mora."""

NO_LONGER_HELD = frozenset({Phase.CLOSING, Phase.TRANSFERRING, Phase.RECORDING})
"""Phases whose words promise something: the journal is on the disk before they are spoken."""

Came = Incoming | Listened | Dumb


async def run_call(line: Line, house: House) -> str:
    """Live one call to its end; its id. Its report is then in the outbox. Raises LineError where the called number
    belongs to no company."""
    ring, script = line.ring, house.script_for(line.ring)
    if script is None:
        log.warning("a called number belongs to no company: add it to `numbers` of a script.toml under scripts/")
        raise LineError("called number unknown: no company's script has it")
    call_id, at = uuid.uuid4().hex, house.now()
    recorder = Recorder(house.recordings / f"{call_id}.flac", ring.rate_hz)
    names = (script.key, script.version, ring.line, ring.line_call_id, ring.called, ring.caller)
    house.journal.begin(CallRecord(call_id, *names, at, str(recorder.path)), script)
    call = LiveCall(call_id, script, line, house, recorder)
    try:
        await call.run(at)
    except* Exception:
        # the one boundary of a call: a bug of ours ends this call and no other, and its report still goes out
        log.exception("call %s ended by a fault of the program; its report is made from the journal", call_id)
        call.feed(HungUp(house.now(), "fault"))
        line.hang_up()
    finally:
        await house.in_thread(recorder.close)
        await close_call(house.closing, house.journal, house.outbox, call_id, house.now, house.in_thread)
    return call_id


class LiveCall:
    """The state of one call and the parts that serve it."""

    def __init__(self, call_id: str, script: Script, line: Line, house: House, recorder: Recorder) -> None:
        self.state = State()
        self._id = call_id
        self._script = script
        self._line = line
        self._house = house
        self._recorder = recorder
        self._words = vocabulary(script)
        self._inbox: asyncio.Queue[Came] = asyncio.Queue()
        self._listening = Listening(house.recognizer, self._words, line.ring.rate_hz, self._inbox.put_nowait)
        self._speaking = Speaking(house.synthesizer, house.clips, line, self._listening.ear, recorder)
        self._after: tuple[Action, ...] = ()
        """What waits for our words to be heard."""
        self._over = False

    async def run(self, at: float) -> None:
        """From the ring to the end of the line."""
        ring = self._line.ring
        async with asyncio.TaskGroup() as tasks:
            serving = [
                tasks.create_task(self._receive(tasks)),
                tasks.create_task(self._listening.run()),
                tasks.create_task(self._speaking.run(self._inbox.put_nowait)),
            ]
            await asyncio.sleep(GREETING_DELAY_SECONDS)
            await self._happen(Began(at, ring.called, ring.caller, ring.line), tasks)
            while not self._over:
                await self._next(tasks)
            self._speaking.stop()
            for task in serving:
                task.cancel()

    async def _receive(self, tasks: asyncio.TaskGroup) -> None:
        """The line's side: sound goes to the ears at once, everything else waits its turn."""
        while True:
            came = await self._line.receive()
            if isinstance(came, Audio):
                self._recorder.write(Side.CALLER, came.pcm)
                self._listening.hear(came.pcm, tasks)
                continue
            self._inbox.put_nowait(came)
            if isinstance(came, Closed):
                return

    async def _next(self, tasks: asyncio.TaskGroup) -> None:
        """Wait for the next thing or for the deadline, whichever comes first."""
        deadline = self.state.deadline if self._listening.quiet else None
        try:
            wait = None if deadline is None else max(0.0, deadline - self._house.now())
            async with asyncio.timeout(wait):
                came = await self._inbox.get()
        except TimeoutError:
            if self._listening.quiet:
                await self._happen(Due(self._house.now()), tasks)
            return
        if (event := self._event(came)) is not None:
            await self._happen(event, tasks)

    def _event(self, came: Came) -> Event | None:
        """What came, as the mind knows it; None for what is no concern of it."""
        at = self._house.now()
        match came:
            case Utterance():
                return self._understood(came, at)
            case SpokeOver():
                protected = self.state.phase in NO_LONGER_HELD
                return None if protected or not self._speaking.busy else Interrupted(at, self._speaking.stop())
            case Deaf() | Dumb():
                log.error("call %s: %s", self._id, came.why)
                return Broke(at, "ear" if isinstance(came, Deaf) else "mouth")
            case Key():
                return Digit(at, came.digit)
            case TransferEnded():
                return Transferred(at, came.connected, came.why)
            case Closed():
                self._over = True
                return HungUp(at, came.why)
            case Marked():
                return Spoken(at) if self._speaking.marked(came.name) else None
            case Audio():
                return None

    def _understood(self, said: Utterance, at: float) -> Heard:
        expected = self.state.expected or Expected(Ask.OPENING)
        meaning = understand(said.hearing, expected, hours.local(at), self._words)
        return Heard(at, said.hearing, meaning, said.span)

    def feed(self, event: Event) -> tuple[Action, ...]:
        """Fold an event into the state and write both it and what it brings about into the journal."""
        self._house.journal.append(self._id, event.at, event)
        self.state, actions = step(self._script, self.state, event)
        for action in actions:
            self._house.journal.append(self._id, event.at, action)
        return actions

    async def _happen(self, event: Event, tasks: asyncio.TaskGroup) -> None:
        actions = self.feed(event)
        if isinstance(event, Spoken):
            actions, self._after = (*self._after, *actions), ()
        if self.state.phase in NO_LONGER_HELD:
            await self._house.journal.durable()
        await self._do(actions, tasks)
        if self.state.expected is not None:
            self._listening.expect(self.state.expected)

    async def _do(self, actions: tuple[Action, ...], tasks: asyncio.TaskGroup) -> None:
        """Carry out actions; those that come after words wait until the words were heard."""
        for number, action in enumerate(actions):
            match action:
                case Say():
                    later = actions[number + 1 :]
                    tone = any(isinstance(each, Beep) for each in later)
                    self._speaking.say(action.phrases, action.protected, tone, self._inbox.put_nowait)
                    self._after = tuple(each for each in later if not isinstance(each, Beep))
                    return
                case Look():
                    person = self._script.person(action.staff)
                    if person is not None:
                        await self._happen(found(self._script, person, self._house.now()), tasks)
                case Transfer():
                    self._line.transfer(action.to, action.ring_seconds)
                case HangUp():
                    self._line.hang_up()
                case Beep():
                    pass  # it is played with the words before it
