"""Where a value was said: pure on words with times, and heard again in the clip that is cut so."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from functools import cache

import pytest

from bot.company.load import vocabulary
from bot.dialogue.events import Heard
from bot.dialogue.hours import TOKYO
from bot.dialogue.placed import placed
from bot.listen import hearing_of, within_the_call
from nlu.expected import Ask, Expected
from nlu.hearing import Hearing, Reading, Word
from nlu.kana import similarity
from nlu.meaning import Meaning, Slot
from nlu.understand import understand
from tests.dialogues import SMILE
from tests.telephone import caller
from voice.audio import INNER_RATE_HZ, Sound
from voice.engines import DICTATION
from voice.engines.inline import Engines

SPAN = (10.0, 16.0)
SAID = (
    Word("スマイル企画", "スマイルキカク", "company", 1.0, 10.1, 10.9),
    Word("の", "ノ", "", 1.0, 10.9, 11.0),
    Word("江川", "エガワ", "surname", 1.0, 11.1, 11.5),
    Word("と申します", "トモウシマス", "", 1.0, 11.5, 12.2),
    Word("番号は", "バンゴウワ", "", 1.0, 13.0, 13.5),
    Word("03", "ゼロサン", "digit", 1.0, 13.6, 14.2),
    Word("の", "ノ", "", 1.0, 14.2, 14.3),
    Word("一二", "イチニ", "", 1.0, 14.5, 15.2),
    Word("です", "デス", "", 1.0, 15.2, 15.6),
)


def heard(*readings: tuple[Word, ...]) -> Heard:
    told = tuple(Reading("".join(word.text for word in words), words=words) for words in readings)
    return Heard(0.0, Hearing(told), Meaning(), SPAN)


@pytest.mark.parametrize(
    ("slot", "span"),
    [
        (Slot("エガワ", "江川"), (11.1, 11.5)),
        (Slot("エガワ"), (11.1, 11.5)),
        (Slot("スマイルキカク", "株式会社スマイル企画"), (10.1, 10.9)),
        (Slot("egawa", "江川"), (11.1, 11.5)),
        (Slot("スマイルキカクノエガワ"), (10.1, 11.5)),
        (Slot("0312", "03-12"), (13.6, 15.2)),
        (Slot("ヤマモト", "山本"), SPAN),
        (Slot("", "個人"), SPAN),
    ],
)
def test_a_value_lies_where_its_words_are(slot: Slot, span: tuple[float, float]) -> None:
    assert placed(heard(SAID), slot) == span


def test_the_first_reading_that_has_it_tells() -> None:
    other = tuple(Word(word.text, "", "", 1.0, word.start_seconds, word.end_seconds) for word in SAID[3:5])
    assert placed(heard(other, SAID), Slot("エガワ", "江川")) == (11.1, 11.5)
    assert placed(heard(other), Slot("エガワ", "江川")) == SPAN


def test_times_of_another_kind_are_not_believed() -> None:
    early = tuple(
        replace(word, start_seconds=word.start_seconds - 10, end_seconds=word.end_seconds - 10) for word in SAID
    )
    assert placed(heard(early), Slot("エガワ", "江川")) == SPAN
    untimed = tuple(Word(word.text, word.kana, word.label) for word in SAID)
    assert placed(heard(untimed), Slot("エガワ", "江川")) == SPAN


def test_words_are_placed_in_the_call() -> None:
    early = Hearing((Reading("江川", words=(Word("江川", "エガワ", "", 1.0, 0.5, 0.9), Word("様"))),))
    (reading,) = within_the_call(early, 12.25).readings
    assert [(word.start_seconds, word.end_seconds) for word in reading.words] == [(12.75, 13.15), (0.0, 0.0)]


@cache
def engines() -> Engines:
    return Engines()


def test_the_clip_of_a_field_holds_that_field_and_not_the_next() -> None:
    sound = caller("江川と申します、番号はゼロサンの、ゴーロクナナハチの、イチニーサンヨンです")
    expected = Expected(Ask.CALLER)
    hearing = hearing_of(engines().transcribe(sound, 8000, [DICTATION]), expected)
    meaning = understand(hearing, expected, datetime(2026, 11, 24, 14, tzinfo=TOKYO), vocabulary(SMILE))
    assert meaning.slots.caller_name
    assert meaning.slots.number
    event = Heard(0.0, hearing, meaning, (0.0, sound.seconds))
    cut = {}
    for name, slot in (("name", meaning.slots.caller_name), ("number", meaning.slots.number)):
        start, end = placed(event, slot)
        assert end - start < 0.75 * sound.seconds
        piece = sound.pcm[int(max(0.0, start - 0.2) * INNER_RATE_HZ) * 2 : int((end + 0.2) * INNER_RATE_HZ) * 2]
        (again,) = engines().transcribe(Sound(piece, INNER_RATE_HZ), 8000, [DICTATION])
        cut[name] = again.kana
    assert similarity(cut["name"][:3], "エガワ") > 0.6
    assert "ハチ" in cut["number"]
    assert "ハチ" not in cut["name"]
    assert "エガワ" not in cut["number"]
