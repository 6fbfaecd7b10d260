"""Kana as sound, words and their readings, and one form for text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.kana import canonical, is_kana, morae, nearest, similarity, to_katakana
from nlu.normalize import normalize, tidy
from nlu.words import reading, tokens

KANA = st.text(alphabet=[chr(code) for code in range(0x30A1, 0x30F7)] + ["ー"], max_size=12)


def test_hiragana_and_half_width_become_katakana() -> None:
    assert to_katakana("ｽﾏｲﾙきかく") == "スマイルキカク"
    assert is_kana("えがわ")
    assert not is_kana("江川")
    assert not is_kana("")


def test_morae_are_beats() -> None:
    assert morae("キョウト") == ("キョ", "ウ", "ト")
    assert morae("ハットリ") == ("ハ", "ッ", "ト", "リ")


@pytest.mark.parametrize(
    ("one", "other"), [("コウノ", "コオノ"), ("ケイカク", "ケーカク"), ("ミヅノ", "ミズノ"), ("さとう", "サトー")]
)
def test_spellings_of_one_sound_are_one(one: str, other: str) -> None:
    assert canonical(one) == canonical(other)
    assert similarity(one, other) == 1.0


def test_what_sounds_alike_is_nearer() -> None:
    assert similarity("サトウ", "ザトウ") > similarity("サトウ", "カトウ") > similarity("サトウ", "ヤマダ")
    assert similarity("ハッタ", "ハタ") > similarity("ハッタ", "ハナタ")
    assert similarity("イチ", "シチ") > similarity("イチ", "ナナ")


@given(KANA, KANA)
def test_similarity_is_a_symmetric_share(one: str, other: str) -> None:
    assert 0.0 <= similarity(one, other) <= 1.0
    assert similarity(one, other) == pytest.approx(similarity(other, one))


@given(KANA)
def test_canonical_is_stable(kana: str) -> None:
    assert canonical(canonical(kana)) == canonical(kana)


def test_nearest_is_best_first() -> None:
    found = nearest("サトー", ["ヤマダ", "カトウ", "サトウ", "サイトウ"])
    assert found[0] == ("サトウ", 1.0)
    assert "ヤマダ" not in [name for name, _ in found]


def test_words_carry_their_reading() -> None:
    assert reading("スマイル企画の江川と申します。") == "スマイルキカクノエガワトモウシマス"
    assert reading("NDKの東海林") == "エヌディーケーノショウジ"
    family = next(token for token in tokens("営業の栗本さん") if token.surface == "栗本")
    assert (family.pos4, family.kana, family.start) == ("姓", "クリモト", 3)


@given(st.text(alphabet="江川です、。 aB1ー", max_size=20))
def test_tokens_lie_where_they_say(text: str) -> None:
    for token in tokens(text):
        assert text[token.start : token.end] == token.surface


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("えーと、あの、もしもし", "もしもし"),
        ("あの人です", "あの人です"),
        ("えーとですね ゼロ三 の", "ゼロ三の"),
        ("うーん、ちょっと", "うーん、ちょっと"),
        ("さと―です", "さとーです"),
        ("はい,, そうです。。", "はい、そうです。"),
    ],
)
def test_normal_form(text: str, plain: str) -> None:
    assert normalize(text) == plain


@given(st.text(alphabet="えーとあのねまっ、。 はいABあ", max_size=20))
def test_normal_form_is_stable(text: str) -> None:
    assert normalize(normalize(text)) == normalize(text)
    assert tidy(tidy(text)) == tidy(text)
