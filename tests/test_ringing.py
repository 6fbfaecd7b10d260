"""Numbers on the urgent route: rung one after the other, told nothing before a key, until one takes the call on."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping
from pathlib import Path

import pytest

from bot.dialogue.state import State
from bot.reporting.links import Mark, MarkKind
from bot.reporting.marks import look, press
from bot.ringing import talk
from bot.ringing.essence import essence
from bot.ringing.talk import Outcome, Part
from bot.store import Store, open_store
from bot.store.audit import list_entries
from bot.store.remembered import URGENT
from nlu.meaning import Answer
from nlu.replies.taking import takes
from tests.desk import Caller
from tests.desk import Part as Plays
from tests.followed import ENDED, A, B, Desk, follow
from tests.records import CALL
from tests.rung import FACTS, ONE, TWO, Route, on_route, routed
from voice.lines import NotReached


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(tmp_path / "denwaban.db")
    yield opened
    opened.close()


def ring(
    store: Store,
    folder: Path,
    parts: Mapping[str, Plays | NotReached],
    test: Callable[[Route], Awaitable[None]],
    *steps: tuple[str, float],
) -> Route:
    """A call has ended whose urgent route has these steps."""
    made: list[Route] = []

    async def main(desk: Desk) -> None:
        made.append(await on_route(desk, folder, parts, test)())

    follow(store, routed(*steps), FACTS, main)
    return made[0]


async def takes_it(caller: Caller) -> None:
    await caller.say("はい。")
    for _ in range(2):
        await caller.begun()
        caller.far.press("1")


async def says_it(caller: Caller) -> None:
    await caller.say("はい。")
    await caller.begun()
    caller.far.press("1")
    await caller.answer("はい、承知しました。")


async def hangs_up(caller: Caller) -> None:
    await caller.begun()
    caller.far.hang_up()


async def machine(caller: Caller) -> None:
    await caller.say("ただいま電話に出ることができません。ピーという発信音のあとに、メッセージをお話しください。")


async def agrees_with_everything(caller: Caller) -> None:
    """And presses no key."""
    await caller.say("はい。")
    while not caller.over.is_set():
        await caller.answer("はい、承知しました。")


@pytest.mark.parametrize("how", [takes_it, says_it])
def test_whoever_takes_it_by_key_or_word_is_marked_and_nobody_else_is_told(
    store: Store, tmp_path: Path, how: Plays
) -> None:
    async def test(route: Route) -> None:
        await route.minutes(60.0)

    route = ring(store, tmp_path, {ONE: how}, test, (A, 5.0), (ONE, 5.0), (B, 5.0))
    assert route.desk.told() == [("urgent", A, 0.0)]
    assert route.telephones.rung == [(ONE, 5.0)]
    assert (route.outcomes(), route.desk.owed(URGENT)) == (["taken"], (ONE, True))
    with store.read() as connection:
        (entry,) = list_entries(connection, call_id=CALL.id)
    assert (entry.who, entry.address, entry.what, entry.detail) == (ONE, "telephone", "marked", "take")
    page = look(store, Mark(MarkKind.TAKE, CALL.id, A))
    assert page is not None
    assert page.lines[-1].endswith("090-1111-2222")


@pytest.mark.parametrize(
    ("part", "outcome"),
    [
        (NotReached("no_answer"), "no_answer"),
        (NotReached("busy"), "busy"),
        (NotReached("failed"), "failed"),
        (machine, "machine"),
        (hangs_up, "hung_up"),
    ],
)
def test_whoever_does_not_leaves_it_to_the_next_after_the_wait(
    store: Store, tmp_path: Path, part: Plays | NotReached, outcome: str
) -> None:
    async def test(route: Route) -> None:
        await route.minutes(60.0)

    route = ring(store, tmp_path, {ONE: part, TWO: NotReached("busy")}, test, (ONE, 5.0), (TWO, 5.0), (B, 5.0))
    assert route.telephones.rung == [(ONE, 0.0), (TWO, 5.0)]
    assert route.outcomes() == [outcome, "busy"]
    assert route.desk.owed(URGENT) == ("", False)
    assert route.desk.told() == [("urgent", B, 10.0)]


def test_nothing_of_the_call_is_said_before_a_key(store: Store, tmp_path: Path) -> None:
    async def test(route: Route) -> None:
        await route.minutes(4.0)

    route = ring(store, tmp_path, {ONE: agrees_with_everything}, test, (ONE, 5.0))
    said = "".join(route.mouth.spoken)
    assert route.outcomes() == ["unanswered"]
    assert "の緊急のご連絡です" in said
    assert not [word for word in ("エガワ", "キカク", "納品", "ゼロ", "クリモト") if word in said]


def test_a_ring_that_goes_on_holds_the_next_up_and_a_mark_by_mail_is_told(store: Store, tmp_path: Path) -> None:
    async def thinks(caller: Caller) -> None:
        await caller.say("はい。")
        await caller.begun()
        caller.far.press("1")
        await caller.begun()
        press(store, Mark(MarkKind.TAKE, CALL.id, B), ENDED + 99.0)
        caller.far.press("1")

    async def test(route: Route) -> None:
        await route.minutes(30.0)

    route = ring(store, tmp_path, {ONE: thinks, TWO: takes_it}, test, (ONE, 0.1), (TWO, 0.1), (A, 0.1))
    assert (route.telephones.rung, route.telephones.most) == ([(ONE, 0.0)], 1)
    assert (route.outcomes(), route.desk.owed(URGENT)) == (["late"], (B, True))
    assert route.desk.told() == []


def test_while_the_line_is_down_nothing_is_lost(store: Store, tmp_path: Path) -> None:
    async def test(route: Route) -> None:
        route.telephones.down = True
        async with route.running():
            await asyncio.sleep(20 * 60.0)
            assert route.desk.told() == [("urgent", A, 5.0)]  # the route goes on
            route.telephones.down = False
            await asyncio.sleep(20 * 60.0)

    parts: dict[str, Plays | NotReached] = {ONE: NotReached("busy"), TWO: NotReached("no_answer")}
    route = ring(store, tmp_path, parts, test, (ONE, 5.0), (A, 5.0), (TWO, 5.0))
    assert [number for number, _ in route.telephones.rung] == [ONE, TWO]
    assert 20.0 <= route.telephones.rung[0][1] <= 20.5
    assert (route.outcomes(), route.telephones.most) == (["busy", "no_answer"], 0)


def test_a_stop_in_the_middle_of_a_ring_makes_it_ring_again(store: Store, tmp_path: Path) -> None:
    async def test(route: Route) -> None:
        async with route.running():
            await asyncio.sleep(3.0)  # it rings
        assert [each.ended for each in route.rings()] == [None]
        await asyncio.sleep(600.0)
        await route.minutes(30.0)

    route = ring(store, tmp_path, {ONE: takes_it}, test, (ONE, 5.0), (B, 5.0))
    assert [number for number, _ in route.telephones.rung] == [ONE, ONE]
    assert [(each.tries, each.outcome) for each in route.rings()] == [(2, "taken")]


def test_what_is_read() -> None:
    script = routed((ONE, 5.0))
    said = "".join(phrase.text for phrase in essence(script, State(facts=FACTS)))
    assert said == (
        "スマイル企画のエガワ様より、お電話がありました。栗本宛てのお電話です。お急ぎとのことです。ご用件を申し上げます。"
        "納品の件で、今日中にご連絡がほしいとのことです。折り返し先は、03-1234-5678です。"
        "折り返しのお電話を差し上げるよう、申し伝えるとお答えしています。"
    )
    slow = [phrase.reading for phrase in essence(script, State(facts=FACTS)) if phrase.slow]
    assert slow == ["折り返し先は、ゼロサン、イチニーサンヨン、ゴーロクナナハチです。"]


def test_keys_and_silence() -> None:
    opened, said = talk.begin()
    assert said == (Part.OPEN,)
    assert talk.answered(opened, Answer.YES) == (opened, ())
    heard, said = talk.pressed(opened, "1")
    assert said == (Part.ESSENCE, Part.CHOICE)
    for _ in range(3):
        heard, said = talk.pressed(heard, "3")
        assert said == (Part.ESSENCE, Part.CHOICE)
    assert talk.pressed(heard, "3") == (heard, ())
    for _ in range(2):
        heard, said = talk.answered(heard, None)
        assert said == (Part.CHOICE,)
    heard, said = talk.silent(heard)
    assert (heard.outcome, said) == (Outcome.UNANSWERED, (Part.UNANSWERED,))
    assert talk.pressed(heard, "1") == (heard, ())
    assert talk.pressed(opened, "2")[0].outcome is Outcome.DECLINED


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        *(
            (each, Answer.YES)
            for each in ("はい、承知しました", "受けました", "私が対応します", "了解です", "すぐ折り返します")
        ),
        *(
            (each, Answer.NO)
            for each in ("いいえ", "今ちょっと出られません", "はい、でも今は無理です", "対応しかねます")
        ),
        *(
            (each, Answer.NO)
            for each in ("ほかの人に回してください", "わかりました、あとでやります", "担当じゃないので")
        ),
        *((each, Answer.REPEAT) for each in ("もう一度お願いします", "聞こえません", "え、なんですか")),
        *((each, None) for each in ("はい", "はいはい", "もしもし", "栗本です", "お願いします", "")),
    ],
)
def test_what_counts_as_taking_it(words: str, answer: Answer | None) -> None:
    assert takes(words) is answer
