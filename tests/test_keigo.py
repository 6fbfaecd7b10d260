"""Slips of politeness are found, and good sentences are left alone."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bot.company.keigo import forbidden_words, slips, wording_slips
from bot.company.load import load_script
from bot.company.rules import Rules

SMILE = load_script(Path(__file__).parent.parent / "scripts" / "smile")


@pytest.mark.parametrize(
    "text",
    [
        "社長がおっしゃられました。",
        "お名前をおっしゃられてください。",
        "ご用件は伺わせていただきました。",
        "以上でよろしかったでしょうか。",
        "申し訳ございませんが、わかりません。",
        "あいにく、お答えできません。",
        "あいにく栗本様は席を外しております。",
        "あいにく栗本課長は外出しております。",
        "あいにく{staff}さんは外出しております。",
        "あいにく{staff}はまだいらっしゃいません。",
        "恐れ入りますが、失礼ですが、お名前を伺えますでしょうか。",
    ],
)
def test_a_slip_is_found(text: str) -> None:
    assert list(slips(text, ("栗本",)))


@pytest.mark.parametrize(
    "text",
    [
        "いつもお世話になっております。{caller}様でいらっしゃいますね。",
        "あいにく{staff}は、ただ今席を外しております。",
        "恐れ入りますが、お名前を伺えますでしょうか。",
        "申し訳ございません。{asked_for}という者は、こちらではわかりかねます。",
        "あいにく栗本は、ただ今お電話に出ることができません。",
    ],
)
def test_good_manners_are_left_alone(text: str) -> None:
    assert list(slips(text, ("栗本",))) == []


def test_our_own_wording_has_none() -> None:
    assert [(where, slip.found) for where, slip in wording_slips(SMILE)] == []


def test_a_question_without_a_cushion_word_is_told() -> None:
    blunt = replace(SMILE, wording={**SMILE.wording, "ask_name": ("お名前をお願いします。",)})
    assert [where for where, _ in wording_slips(blunt)] == ["wording.ask_name"]


def test_a_forbidden_word_is_told() -> None:
    strict = replace(SMILE, rules=replace(Rules(), forbidden=("自動応答",)))
    assert {where for where, _ in forbidden_words(strict)} >= {"wording.identity_machine", "wording.greeting_closed"}
