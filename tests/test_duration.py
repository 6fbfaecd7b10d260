"""Vowels by their length: words that differ in nothing else are told apart by it, and nothing else is touched."""

from __future__ import annotations

from functools import cache

import pytest

from nlu.grammars.asked import staff
from nlu.vocabulary import Person, Vocabulary
from tests.telephone import caller
from voice.engines import Arc, Grammar
from voice.engines.decode import Path, Step
from voice.engines.duration import by_length, lengths, runs
from voice.engines.graph import Graph, WordEntry
from voice.engines.inline import Engines
from voice.engines.lattice import Rivals
from voice.engines.openjtalk import OpenJTalk

ONO, OONO = WordEntry("オノ", "小野", "staff"), WordEntry("オオノ", "大野", "staff")
SAN, WISH = WordEntry("サン", "さん", "title"), WordEntry("イマスカ", "いますか", "wanted")
WORDS = (ONO, OONO, SAN, WISH)
GRAPH = Graph("staff", None, WORDS)


def path(first: int, words: tuple[WordEntry, ...] = (ONO, SAN, WISH)) -> Path:
    """A path in which each phoneme but the first vowel lasts 7 frames."""
    sounds = ["o", "n", "o", "s", "a", "N", "i", "m", "a", "s", "U", "k", "a"]
    frames = [10, *(10 + first + 7 * place for place in range(len(sounds) - 1))]
    steps = tuple(Step(WORDS.index(word), 0, 0, 4, 0.0) for word in words)
    return Path(steps, 0.0, 0.0, len(sounds), True, tuple(zip(frames, sounds, strict=True)))


def rivals(other: tuple[WordEntry, ...], share: float = 0.3) -> Rivals:
    return Rivals((((ONO, SAN, WISH), 1 - share), (other, share)), {})


@pytest.mark.parametrize(("first", "name"), [(5, "小野"), (8, "小野"), (14, "大野"), (18, "大野")])
def test_a_long_vowel_lasts_as_long_as_two(first: int, name: str) -> None:
    found = by_length(path(first), GRAPH, rivals((OONO, SAN, WISH)), 140)
    assert GRAPH.words[found.steps[0].word].text == name


def test_words_that_sound_otherwise_are_no_rivals() -> None:
    sato = WordEntry("サトウ", "佐藤", "staff")
    graph = Graph("staff", None, (*WORDS, sato))
    before = path(18)
    assert by_length(before, graph, rivals((sato, SAN, WISH), 0.9), 140) == before
    assert by_length(before, graph, Rivals((), {}), 140) == before


def test_vowels_that_meet_count_as_one_and_a_pause_parts_them() -> None:
    words = (WordEntry("ソウムノ", "総務の", ""), OONO)
    joined = ["s", "o", "m", "u", "n", "o", "n", "o"]
    parted = ["s", "o", "m", "u", "n", "o", "pau", "o", "n", "o"]
    for sounds, meeting in ((joined, [3]), (parted, [1, 2])):
        said = Path((), 0.0, 0.0, 8, True, tuple((7 * at, sound) for at, sound in enumerate(sounds)))
        told = lengths(runs(words), said, 7 * len(sounds))
        assert told is not None
        assert [run.morae for run, _ in told][5 : 5 + len(meeting)] == meeting
    assert lengths(runs((SAN,)), said, 80) is None


@cache
def engines() -> Engines:
    return Engines()


@pytest.mark.parametrize(("kana", "name"), [("オオノ", "大野"), ("オノ", "小野")])
def test_two_of_the_staff_whose_names_differ_in_a_length_are_told_apart(kana: str, name: str) -> None:
    house = Vocabulary("", "", (Person("a", "小野", "オノ"), Person("b", "大野", "オオノ")))
    net = staff(house)
    grammar = Grammar(net.name, tuple(Arc(*arc) for arc in net.arcs), net.finals)
    (heard,) = engines().transcribe(caller(f"{kana}さんいらっしゃいますか", 1, OpenJTalk()), 8_000, [grammar])
    assert name in [word.text for word in heard.words]
