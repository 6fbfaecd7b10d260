"""Bookings over the telephone, as properties of any caller and as examples."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.company.load import load_script, vocabulary
from bot.company.rules import KnownBooking
from bot.company.script import Script
from bot.dialogue.actions import Action, Book, CancelBooking, FindBooking, HangUp, Hold, Say
from bot.dialogue.events import Began, Booked, Booking, BookingsFound, Event, Heard, Held, Spoken
from bot.dialogue.spoken_times import moment_words, people
from bot.dialogue.state import BookingAction, Outcome, Phase, State
from bot.dialogue.step import step
from bot.golden import Playing
from bot.opened import open_books
from bot.practice import practice_desk
from nlu.expected import Ask
from nlu.hearing import Hearing
from nlu.meaning import Answer, Meaning, Moment, Reason, Slot, Slots
from tests.desk import Caller, Desk, at_the_desk
from tests.dialogues import SCRIPTS, TUESDAY_AFTERNOON, silent_world

INN = load_script(SCRIPTS / "ryuunoya")
CLINIC = load_script(SCRIPTS / "hidamari")
RULES = INN.rules.reservations
assert RULES is not None
SEATS = replace(INN, rules=replace(INN.rules, reservations=replace(RULES, services=RULES.services[:1])))
"""The inn with one thing to book, so that nobody has to say what."""
BEGAN = Began(TUESDAY_AFTERNOON, INN.numbers[0], "", "test")
NUMBER = "09012345678"

starts = st.sampled_from(["2026-11-25T19:00", "2026-11-27T12:00", "2026-11-28T18:30", "2026-12-01T17:00"])
days = st.sampled_from(["2026-11-25", "2026-11-30", "2026-11-23", "2026-12-01"])


@dataclass
class World:
    """A caller who says what he likes, and a diary that does as it likes."""

    script: Script
    draw: st.DataObject
    state: State = field(default_factory=State)
    last_said: str = ""
    put: dict[str, int] = field(default_factory=dict)
    holds: dict[str, tuple[str, int]] = field(default_factory=dict)
    """hold → (start, party)"""
    asked: Hold | None = None
    found: dict[str, Booking] = field(default_factory=dict)
    booked: dict[str, str] = field(default_factory=dict)
    """key → start, of what was really made, moved or given up."""
    tried: set[str] = field(default_factory=set)
    answered: Heard | None = None
    over: bool = False

    def feed(self, event: Event) -> None:
        waiting = [event]
        while waiting:
            self.state, actions = step(self.script, self.state, waiting.pop(0))
            for action in actions:
                waiting += self.act(action)

    def act(self, action: Action) -> list[Event]:
        at = self.state.at
        match action:
            case Say():
                self.last_said = action.text
                question = "".join(phrase.text for phrase in self.state.question)
                if action.text.endswith(question) and question:
                    self.put[question] = self.put.get(question, 0) + 1
            case Hold():
                self.asked = action
                return [self.held(action)]
            case Book():
                self.check_book(action)
                done = self.draw.draw(st.booleans(), "booked")
                if done:
                    self.booked[action.hold] = self.holds[action.hold][0]
                return [Booked(at, done, action.hold if done else "")]
            case FindBooking():
                size = self.draw.draw(st.integers(0, 2), "found")
                kinds = [("one", "2026-11-28T18:00", True), ("other", "2026-12-02T12:00", False)][:size]
                who = (action.name, action.number)
                made = [Booking(key, "seats", start, 4, *who, able) for key, start, able in kinds]
                self.found = {each.key: each for each in made}
                return [BookingsFound(at, tuple(made))]
            case CancelBooking():
                self.check_yes(action.booking, moment_words(self.found[action.booking].start))
                done = self.draw.draw(st.booleans(), "cancelled")
                if done:
                    self.booked[action.booking] = self.found[action.booking].start
                return [Booked(at, done, action.booking if done else "")]
            case HangUp():
                self.over = True
            case _:
                pass
        return []

    def held(self, action: Hold) -> Held:
        at, bare = self.state.at, "T" not in action.start
        outcome = self.draw.draw(st.sampled_from(["held", "held", "full", "closed", "past", "too soon", ""]), "diary")
        free = tuple(self.draw.draw(st.lists(starts, max_size=3, unique=True), "free"))
        if outcome == "held" and not bare:
            key = f"hold{len(self.holds)}"
            start = self.draw.draw(starts, "place") if action.end else action.start
            self.holds[key] = (start, action.party)
            return Held(at, key, start, asked=action.start)
        return Held(at, "", free=free, why="" if outcome == "held" else outcome, asked=action.start)

    def check_book(self, action: Book) -> None:
        """Never but after a yes to that very place, and to who it is for."""
        start, party = self.holds[action.hold]
        assert action.hold == max(self.holds, key=lambda key: int(key.removeprefix("hold"))), "a hold that was given up"
        moved = [each for each in self.found.values() if self.asked and each.key == self.asked.moving]
        words = [moment_words(start)]
        if not moved:
            words += [people(party), action.name]
        elif moved[0].party != party:
            words.append(people(party))
        self.check_yes(action.hold, *words)

    def check_yes(self, key: str, *words: str) -> None:
        if key not in self.tried:
            assert self.answered is not None
            assert self.answered.meaning.answer is Answer.YES
            for each in words:
                assert each in self.last_said, (each, self.last_said)
        self.tried.add(key)

    def hear(self, meaning: Meaning) -> None:
        self.feed(Spoken(self.state.at + 1))
        heard = Heard(
            self.state.at + 2, Hearing.of(meaning.moment.text if meaning.moment else "…"), meaning, (0.0, 1.0)
        )
        self.answered = heard
        self.feed(heard)


def slot(*values: str) -> st.SearchStrategy[Slot | None]:
    return st.none() | st.builds(Slot, st.sampled_from(values))


bookings = st.sampled_from(
    [Reason.RESERVATION_NEW, Reason.RESERVATION_NEW, Reason.RESERVATION_CHANGE, Reason.RESERVATION_CANCEL]
)
moments = st.none() | st.builds(
    Moment,
    starts | days,
    st.just(""),
    st.sampled_from(["", "", "", "past", "no such day", "weekday differs"]),
    st.sampled_from(["来週の火曜の夜七時", "七時", "火曜日"]),
)
told = st.builds(
    Slots,
    caller_name=slot("ヤマダ", "ヤマモト"),
    number=slot(NUMBER, "0312345678", "0901234", ""),
    party=slot("2", "4", "30"),
)
meanings = st.builds(
    Meaning,
    answer=st.sampled_from([None, None, Answer.YES, Answer.YES, Answer.YES, Answer.NO, Answer.CORRECT, Answer.REFUSE]),
    slots=told,
    moment=moments,
)
openings = st.builds(Meaning, reason=bookings, slots=told, moment=moments, confidence=st.just(0.9))
callers = st.tuples(openings, st.lists(meanings, max_size=14), st.data())
Call = tuple[Meaning, list[Meaning], st.DataObject]


def converse(script: Script, opening: Meaning, answers: list[Meaning], draw: st.DataObject) -> World:
    world = World(script, draw)
    world.feed(BEGAN)
    for meaning in (opening, *answers):
        if world.state.phase is not Phase.TALKING:
            break
        world.hear(meaning)
    return world


@given(callers)
@settings(max_examples=100, deadline=None)
def test_nothing_is_booked_but_after_a_yes_to_that_very_place(
    call: Call,
) -> None:
    world = converse(SEATS, *call)
    fact = world.state.facts.booking
    if fact is None:
        assert not world.booked
        return
    assert world.booked[fact.key] == fact.start
    assert world.state.outcome is Outcome.RESERVED
    assert moment_words(fact.start) in world.last_said
    assert "承りました" in world.last_said


@given(callers)
@settings(max_examples=80, deadline=None)
def test_no_question_about_a_booking_is_put_a_third_time(call: Call) -> None:
    world = converse(CLINIC, *call)
    assert all(times <= 2 for times in world.put.values()), world.put


@given(callers)
@settings(max_examples=40, deadline=None)
def test_silence_ends_every_call_about_a_booking(call: Call) -> None:
    world = converse(SEATS, *call)
    state = world.state
    if state.phase is Phase.TALKING:
        done = silent_world(SEATS, state)
        assert any(isinstance(action, HangUp) for action in done)
        assert not any(isinstance(action, Book | CancelBooking) for action in done)


def played(script: Script, *words: str, shown: str = "") -> Playing:
    """That caller, at a diary that holds what the script brings along."""
    with practice_desk(script, TUESDAY_AFTERNOON) as desk:
        playing = Playing(script, vocabulary(script), desk)
        playing.feed(replace(BEGAN, called=script.numbers[0], caller=shown))
        for each in words:
            playing.hear(each)
    return playing


def test_the_number_on_the_line_finds_the_callers_own_booking() -> None:
    playing = played(CLINIC, "予約を取り消したいんですが 沢田です", "はい", shown="09087654321")
    fact = playing.state.facts.booking
    assert fact is not None
    assert (fact.action, fact.start) == (BookingAction.CANCEL, "2026-11-27T15:30")


def test_nothing_is_told_of_a_booking_under_another_number() -> None:
    playing = played(CLINIC, "予約を取り消したいんですが 沢田です", "03の9999の8888です", "090の7777の6666です")
    assert not any("十一月二十七日" in line or "三時半" in line for line in playing.lines)
    assert playing.state.facts.booking is None
    assert playing.state.facts.callback_promised


def test_a_weekday_that_differs_is_asked_about() -> None:
    playing = played(INN, "十一月二十八日の金曜日の七時に四名で席を予約したいんですが", "はい")
    assert "十一月二十八日土曜日でよろしいでしょうか" in "".join(playing.lines)
    assert playing.state.draft is not None
    assert playing.state.draft.day == "2026-11-28"


@pytest.mark.parametrize(("wish", "most"), [("お席だけ二十二名", "二十名様"), ("宴会を二十五名", "二十四名様")])
def test_more_than_there_are_places_for_are_told_how_many_may_come(wish: str, most: str) -> None:
    playing = played(INN, f"十一月二十八日の六時に{wish}で予約したいんですが")
    assert f"お電話口では{most}までのご予約を承っております。" in playing.lines[-1]


def test_a_wish_for_a_human_breaks_into_a_booking() -> None:
    playing = played(INN, "明日の七時に四名で席を予約したいんですが", "機械じゃなくて人と話したいんですけど")
    assert playing.state.facts.callback_promised
    assert playing.state.phase is Phase.TALKING


async def books_and_leaves(caller: Caller) -> None:
    await caller.answer("明日の七時に四名で宴会の予約をお願いします、山田です、番号は090の1111の2222です。")
    await caller.hear_out()
    caller.far.hang_up()


def test_a_call_that_breaks_frees_the_place_it_held(tmp_path: Path) -> None:
    async def test(desk: Desk) -> None:
        books = open_books(desk.store, {INN.key: INN}, desk.now())
        desk.house = replace(desk.house, books=books)
        call_id, _ = await desk.call(books_and_leaves, called=INN.key)
        held = [what for what in desk.journal(call_id) if isinstance(what, Held)]
        assert held[-1].hold
        other = books[INN.key].answer(Hold("party", held[-1].start, party=4), "another call", desk.now())
        assert isinstance(other, Held)
        assert other.start == held[-1].start

    at_the_desk(tmp_path, test, INN)


@pytest.mark.parametrize(
    ("booked", "said", "found"),
    [
        ("サワダ ヨウコ", "沢田", "サワダヨウコ"),
        ("サワダヨウコ", "沢田", "サワダヨウコ"),
        ("サワダ", "沢田", "サワダ"),
        ("サワダ", "沢田陽子", "サワダヨウコ"),
    ],
)
@pytest.mark.parametrize("wish", ["予約を取り消したいんですが", "予約を月曜の十時に変えてもらいたいんですけど"])
def test_whose_booking_it_is_is_told_by_the_full_name_where_the_caller_gave_the_family_name(
    booked: str, said: str, found: str, wish: str
) -> None:
    rules = CLINIC.rules.reservations
    assert rules is not None
    known = KnownBooking(booked, "090-8765-4321", "2026-11-27T15:30")
    clinic = replace(CLINIC, rules=replace(CLINIC.rules, reservations=replace(rules, known=(known,))))
    playing = played(clinic, f"{said}と申します。{wish}", "090の8765の4321です")
    name = playing.state.facts.caller_name
    assert name is not None
    assert name.value == found
    assert playing.state.draft is not None
    assert playing.state.draft.old is not None


def test_nobody_is_named_whose_booking_has_another_number() -> None:
    playing = played(CLINIC, "沢田と申します。予約を取り消したいんですが", "03の9999の8888です")
    assert playing.state.facts.caller_name is not None
    assert playing.state.facts.caller_name.value == "サワダ"


@pytest.mark.parametrize(
    ("script", "words", "answer"),
    [
        (CLINIC, ("予約を変更したいんですが 沢田です", "はい", "土曜日って何時までやってましたっけ"), "土曜は午前のみ"),
        (CLINIC, ("予約を変更したいんですが 沢田です", "はい", "駐車場ってありましたっけ"), "四台分の駐車場"),
        (INN, ("席を予約したいんですが", "駐車場ってありましたっけ"), "六台分の駐車場"),
        (INN, ("金曜に四名で席を予約したいんですが", "ラストオーダーは何時でしたっけ"), "午後十一時まで"),
    ],
)
def test_what_is_asked_amid_a_booking_is_no_wish_for_a_day(script: Script, words: tuple[str, ...], answer: str) -> None:
    playing = played(script, *words, shown="09087654321")
    assert answer in playing.lines[-1]
    assert playing.state.expected is not None
    assert playing.state.expected.ask is Ask.WHEN
