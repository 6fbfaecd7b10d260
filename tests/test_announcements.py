"""Announcements that answer when we dial out, and people who do."""

from __future__ import annotations

import numpy as np
import pytest

from bot.lines.second_leg import SecondLeg
from nlu.announcements import Unreached, judge
from tests.tones import busy, flags, ringing, silence, to_pcm

ANNOUNCED = {
    Unreached.NO_SUCH_NUMBER: (
        "おかけになった電話番号は、現在使われておりません。番号をお確かめの上、もう一度おかけ直しください。",
        "お掛けになった電話番号は現在使われていません",
        "おかけになった電話番後は 現在 使われておりません",
    ),
    Unreached.UNREACHABLE: (
        "おかけになった電話は、電波の届かない場所にあるか、電源が入っていないため、かかりません。",
        "お掛けになった電話番号は電波の届かないところにおられるか電源が入っていないためかかりません",
    ),
    Unreached.NO_ANSWER: (
        "おかけになった電話をお呼びしましたが、お出になりません。",
        "お呼び出しいたしましたが お出になりません",
        "おかけになった電話をお呼びしましたが おつなぎできませんでした",
        "おかけになった方は ただいま運転中のため 電話に出られません",
    ),
    Unreached.MACHINE: (
        "お留守番サービスに接続します。合図の音がしましたら、お名前とご用件をお話しください。",
        "ただいま電話に出ることができません。ピーという発信音のあとに、お名前とご用件をお話しください。",
        "留守番電話サービスに接続します",
        "こちらは伝言お預かりサービスです。メッセージをお預かりします。",
        "はい 田中です ただいま留守にしております 発信音のあとにメッセージをお願いします",
    ),
    Unreached.BUSY: (
        "おかけになった電話は、ただいまお話し中です。",
        "ただいま通話中です。しばらくたってからおかけ直しください",
    ),
    Unreached.REFUSED: (
        "おかけになった電話は、お客様のご都合により、おつなぎできません。",
        "お客様のご希望によりおつなぎできません",
        "おかけになった電話番号への通話は、おつなぎできません。",
        "この電話はお受けできません。",
        "お客様のご都合により通話が出来なくなっております",
        "おそれいりますが、電話番号の前に186をつけて、番号を通知しておかけ直しください。",
    ),
    Unreached.CONGESTED: (
        "この地域への電話が大変かかりにくくなっております。しばらくたってからおかけ直しください。",
        "ただいま電話が大変混み合っております。のちほどおかけ直しください。",
        "ただいま回線が大変混雑しております",
    ),
}  # fmt: skip
PEOPLE = (
    "はい、スマイル精工の栗本です。",
    "もしもし、栗本ですが。",
    "はい、お待たせしました。営業の石田でございます。",
    "申し訳ございません、栗本はただいま電話に出ることができません。折り返しお電話いたしましょうか。",
    "石田はいま電話中なんです。",
    "すみません、いま運転中なので、あとでかけ直します。",
    "あいにく席を外しておりまして、留守にしております。",
    "はい、ただいまお繋ぎします。",
    "その番号は現在は使っていません。",
    "もしもし、聞こえますか。電波が悪いみたいで。",
    "電源を入れ忘れていました。",
    "はいはい、どなた?",
    "",
    "都合が悪くなりまして、明日かけ直してもらえますか。",
    "今ちょっと混んでまして、しばらくお待ちいただけますか。",
)


@pytest.mark.parametrize(("why", "words"), [(why, words) for why, all_of in ANNOUNCED.items() for words in all_of])
def test_an_announcement_is_known(why: Unreached, words: str) -> None:
    assert judge(words) is why


@pytest.mark.parametrize("words", PEOPLE)
def test_a_person_is_none(words: str) -> None:
    assert judge(words) is None


def test_announcements_are_known_before_they_have_ended() -> None:
    early = 0
    whole = [words for all_of in ANNOUNCED.values() for words in all_of]
    for words in whole:
        early += judge(words[: max(12, len(words) * 3 // 4)]) is not None
    assert early > len(whole) / 2


def test_a_leg_is_judged_by_tones_and_words() -> None:
    leg = SecondLeg(8000)
    assert leg.push(to_pcm(np.concatenate((silence(0.2), ringing(2), silence(0.2))))) is None
    assert leg.ringing
    assert (leg.unreached, leg.why) == (None, "")
    assert leg.said("おかけになった電話をお呼びしましたが、お出になりません") is Unreached.NO_ANSWER
    assert (leg.unreached, leg.why) == (Unreached.NO_ANSWER, "no_answer")
    assert leg.push(to_pcm(busy(4))) is Unreached.NO_ANSWER  # the first reason stands


def test_a_busy_or_a_data_machine_is_known_by_its_tone() -> None:
    engaged, fax = SecondLeg(8000), SecondLeg(8000)
    assert engaged.push(to_pcm(np.concatenate((silence(0.2), busy(4))))) is Unreached.BUSY
    assert engaged.why == "busy"
    assert fax.push(to_pcm(np.concatenate((flags(1.0), silence(0.2))))) is Unreached.MACHINE
    assert fax.why == "failed"
