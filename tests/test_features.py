"""The signs by which openings are judged, the vectors of words, and the weights over both."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlu.meaning import Slot, Slots
from nlu.reasons.features import features, said, signs
from nlu.reasons.linear import Linear, crc, shares
from nlu.sentences import SIZE, cut, encode
from nlu.vectors import sentence, size, vector, weight

_NAMED = Slots(
    caller_name=Slot("オオハシ", "大橋"),
    company=Slot("ユニオンショウカイ", "ユニオン商会"),
    staff=Slot("ヤナギサワ", "柳沢"),
)


def test_names_and_companies_are_classes() -> None:
    found = features("ユニオン商会の大橋ですが、柳沢さんをお願いします", _NAMED).signs
    assert {"w <COMPANY> の <NAME>", "w <STAFF> さん", "s staff named", "o 商会$"} <= set(found)
    assert not any("大橋" in sign or "柳沢" in sign for sign in found)


def test_a_role_is_no_name() -> None:
    found = features("社長さんをお願いします", Slots(staff=Slot("社長", "社長"))).signs
    assert {"s staff by role", "s role 社長", "w 社長"} <= set(found)


def test_what_other_readers_find_is_a_sign_and_so_are_two_phrases_together() -> None:
    found = set(features("予約の返事がまだ届かないので、折り返しお電話をお願いします", Slots()).signs)
    assert {"d missing", "d waits", "d wants callback", "d last wants callback"} <= found
    phrases = sorted(sign[2:] for sign in found if sign[0] == "p")
    assert f"b {phrases[0]}+{phrases[1]}" in found
    assert not any(sign.startswith("d wants") for sign in features("駐車場はありますか", Slots()).signs)


def test_numbers_are_a_class() -> None:
    assert "w <NUM> 名" in features("十五名です", Slots()).signs
    assert "w <NUM> 名" in features("28名です", Slots()).signs


def test_the_wish_is_looked_for_before_the_name() -> None:
    text = "予約をキャンセルしたいのですが、大橋と申します"
    found = features(text, Slots(caller_name=Slot("オオハシ", "大橋"))).signs
    assert "z キャンセル" in found


def test_another_spelling_has_the_same_sounds() -> None:
    kana = [{sign for sign in features(text, Slots()).signs if sign[0] == "k"} for text in ("折り返し", "おりかえし")]
    assert kana[0] == kana[1]


def test_signs_are_distinct_and_the_vector_of_one_size() -> None:
    for text in ("", "駐車場はありますか", "あ" * 5000):
        found = features(text, Slots())
        assert len(set(found.signs)) == len(found.signs)
        assert found.vector.shape == (2 * size(),)


@settings(deadline=None)
@given(st.text(max_size=200), st.text(max_size=8))
def test_any_text_has_features(text: str, name: str) -> None:
    found = features(text, Slots(caller_name=Slot(name, name), company=Slot(name, name), staff=Slot("ア", name)))
    assert np.isfinite(found.vector).all()


@pytest.mark.parametrize("name", [name for name, _ in signs()])
def test_no_phrase_is_in_everything(name: str) -> None:
    assert not dict(signs())[name].search("ー" * 40)


def test_a_phrase_is_told_in_the_words_that_were_said() -> None:
    assert said("p cancel", "明日の予約を取り消したいのですが") == "取り消"
    assert said("c 消し", "取り消し") == ""
    assert said("w <NAME> です", "大橋です") == ""


def test_names_of_phrases_are_plain() -> None:
    names = [name for name, _ in signs()]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"[a-z_]+", name) for name in names)


def test_like_words_are_near() -> None:
    def near(one: str, other: str) -> float:
        first, second = vector(one), vector(other)
        assert first is not None
        assert second is not None
        return float(first @ second)

    assert near("宅配", "配達") > 0.5 > near("宅配", "裁判所")
    assert vector("縅縅縅") is None


def test_rare_words_count_more() -> None:
    assert weight("の") < weight("予約") < weight("複合") <= 1
    assert abs(float(np.linalg.norm(sentence(["予約", "の"]))) - 1) < 1e-5
    assert not sentence(["縅縅縅"]).any()


def test_unknown_signs_add_nothing() -> None:
    known = crc(("w 予約", "w 席"))
    order = np.argsort(known)
    levels = np.array([[10, 0], [20, 0]], np.int8)[order]
    dense = np.zeros((2 * size(), 2), np.float32)
    linear = Linear(("a", "b"), known[order], levels, np.ones(2, np.float32), dense, np.zeros(2, np.float32), 1.0, 0.0)
    found = features("予約", Slots())
    assert linear.scores(linear.known(found)).tolist() == [10, 0]
    assert [*linear.grounds(linear.known(found), 0)] == [("w 予約", 5.0)]


def test_signs_of_a_kind_share_one_weight() -> None:
    assert shares(["w 一", "w 二", "w 三", "w 四", "p cancel"]).tolist() == pytest.approx([0.5, 0.5, 0.5, 0.5, 0.4])


def test_like_sentences_are_near() -> None:
    one, like, other = (
        encode(text) for text in ("予約を取り消したい", "予約をキャンセルしたいです", "電気料金が安くなります")
    )
    assert one @ like > one @ other
    assert one.shape == (SIZE,)


@settings(deadline=None)
@given(st.text(max_size=300))
def test_any_text_is_encoded(text: str) -> None:
    assert np.isfinite(encode(text)).all()


@settings(deadline=None)
@given(st.text(max_size=60))
def test_pieces_make_up_the_text(text: str) -> None:
    assert "".join(cut(text, {"予約": -5.0, "を": -3.0})) == text


def test_the_likeliest_pieces_are_chosen() -> None:
    assert cut("予約を", {"予約": -5.0, "予": -4.0, "約": -4.0, "を": -3.0}) == ["予約", "を"]
