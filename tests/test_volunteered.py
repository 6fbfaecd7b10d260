"""Whatever a caller tells unasked is taken, whichever question stands: every question times every kind of thing.

A question whose own answer the thing would be, or that stands in a goal in which it cannot be meant (a pitch amid a
complaint), is left out by name.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.dialogue.state import Facts, FrameName
from bot.dialogue.wording import confirmed
from bot.golden import Playing
from nlu.expected import Ask
from nlu.meaning import Reason
from tests.dialogues import SMILE, call, ours

MATTER = "明日の納品は中止になったとお伝えください"
BEGUN = "スマイル企画の江川です 注文書の宛名を書き替えてほしいんです"
REACHED: dict[Ask, tuple[str, ...]] = {
    Ask.OPENING: (),
    Ask.CALLER: ("伝言をお願いしたいんですが",),
    Ask.CONFIRM_CALLER: (BEGUN,),
    Ask.NUMBER: (BEGUN, "はい"),
    Ask.CONFIRM_NUMBER: (BEGUN, "はい", "03の1234の5678です"),
    Ask.KANA: (BEGUN, "いえ、違います", "いえ、違います"),
    Ask.PURPOSE: ("スマイル企画の江川です 西川さんをお願いします", "はい"),
    Ask.STAFF: ("スマイル企画の江川です いつもお世話になっております。佐藤さんをお願いします",),
    Ask.OFFER: (
        "スマイル企画の江川です いつもお世話になっております。先日の見積書の件で石田さんをお願いします",
        "はい",
    ),
    Ask.ECHO: (
        "スマイル企画の江川です いつもお世話になっております。見積書の件で至急栗本さんにメールで連絡を取りたいんですが",
        "はい",
        "はい、お願いします",
    ),
    Ask.DETAIL: (
        "そちらで買った歯車が割れたんです。もう使えなくて困っています",
        "うちの機械が動かないんですよ",
    ),
    Ask.MORE: ("駐車場はありますか",),
}
"""What brings a call to each question."""


def kept(what: str) -> Callable[[Playing], bool]:
    return lambda playing: what in (purpose.value if (purpose := playing.state.facts.purpose) else "")


def of(test: Callable[[Facts], bool]) -> Callable[[Playing], bool]:
    return lambda playing: test(playing.state.facts)


def is_for(key: str) -> Callable[[Playing], bool]:
    return lambda playing: playing.state.facts.staff is not None and playing.state.facts.staff.value == key


def sells(playing: Playing) -> bool:
    return FrameName.SALES in playing.state.frames or playing.state.facts.sales_suspected


def goes_to_a_person(playing: Playing) -> bool:
    return any(line.startswith("[転送") for line in playing.lines) or playing.state.facts.callback_promised


def complains(playing: Playing) -> bool:
    return FrameName.COMPLAINT in playing.state.frames


def is_told_of_parking(playing: Playing) -> bool:
    return any("五台分" in words for words in ours(playing))


TOLD: dict[str, tuple[str, Callable[[Playing], bool]]] = {
    "a colleague": ("田村さんに伝えてほしいんですが", is_for("tamura")),
    "a role": ("社長に直接電話をもらいたいんですが", is_for("ono")),
    "a hurry": ("今日中に返事がないと間に合わないんです", of(lambda facts: facts.urgent)),
    "a call back": ("お電話をいただきたいんですが", of(lambda facts: facts.callback_promised)),
    "a matter": (MATTER, kept("納品")),
    "a trouble": ("先日届いた歯車が不良品だったんですよ、どうしてくれるんですか", complains),
    "a person": ("人に代わってください", goes_to_a_person),
    "a question": ("ところで、駐車場はありますか", is_told_of_parking),
    "a pitch": ("今でしたら無料でお試しいただけまして、毎月の電気料金がお安くなるご案内です", sells),
    "a wait": ("ちょっと待ってください", lambda playing: playing.state.waiting),
}
MEANT_OTHERWISE = {
    (Ask.DETAIL, "a question"),
    (Ask.DETAIL, "a pitch"),
    (Ask.STAFF, "a call back"),
    (Ask.DETAIL, "a call back"),
}
"""Amid a complaint nothing is answered or refused, and a call back promised anyway; which of two people is meant comes
first."""


@pytest.mark.parametrize(
    ("ask", "thing"), [(ask, thing) for ask in REACHED for thing in TOLD if (ask, thing) not in MEANT_OTHERWISE]
)
def test_what_is_told_unasked_is_taken(ask: Ask, thing: str) -> None:
    playing = call(SMILE, *REACHED[ask])
    assert playing.state.expected is not None
    assert playing.state.expected.ask is ask
    words, taken = TOLD[thing]
    playing.hear(words)
    assert taken(playing), "\n".join(playing.lines)


LEADS = ("では、", "でしたら", "じゃあ", "ちなみに", "あとですね、", "そうですか。それなら", "ほな", "いや、")


@pytest.mark.parametrize(
    ("ask", "thing", "lead"),
    [
        (ask, thing, LEADS[(first + second) % len(LEADS)])
        for first, ask in enumerate(REACHED)
        for second, thing in enumerate(TOLD)
        if (ask, thing) not in MEANT_OTHERWISE
    ],
)
def test_words_that_lead_over_to_it_change_nothing(ask: Ask, thing: str, lead: str) -> None:
    playing = call(SMILE, *REACHED[ask])
    words, taken = TOLD[thing]
    playing.hear(f"{lead}{words}")
    assert taken(playing), "\n".join(playing.lines)


ANSWERED: dict[Ask, tuple[str, Callable[[Playing], bool]]] = {
    Ask.CALLER: ("スマイル企画の江川です。", of(lambda facts: None not in (facts.caller_name, facts.company))),
    Ask.CONFIRM_CALLER: ("はい、", of(lambda facts: confirmed(facts.caller_name))),
    Ask.NUMBER: ("03の1234の5678です。", of(lambda facts: facts.number is not None)),
    Ask.CONFIRM_NUMBER: ("はい、そうです。", of(lambda facts: confirmed(facts.number))),
    Ask.OFFER: ("はい、お願いします。", of(lambda facts: facts.callback_promised)),
    Ask.ECHO: ("はい、控えました。", of(lambda facts: bool(facts.told))),
    Ask.STAFF: ("営業の佐藤さんです。", is_for("sato_misaki")),
}
"""An answer to each question, and what it brings."""
OTHERWISE_WITH_ANSWER = (
    MEANT_OTHERWISE
    | {(ask, "a wait") for ask in ANSWERED}
    | {(Ask.STAFF, "a colleague"), (Ask.STAFF, "a role"), (Ask.OFFER, "a colleague"), (Ask.OFFER, "a role")}
    | {(Ask.OFFER, "a person"), (Ask.ECHO, "a colleague"), (Ask.ECHO, "a role"), (Ask.CALLER, "a person")}
)
"""Whoever bids us wait is asked again; whoever asks for another after an answer about one means the other, and no offer
is taken by who wants a person; a person is asked for before a name, and not with it."""


@pytest.mark.parametrize(
    ("ask", "thing"),
    [(ask, thing) for ask in ANSWERED for thing in TOLD if (ask, thing) not in OTHERWISE_WITH_ANSWER],
)
def test_an_answer_and_what_is_told_behind_it_are_both_taken(ask: Ask, thing: str) -> None:
    playing = call(SMILE, *REACHED[ask])
    (answer, answered), (words, taken) = ANSWERED[ask], TOLD[thing]
    playing.hear(f"{answer}{words}")
    assert answered(playing), "\n".join(playing.lines)
    assert taken(playing), "\n".join(playing.lines)


@pytest.mark.parametrize("ask", [Ask.NUMBER, Ask.CONFIRM_NUMBER, Ask.KANA])
def test_the_question_is_put_again_as_before(ask: Ask) -> None:
    playing = call(SMILE, *REACHED[ask])
    playing.hear(MATTER)
    assert playing.state.expected is not None
    assert playing.state.expected.ask is ask
    assert not any(sign in ours(playing)[-1] for sign in ("聞き取れ", "遠い", "もう一度"))


def test_a_name_stands_where_the_caller_goes_on_to_the_matter() -> None:
    playing = call(SMILE, BEGUN, MATTER)
    name = playing.state.facts.caller_name
    assert name is not None
    assert name.value == "エガワ"
    assert not any("エガワ" in words for words in ours(playing)[-1:])


def test_who_is_only_spoken_of_takes_nobodys_place() -> None:
    playing = call(SMILE, "スマイル企画の江川です 西川さんをお願いします", "はい")
    playing.hear("先週石田さんからお電話をいただいた請求書の件です")
    assert is_for("nishikawa")(playing)


def test_whoever_wants_a_word_passed_on_is_not_put_through() -> None:
    playing = call(SMILE, "スマイル企画の江川です 西川さんをお願いします", "はい", "田村さんに伝えてほしいんですが")
    assert not any(line.startswith("[転送") for line in playing.lines)
    assert playing.state.facts.reason in (Reason.PERSON, Reason.MESSAGE)
