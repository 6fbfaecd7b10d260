"""The dictation ear: its language model as shipped, on synthetic speech over a telephone line; floors, not figures."""

from functools import cache

import pytest
from rapidfuzz.distance import Levenshtein

from tests.telephone import caller
from voice.engines import DICTATION, Transcript
from voice.engines.domain import Domain, network
from voice.engines.inline import Engines
from voice.engines.openjtalk import OpenJTalk
from voice.engines.phonemes import pronunciations

SENTENCES = (
    "お世話になっております",
    "明日の予約を取り消したいのですが",
    "担当の方はいらっしゃいますか",
    "見積もりをお願いしたいんですけど",
    "請求書がまだ届いていないのですが",
    "折り返しお電話をいただけますか",
)


@cache
def engines() -> Engines:
    return Engines()


@cache
def heard(text: str, seed: int = 0) -> Transcript:
    return engines().transcribe(caller(text, seed, OpenJTalk()), 8_000, [DICTATION])[0]


def test_usual_sentences_come_out_mostly_right() -> None:
    errors = sum(Levenshtein.distance(text, heard(text, seed).text) for seed, text in enumerate(SENTENCES))
    assert errors / sum(map(len, SENTENCES)) < 0.35


def test_every_word_has_katakana_and_the_whole_is_their_sum() -> None:
    transcript = heard(SENTENCES[2], 2)
    assert transcript.grammar == DICTATION.name
    assert transcript.kana == "".join(word.kana for word in transcript.words)
    assert all(word.kana for word in transcript.words if word.text)


def test_a_surname_is_labelled_and_written_as_it_sounds() -> None:
    transcript = heard("田中と申しますが、担当の方をお願いします", 5)
    assert any(word.label == "surname" and word.text == word.kana for word in transcript.words)


def test_time_that_is_up_ends_the_search_and_is_not_relied_on() -> None:
    posteriors = engines().acoustics.posteriors(caller(SENTENCES[0]), 8_000)
    transcript = Domain().search(posteriors, lambda: True)
    assert not transcript.covered


def test_the_network_is_a_language_model() -> None:
    grammar = network()
    assert {state for arc in grammar.arcs for state in (arc.source, arc.target)} >= {0}
    assert grammar.finals
    assert all(arc.cost > -1e-6 for arc in grammar.arcs)
    for kana in {arc.kana for arc in grammar.arcs if arc.kana}:
        assert pronunciations(kana)


def test_nothing_said_is_nothing_written() -> None:
    posteriors = engines().acoustics.posteriors(caller("はい"), 8_000)[:0]
    assert Domain().search(posteriors).text == ""


@pytest.mark.parametrize("scale", [0.5, 2.0])
def test_costs_scale(scale: float) -> None:
    assert network(scale).arcs[0].cost == pytest.approx(network(1.0).arcs[0].cost * scale)
