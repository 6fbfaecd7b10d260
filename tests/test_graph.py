"""Graphs and the search, on posteriors made by hand: no model, every score known."""

import math

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice.engines import Arc, Grammar
from voice.engines.decode import Search, best_path, biased, free_loop
from voice.engines.graph import CANONICAL, Graph, build
from voice.engines.lattice import HEARING, rivals
from voice.engines.phonemes import canonical, phonemes, pronunciations, transitions
from voice.engines.phonetic import by_name

COLUMN = {pair: index for index, pair in enumerate(transitions())}
BLANK = len(COLUMN)
SEARCH = Search(bonus=0.0, beam=30.0)


def said(*sounds: str, sure: float = 0.9, hold: int = 4) -> npt.NDArray[np.float32]:
    """Posteriors of these phonemes, each begun with probability `sure` and held for `hold` frames."""
    rest = math.log((1 - sure) / BLANK)
    rows = []
    for first, second in zip(("pau", *sounds), (*sounds, "pau"), strict=True):
        for frame in range(hold):
            row = np.full(BLANK + 1, rest, np.float32)
            row[COLUMN[first, second] if frame == 0 else BLANK] = math.log(sure)
            rows.append(row)
    return np.array(rows)


def never() -> bool:
    return False


def grammar(*words: tuple[str, str], name: str = "words", cost: float = 0.0) -> Grammar:
    return Grammar(name, tuple(Arc(0, 1, kana, text, "word", cost) for kana, text in words), ((1, 0.0),))


def texts(network: Grammar, posteriors: npt.NDArray[np.float32]) -> list[str]:
    graph = build(network)
    path = best_path(graph, posteriors, SEARCH, never)
    assert path is not None
    assert path.complete
    return [graph.words[step.word].text for step in path.steps]


def test_the_word_that_was_said_is_found_with_its_time() -> None:
    graph = build(grammar(("サト", "里"), ("カト", "加戸")))
    path = best_path(graph, said("k", "a", "t", "o"), SEARCH, never)
    assert path is not None
    (step,) = path.steps
    assert graph.words[step.word].text == "加戸"
    assert (step.first, step.last, step.phonemes) == (0, 12, 4)


def test_a_devoiced_vowel_is_the_vowel() -> None:
    assert texts(grammar(("シタ", "下"), ("サタ", "左多")), said("sh", "I", "t", "a")) == ["下"]


def test_a_long_vowel_may_be_heard_short_and_the_reverse() -> None:
    assert texts(grammar(("オオノ", "大野"), ("カノ", "加野")), said("o", "n", "o")) == ["大野"]
    assert texts(grammar(("オノ", "小野"), ("カノ", "加野")), said("o", "o", "n", "o")) == ["小野"]
    assert texts(grammar(("オノ", "小野"), ("オオノ", "大野")), said("o", "o", "n", "o")) == ["大野"]
    assert texts(grammar(("オノ", "小野"), ("オオノ", "大野")), said("o", "n", "o")) == ["小野"]


def test_a_pause_that_the_grammar_asks_for_costs_what_it_says() -> None:
    words = (("カ、", "カ", 0.0), ("カ", "カ", 4.0), ("カカ", "カカ", 1.0))
    network = Grammar("spelt", tuple(Arc(0, 0, kana, text, "kana", cost) for kana, text, cost in words), ((0, 0.0),))
    assert texts(network, said("k", "a", "pau", "k", "a")) == ["カ", "カ"]
    assert texts(network, said("k", "a", "k", "a")) == ["カカ"]
    assert all("、" not in word.kana for word in build(network).words)


def test_a_pause_parts_words_and_no_long_vowel() -> None:
    letters = (Arc(0, 0, "ケー", "k", "letter", 4.0), Arc(0, 0, "エー", "a", "letter", 4.0))
    network = Grammar("letters", letters, ((0, 0.0),))
    assert texts(network, said("k", "e", "e", "pau", "e")) == ["k", "a"]
    assert texts(network, said("k", "e", "e")) == ["k"]


def test_a_written_ou_is_a_long_o() -> None:
    assert texts(grammar(("トウキョウ", "東京"), ("キョウト", "京都")), said("t", "o", "o", "ky", "o", "o")) == ["東京"]


def test_costs_choose_between_words_that_sound_alike() -> None:
    arcs = (Arc(0, 1, "ハシ", "橋", "", 1.0), Arc(0, 1, "ハシ", "箸", "", 0.5), Arc(0, 1, "ハナ", "花", "", 0.0))
    assert texts(Grammar("alike", arcs, ((1, 0.0),)), said("h", "a", "sh", "i")) == ["箸"]


def test_loops_and_silent_writing_arcs_end_and_write() -> None:
    arcs = (Arc(0, 1, "", "[", "", 0.0), Arc(1, 1, "ニ", "2", "digit", 1.0), Arc(1, 1, "ゴ", "5", "digit", 1.0))
    network = Grammar("loop", (*arcs, Arc(1, 2, "", "]", "", 0.0)), ((2, 0.0),))
    assert texts(network, said("n", "i", "g", "o", "n", "i")) == ["[", "2", "5", "2", "]"]


def test_pauses_between_words_write_nothing() -> None:
    arcs = (Arc(0, 0, "ニ", "2", "", 1.0), Arc(0, 0, "ゴ", "5", "", 1.0))
    assert texts(Grammar("digits", arcs, ((0, 0.0),)), said("n", "i", "pau", "g", "o")) == ["2", "5"]


