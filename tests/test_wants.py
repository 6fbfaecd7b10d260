"""What callers want who cannot have the person they asked for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.meaning import Want
from nlu.normalize import normalize
from nlu.reasons.wants import wants


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ("今日なんとか連絡を取る方法はありませんか", (Want.WAY,)),
        ("携帯とか、何か連絡つく方法ないの", (Want.MOBILE, Want.WAY)),
        ("携帯の番号を教えてもらえませんか", (Want.MOBILE,)),
        ("ほかに分かる方いらっしゃいますか", (Want.OTHER,)),
        ("どなたか代わりの方はいらっしゃいませんか", (Want.OTHER,)),
        ("メールでけっこうです、教えてください", (Want.EMAIL,)),
        ("直したものをお送りしたいので、送り先を教えていただけますか", (Want.EMAIL,)),
        ("図面はどちらに送ればよろしいですか", (Want.EMAIL,)),
        ("メールは結構です、お電話をいただけますか", (Want.CALLBACK,)),
        ("そうですか、ではまたかけ直します", (Want.AGAIN,)),
        ("じゃあ終わりましたらお電話をいただけますか", (Want.CALLBACK,)),
        ("戻ったら電話くれるように言っといてください", (Want.CALLBACK, Want.MESSAGE)),
        ("折り返しは結構です、こちらからまたお電話します", (Want.AGAIN,)),
        ("急いでるんでどうにか捕まえられない？", (Want.WAY,)),
        ("伝言をお願いできますか", (Want.MESSAGE,)),
        ("言づてをお願いしたいんですけど", (Want.MESSAGE,)),
        ("今すぐ返事がほしいんだけど、つかまんないかな", (Want.WAY,)),
        ("一度見てもらいたいので、電話をお願いできますか", (Want.CALLBACK,)),
        ("知ってるよ、携帯に入ってるから", ()),
        ("番号なら先方の携帯に登録してあります", ()),
        ("携帯に残ってると思うんですけど", ()),
        ("携帯に入っている番号を教えていただけますか", (Want.MOBILE,)),
        ("はい", ()),
        ("見積もりの件です", ()),
        ("合っています", ()),
    ],
)
def test_wishes(said: str, wanted: tuple[Want, ...]) -> None:
    assert wants(normalize(said)) == wanted


@given(st.text())
def test_nothing_raises(said: str) -> None:
    assert len(wants(said)) == len(set(wants(said)))
