"""Members' rules: VIPs, the keypad menu, the characters of a name, categories of messages."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.company.rules import Vip
from bot.company.script import Name
from bot.dialogue import handover, menu, vip
from bot.dialogue.actions import Transfer
from bot.dialogue.category import category
from bot.dialogue.events import Began, Digit, Found, HungUp
from bot.dialogue.state import Captured, Facts, State
from tests.dialogues import TUESDAY_AFTERNOON
from tests.grave import EVENING, KAEDE, SMILE, call, ours

KUGA = KAEDE.rules.vips[0]
FIRM = Vip(Name("三好 正", "ミヨシ タダシ"), company="ミドリショウジ", put_through=True)
WITH_FIRM = replace(KAEDE, rules=replace(KAEDE.rules, vips=(KUGA, FIRM)))


def told(name: str, company: str = "", shown: str = "") -> State:
    facts = Facts(Captured(name) if name else None, Captured(company) if company else None)
    return State(facts=facts, began=Began(0.0, "", shown, "test"))


@pytest.mark.parametrize(
    ("state", "who"),
    [
        (told("", shown=KUGA.number), KUGA),
        (told("クガ", shown=KUGA.number), KUGA),
        (told("クガ マサオミ"), KUGA),
        (told("ヒグチ", shown=KUGA.number), None),
        (told("クガ タロウ"), None),
        (told("ミヨシ", "ミドリショージ"), FIRM),
        (told("ミヨシ"), None),
        (told("ミヨシ", "キタヤマコウギョウ"), None),
        (told(""), None),
    ],
)
def test_a_vip_is_known_by_number_or_by_name_and_company(state: State, who: Vip | None) -> None:
    assert vip.vip_of(WITH_FIRM, state) == who
    meeting = replace(state, presence=Found(0.0, "makino", "会議", None))
    assert vip.puts_through(WITH_FIRM, meeting) is (who is not None)
    assert not vip.puts_through(WITH_FIRM, replace(state, presence=Found(0.0, "makino", "出張", None)))
    assert vip.tells_mobile(WITH_FIRM, state) is (who is KUGA)


def test_a_vip_hears_the_company_s_own_words_and_is_not_asked_for_a_name() -> None:
    playing = call(KAEDE, "三枝さんをお願いします", caller=KUGA.number)
    assert ours(playing)[-1] == KUGA.greeting
    assert [phrase.reading for phrase in playing.state.question] == ["クガ様、いつも大変お世話になっております。"]


def test_another_name_on_a_vip_s_line_is_treated_like_any_other() -> None:
    playing = call(KAEDE, "樋口と申します 三枝さんをお願いします", caller=KUGA.number)
    assert KUGA.greeting not in ours(playing)[-1]


def pressed(key: str, at: float = TUESDAY_AFTERNOON, transfers: tuple[str, ...] = ()) -> list[str]:
    playing = call(KAEDE, at=at, transfers=transfers)
    playing.finish()
    playing.feed(Digit(playing.state.at, key))
    return playing.lines


def test_a_key_leads_to_its_extension_while_open_and_to_a_message_else() -> None:
    assert pressed("1")[-1] == "[転送 41 応答]"
    assert "お名前" in pressed("1", at=EVENING)[-1]
    assert "お名前" in pressed("1", transfers=("話し中",))[-1]


def test_a_key_without_an_extension_is_kept_with_its_department() -> None:
    playing = call(KAEDE)
    playing.finish()
    playing.feed(Digit(playing.state.at, "2"))
    assert playing.state.facts.department == Captured("賃貸課", "賃貸課")
    assert ("お選びの番号", "2 お部屋探し") in playing.state.facts.details


def test_the_menu_is_offered_after_two_misses_and_once() -> None:
    playing = call(KAEDE)
    for _ in range(5):
        playing.noise()
    offers = [turn for turn in ours(playing) if "ボタンでもお選び" in turn]
    assert len(offers) == 1
    assert all(item.text.text in offers[0] for item in KAEDE.rules.menu)


def test_a_company_without_a_menu_offers_none() -> None:
    playing = call(SMILE)
    for _ in range(5):
        playing.noise()
    assert not any("ボタンでもお選び" in turn for turn in ours(playing))
    assert not menu.listens(SMILE, playing.state)


def test_a_key_that_leads_nowhere_has_the_menu_told() -> None:
    assert "1番" in pressed("9")[-1]


def test_digits_of_a_number_are_no_choice() -> None:
    playing = call(KAEDE, "契約の更新の件で伝言をお願いします", "江藤です", "はい", "江戸の江に藤です")
    playing.finish()
    for key in "09011112222#":
        playing.feed(Digit(playing.state.at, key))
    assert playing.state.facts.number is not None
    assert playing.state.facts.number.value == "09011112222"


def test_the_characters_of_a_name_are_asked_for_where_the_company_wants_them() -> None:
    lines = ("契約の更新の件で伝言をお願いします", "江藤です", "はい", "江戸の江に藤です")
    playing = call(KAEDE, *lines)
    assert ("漢字", "江戸の江に藤") in playing.state.facts.details
    assert playing.state.facts.company is None
    assert not any("漢字" in turn for turn in ours(call(SMILE, *lines)))


def test_characters_that_are_not_told_are_not_asked_for_again() -> None:
    playing = call(
        KAEDE, "契約の更新の件で伝言をお願いします", "江藤です", "はい", "わかりません", "09011112222です", "はい"
    )
    assert sum("漢字" in turn for turn in ours(playing)) == 1
    assert not any(label == "漢字" for label, _ in playing.state.facts.details)


@pytest.mark.parametrize(
    ("purpose", "name"),
    [
        ("天井から水が漏れています", "水漏れ"),
        ("上の階の足音がうるさい", "騒音"),
        ("家賃のことで", "契約"),
        ("こんにちは", ""),
    ],
)
def test_a_message_has_the_category_whose_words_it_holds(purpose: str, name: str) -> None:
    assert category(KAEDE, Facts(purpose=Captured(purpose))) == name


def test_most_words_win_and_width_does_not_matter() -> None:
    facts = Facts(purpose=Captured("契約と更新のことですが鍵も"))
    assert category(KAEDE, facts) == "契約"
    wide = replace(KAEDE, rules=replace(KAEDE.rules, categories=(("通信", ("Wi-Fi",)),)))
    assert category(wide, Facts(details=(("ご用件", "ｗｉ－ｆｉがつながらない"),))) == "通信"


@given(st.text(max_size=40))
def test_a_category_is_one_of_the_company_s(words: str) -> None:
    assert category(KAEDE, Facts(purpose=Captured(words))) in {"", *(name for name, _ in KAEDE.rules.categories)}
    assert category(SMILE, Facts(purpose=Captured(words))) == ""


def test_it_is_settled_however_the_call_ends() -> None:
    playing = call(KAEDE, "天井から水が漏れています")
    playing.feed(HungUp(playing.state.at, "caller"))
    assert playing.state.facts.category == "水漏れ"


def test_a_vip_is_put_through_to_a_meeting_and_nobody_else_is() -> None:
    meeting = Found(TUESDAY_AFTERNOON, "katagiri", "会議", None)
    for name, rings in (("クガ マサオミ", True), ("ヒグチ", False)):
        facts = Facts(caller_name=Captured(name), staff=Captured("katagiri"))
        move = handover.to_person(KAEDE, State(at=TUESDAY_AFTERNOON, facts=facts, presence=meeting))
        assert (move is not None) is rings
        assert move is None or Transfer("21", KAEDE.transfer_ring_seconds) in move[1]