def test_time_that_is_up_leaves_the_path_incomplete() -> None:
    path = best_path(build(grammar(("サト", "里"))), said("s", "a", "t", "o"), SEARCH, lambda: True)
    assert path is None or not path.complete


def test_rivals_give_each_word_its_share() -> None:
    posteriors = said("s", "a", "t", "o")
    posteriors[0, COLUMN["pau", "k"]] = posteriors[0, COLUMN["pau", "s"]] = math.log(0.45)
    posteriors[4, COLUMN["k", "a"]] = posteriors[4, COLUMN["s", "a"]]
    graph = build(grammar(("サト", "里"), ("カト", "加戸"), ("ムラ", "村")))
    found = rivals(graph, posteriors)
    assert found is not None
    shares = {words[0].text: share for words, share in found.sequences}
    assert shares["里"] == pytest.approx(0.5, abs=0.05)
    assert shares["加戸"] == pytest.approx(0.5, abs=0.05)
    assert "村" not in shares


def named(label: str, rare: float = 0.0) -> Graph:
    """A company in two spellings, の, and サト or (at a cost) カト."""
    arcs = (
        Arc(0, 1, "アオ", "青", "company", 0.0), Arc(0, 1, "アオオ", "アオー", "company", 0.0),
        Arc(1, 2, "ノ", "の", "", 0.0),
        Arc(2, 3, "サト", "サト", label, 0.0), Arc(2, 3, "カト", "カト", label, rare),
    )  # fmt: skip
    return build(Grammar(f"{label} {rare}", arcs, ((3, 0.0),)))


def sato_or_kato(kato: float) -> npt.NDArray[np.float32]:
    """アオノ, then カト with that probability against サト."""
    posteriors = said("a", "o", "n", "o", "s", "a", "t", "o", hold=3)
    place = 3 * 4
    posteriors[place, COLUMN["o", "s"]], posteriors[place, COLUMN["o", "k"]] = math.log(1 - kato), math.log(kato)
    posteriors[place + 3, COLUMN["k", "a"]] = posteriors[place + 3, COLUMN["s", "a"]]
    return posteriors


def test_each_name_is_read_once_however_the_company_is_spelt() -> None:
    found = rivals(named("surname"), sato_or_kato(0.6))
    assert found is not None
    assert [[word.text for word in one.words if word.label == "surname"] for one in found.readings] == [
        ["カト"],
        ["サト"],
    ]
    assert len(found.sequences) > len(found.readings)


def test_where_nobody_is_named_there_are_no_readings() -> None:
    found = rivals(named("word"), sato_or_kato(0.6))
    assert found is not None
    assert found.readings == ()
    assert found.sequences


@pytest.mark.parametrize("ratio", [1.15, 1.35])
def test_a_reading_takes_the_path_of_the_name_that_is_likelier_by_how_common_it_is(ratio: float) -> None:
    # カト is heard better by `ratio` times what its rareness costs: enough only where that exceeds 1 / HEARING.
    graph, scores = named("surname", 2.0), sato_or_kato(1 / (1 + math.exp(-2.0 * ratio)))
    found, path = rivals(graph, scores), best_path(graph, scores, SEARCH, never)
    assert found is not None
    assert path is not None
    assert [graph.words[step.word].text for step in path.steps][-1] == "カト"
    chosen = by_name(path, graph, found, scores)
    assert graph.words[chosen.steps[-1].word].text == ("サト" if ratio < 1 / HEARING else "カト")
    assert (chosen == path) == (ratio > 1 / HEARING)
    assert chosen.complete
    assert chosen.cost + chosen.acoustic == pytest.approx(found.readings[0].graph, abs=1e-3)


def test_the_free_loop_is_never_worse_than_a_grammar() -> None:
    scores = biased(said("s", "a", "k", "i"), 2.0)
    loop = free_loop(scores)
    assert [phoneme for _, phoneme in loop.phonemes] == ["s", "a", "k", "i", "pau"]
    path = best_path(build(grammar(("サト", "里"))), scores, SEARCH, never)
    assert path is not None
    assert loop.best[-1] > path.acoustic


def test_a_reading_that_is_not_katakana_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="里見"):
        build(grammar(("里見", "里見")))
    with pytest.raises(ValueError, match="ー"):
        pronunciations("ー")


MORAE = st.sampled_from([*"アイウエオカツヅッンーノラワ", "キャ", "ジョ", "ヴァ", "ティ", "ファ"])


@given(st.lists(MORAE, min_size=1, max_size=9))
def test_every_reading_after_its_first_mora_can_be_pronounced(morae: list[str]) -> None:
    ways = pronunciations("カ" + "".join(morae))
    assert ways[0][1] == min(cost for _, cost in ways) == 0.0
    assert all(sound in CANONICAL for sounds, _ in ways for sound in sounds)
    assert {canonical(name) for name in phonemes()} - {"pau"} == set(CANONICAL)


def test_silent_circles_in_a_lattice_do_not_hide_its_words() -> None:
    arcs = (Arc(0, 1, "オ", "お", "a", 1.0), Arc(1, 1, "オ", "お", "+a", 1.0), Arc(1, 2, "ノ", "の", "b", 1.0))
    graph = build(Grammar("circle", arcs, ((2, 0.0),)))
    found = rivals(graph, said("o", "n", "o"))
    assert found is not None
    best, share = found.sequences[0]
    assert "".join(entry.text for entry in best) == "おの"
    assert share > 0.5
