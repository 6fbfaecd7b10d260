"""The ears of a call: order, guesses, noise, failures, last words."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

import pytest

from bot.clock import Now, run_virtual
from bot.company.load import vocabulary
from bot.listen import Deaf, Guessed, Listening, Nothing, Told, Utterance, grammar, hearing_of, is_nod
from nlu.expected import Ask, Expected
from nlu.grammars.asked import lasting
from nlu.hearing import Hearing
from tests.desk import FRAME, voice
from tests.dialogues import SMILE
from voice.audio import Sound
from voice.engines import DICTATION, EngineError, Grammar, Transcript
from voice.engines.dictation import dictated

WORDS = vocabulary(SMILE)


@dataclass
class Script:
    """A recogniser that answers its calls from lists; None is a failure."""

    finals: list[str | None]
    guesses: list[str | None] = field(default_factory=list)
    slow: list[float] = field(default_factory=list)
    """Seconds that each final takes."""
    asked: list[tuple[str, float]] = field(default_factory=list)
    """"guess" or "final", and how long the sound was."""
    followed: list[Sound] = field(default_factory=list)
    given_up: int = 0
    told: list[str] = field(default_factory=list)
    """Guesses that the ears told of."""

    async def transcribe(self, sound: Sound, band_hz: int, grammars: Sequence[Grammar]) -> tuple[Transcript, ...]:
        self.asked.append(("final", sound.seconds))
        words = self.finals.pop(0)
        await asyncio.sleep(self.slow.pop(0) if self.slow else 0.0)
        return _transcripts(words, grammars)

    async def guess(self, sound: Sound, band_hz: int, grammars: Sequence[Grammar]) -> tuple[Transcript, ...]:
        self.asked.append(("guess", sound.seconds))
        try:
            await asyncio.sleep(0.05 if self.guesses else 1000.0)
        except asyncio.CancelledError:
            self.given_up += 1
            raise
        return _transcripts(self.guesses.pop(0), grammars)

    async def follow(self, sound: Sound, band_hz: int, grammars: Sequence[Grammar]) -> tuple[Transcript, ...]:
        self.followed.append(sound)
        return _transcripts("", grammars)


def _transcripts(words: str | None, grammars: Sequence[Grammar]) -> tuple[Transcript, ...]:
    if words is None:
        raise EngineError("out of order")
    return tuple(Transcript(each.name, words if dictated(each) else "", "", 0.9, dictated(each)) for each in grammars)


def listen(
    recognizer: Script, act: Callable[[Listening, Callable[[bytes], Awaitable[None]]], Awaitable[None]]
) -> list[Told]:
    """What the ears tell, but for guesses, while `act` is done: it gets them, and a way to let them hear in time."""
    told: list[Told] = []

    def take(each: Told) -> None:
        if isinstance(each, Guessed):
            recognizer.told.append(each.hearing.text)
        else:
            told.append(each)

    async def main(_: Now) -> None:
        async with asyncio.TaskGroup() as tasks:
            ears = Listening(recognizer, WORDS, 8000, tasks, take)
            running = tasks.create_task(ears.run())

            async def hear(pcm: bytes) -> None:
                for at in range(0, len(pcm), 2 * FRAME):
                    ears.hear(pcm[at : at + 2 * FRAME])
                    await asyncio.sleep(0.02)

            await act(ears, hear)
            ears.stop()
            running.cancel()

    run_virtual(main, 0.0)
    return told


def quiet(seconds: float) -> bytes:
    return bytes(int(8000 * seconds) * 2)


def texts(told: list[Told]) -> list[str]:
    return [each.hearing.text for each in told if isinstance(each, Utterance)]


def test_the_guess_at_the_last_pause_is_the_result() -> None:
    recognizer = Script(finals=[], guesses=["スマイル企画の江川です"])

    async def act(ears: Listening, hear: Callable[[bytes], Awaitable[None]]) -> None:
        await hear(quiet(0.5) + voice("スマイル企画の江川です") + quiet(1.2))
        assert ears.quiet

    (told,) = listen(recognizer, act)
    assert isinstance(told, Utterance)
    assert told.hearing.text == "スマイル企画の江川です"
    assert 0.4 < told.span[0] < told.span[1] < 0.5 + len(voice("スマイル企画の江川です")) / 16_000 + 0.1
    assert [kind for kind, _ in recognizer.asked] == ["guess"]
    assert recognizer.told == ["スマイル企画の江川です"]


def test_a_guess_at_words_that_go_on_is_given_up() -> None:
    recognizer = Script(finals=["江川です 石田さんをお願いします"])

    async def act(ears: Listening, hear: Callable[[bytes], Awaitable[None]]) -> None:
        await hear(quiet(0.5) + voice("江川です") + quiet(0.3))
        assert recognizer.given_up == 0
        await hear(voice("石田さんをお願いします") + quiet(0.5))
        assert recognizer.given_up == 1

    listen(recognizer, act)
    lengths = [seconds for kind, seconds in recognizer.asked if kind == "guess"]
    assert len(lengths) >= 2
    assert lengths == sorted(lengths)


@pytest.mark.parametrize("wanted", [True, False])
def test_how_it_was_said_is_measured_where_it_is_wanted(wanted: bool) -> None:
    recognizer = Script(finals=["一"], guesses=["一"])

    async def act(ears: Listening, hear: Callable[[bytes], Awaitable[None]]) -> None:
        ears.manner = wanted
        await hear(quiet(0.5) + voice("スマイル企画の江川です") + quiet(1.5))

    (told,) = listen(recognizer, act)
    assert isinstance(told, Utterance)
    assert (told.manner is not None) is wanted
    if told.manner:
        assert told.manner.pitch_hz > 200  # the built-in voice is a woman's
        assert -40 < told.manner.level_db < -10


def test_speech_is_heard_while_it_goes_on() -> None:
    recognizer = Script(finals=["一"], guesses=["一"])

    async def act(ears: Listening, hear: Callable[[bytes], Awaitable[None]]) -> None:
        await hear(quiet(0.5) + voice("来週の火曜日に伺いますのでよろしくお願いいたします"))
        assert recognizer.asked == []
        assert recognizer.followed
        await hear(quiet(1.5))

    (told,) = listen(recognizer, act)
    assert isinstance(told, Utterance)


def test_a_failed_guess_is_nobodys_trouble_and_a_failed_utterance_is_told_once() -> None:
    recognizer = Script(finals=["江川です", None], guesses=[None, None])

    async def act(ears: Listening, hear: Callable[[bytes], Awaitable[None]]) -> None:
        for _ in range(2):
            await hear(quiet(0.5) + voice("江川です") + quiet(1.5))

    told = listen(recognizer, act)
    assert texts(told[:1]) == ["江川です"]
    assert told[1:] == [Deaf("out of order")]


def test_of_a_recorded_message_the_sound_counts_even_if_the_ear_fails() -> None:
    async def act(ears: Listening, hear: Callable[[bytes], Awaitable[None]]) -> None:
        ears.expect(Expected(Ask.RECORD))
        await hear(quiet(0.5) + voice("江川です") + quiet(3.0))

    (told,) = listen(Script(finals=[None], guesses=[None]), act)
    assert isinstance(told, Utterance)
    assert told.hearing == Hearing(())


@pytest.mark.parametrize(("sound", "kind"), [("あ", Nothing), ("スマイル企画の江川です", Utterance)])
def test_sound_without_words_is_nothing_if_it_is_short(sound: str, kind: type) -> None:
    async def act(_: Listening, hear: Callable[[bytes], Awaitable[None]]) -> None:
        await hear(quiet(0.5) + voice(sound) + quiet(2.0))

    (told,) = listen(Script(finals=[], guesses=["", ""]), act)
    assert type(told) is kind


def test_what_was_said_first_is_told_first_though_it_takes_longer() -> None:
    recognizer = Script(finals=["一", "二"], guesses=[None, None], slow=[3.0, 0.0])

    async def act(ears: Listening, hear: Callable[[bytes], Awaitable[None]]) -> None:
        await hear(quiet(0.5) + voice("江川です") + quiet(0.9) + voice("石田さんをお願いします") + quiet(0.9))
        assert not ears.quiet  # the first is still being written down
        await hear(quiet(3.0))

    assert texts(listen(recognizer, act)) == ["一", "二"]


def test_the_last_words_are_told_when_the_line_has_gone() -> None:
    async def act(ears: Listening, hear: Callable[[bytes], Awaitable[None]]) -> None:
        await hear(quiet(0.5) + voice("江川です"))
        assert ears.speaking
        await ears.finish()
        assert ears.quiet

    assert texts(listen(Script(finals=["江川です"], guesses=["江川です"]), act)) == ["江川です"]


def test_free_speech_goes_first_where_it_was_asked_for() -> None:
    transcripts = (
        Transcript("who-1", "江川", "エガワ", 0.5, True),
        Transcript(DICTATION.name, "江川です", "エガワデス", 0.9, True),
        Transcript("answer-1", "はい", "ハイ", 0.9, False),
        Transcript("number-1", "", "", 0.0, True),
    )
    free = hearing_of(transcripts, Expected(Ask.PURPOSE)).readings
    assert [reading.source for reading in free] == ["dictation", "who"]
    form = hearing_of(transcripts, Expected(Ask.NUMBER)).readings
    assert [reading.source for reading in form] == ["who", "dictation"]


def test_a_nod_is_what_any_ear_takes_for_one() -> None:
    assert is_nod(Hearing(()))
    assert is_nod(Hearing.of("はい"))
    assert not is_nod(Hearing.of("違います"))


def test_a_network_becomes_a_grammar_once() -> None:
    for network in lasting(WORDS):
        made = grammar(network)
        assert (made.name, len(made.arcs)) == (network.name, len(network.arcs))
        assert grammar(network._replace()) is made
