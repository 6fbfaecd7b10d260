"""The simulated caller's mind: what it takes the receptionist's words for, and what it then says."""

from __future__ import annotations

import tomllib
from collections import defaultdict
from pathlib import Path

import pytest
from pydantic import TypeAdapter

from bot.company.load import load_script
from bot.company.script import Script
from bot.rehearsal.book import book_of, slip
from bot.rehearsal.caller import Memory, answer, kind_of
from bot.rehearsal.plan import Plan, WrittenPlan, load_plan
from nlu import phone

SCRIPTS = Path(__file__).parent.parent / "scripts"
URGENT = load_plan(SCRIPTS / "smile" / "rehearsals" / "urgent.toml")
SAIDO = load_plan(SCRIPTS / "smile" / "rehearsals" / "saido.toml")
COMPANIES = [load_script(path.parent) for path in sorted(SCRIPTS.glob("*/script.toml"))]

KINDS = {
    "ask_wish": "purpose",
    "ask_caller": "caller",
    "ask_name": "name",
    "ask_name_kana": "kana",
    "ask_company": "company",
    "confirm_caller": "confirm_caller",
    "offer_caller_id": "caller_id",
    "ask_number": "number",
    "ask_number_buttons": "buttons",
    "ask_number_rest": "rest",
    "confirm_number": "confirm_number",
    "ask_purpose": "purpose",
    "ask_staff_which": "staff",
    "transfer": "wait",
    "offer_email": "offer_email",
    "tell_email": "echo",
    "spell_email": "echo",
    "offer_callback": "offer_callback",
    "hold": "wait",
    "line_far": "far",
    "silence_1": "far",
    "silence_2": "far",
    "record_intro": "record",
    "broke": "wait",
    **dict.fromkeys(("transfer_failed", "hold_end", "broke_end", "greeting", "identity", "understood"), ""),
    **dict.fromkeys(("unknown_staff", "role_staff", "away", "email_", "honest", "closing"), ""),
}
"""What each of the receptionist's wordings asks, "" nothing; one that begins alike (…_again) asks the same."""
PLACES = {
    "company": "スマイル精工",
    "caller": "スマイル企画のエガワ",
    "caller_name": "エガワ",
    "caller_company": "スマイル企画",
    "number": "012-3456-7890",
    "staff": "栗本",
    "state": "出張",
    "back": "明日の午前八時半",
    "email": "kurimoto@smilecorp.example",
    "spelling": "kurimoto@smilecorp.example",
    "choices": "営業部の佐藤美咲と、サポート課の佐藤浩二",
}


def changed(plan: Plan, **tables: dict[str, object]) -> Plan:
    """The same plan with other tables."""
    written = tomllib.loads(plan.path.read_text("utf-8"))
    return Plan(plan.path, plan.company, TypeAdapter(WrittenPlan).validate_python(written | tables))


def with_manners(plan: Plan, **manners: object) -> Plan:
    return changed(plan, manners=manners)


def said(plan: Plan, *words: str) -> list[str]:
    """Keys of the replies to these words, one after the other."""
    memory, keys = Memory(), []
    for each in words:
        memory, reply = answer(plan, memory, each)
        keys.append(reply.key)
    return keys


@pytest.mark.parametrize("script", COMPANIES, ids=lambda script: script.key)
def test_the_caller_knows_what_every_wording_asks(script: Script) -> None:
    wrong = {}
    for key, texts in script.wording.items():
        known = max((name for name in KINDS if key.startswith(name)), key=len, default=None)
        if known is None:
            continue
        for text in texts:
            found = kind_of(text.format_map(defaultdict(lambda: "栗本", PLACES)))
            if found != KINDS[known]:
                wrong[text] = found
    assert not wrong


def test_the_last_question_of_a_turn_is_the_one_that_is_answered() -> None:
    assert (
        kind_of("恐れ入ります、お電話が少し遠いようです。もう一度、お電話番号をゆっくりお願いいたします。") == "number"
    )
    assert kind_of("かしこまりました。ご用件を承り、申し伝えます。恐れ入りますが、お名前をお願いいたします。") == "name"


def test_the_call_begins_with_the_opening_and_ends_with_thanks() -> None:
    assert said(URGENT, "お電話ありがとうございます。スマイル精工でございます。") == ["opening"]
    _, reply = answer(URGENT, Memory(), "それでは、栗本に申し伝えます。お電話ありがとうございました。失礼いたします。")
    assert (reply.key, reply.over) == ("bye", True)


@pytest.mark.parametrize(
    ("read", "key"),
    [
        ("スマイル企画のエガワ", "yes_right"),
        ("スマイルキカクのエガワ", "yes_right"),
        ("株式会社スマイル企画のエガワ", "yes_right"),
        ("スマイル企画のエカワ", "fix_name"),
        ("マイル企画のエガワ", "fix_company"),
        ("マイル企画のエカワ", "fix_caller"),
        ("エガワ", "yes_right"),
        ("イガワ", "fix_name"),
    ],
)
def test_name_and_company_are_held_against_its_own(read: str, key: str) -> None:
    assert said(URGENT, f"いつもお世話になっております。{read}様でいらっしゃいますね。") == [key]
    assert said(
        URGENT,
        f"{read}様でよろしければ、はい、とお答えください。違っておりましたら、もう一度お名前をお願いいたします。",
    ) == [key]


def test_a_known_confusion_is_corrected_by_name() -> None:
    assert said(SAIDO, "青葉商事のサイトウ様でいらっしゃいますね。") == ["fix_mistaken"]
    assert said(SAIDO, "青葉商事のサイドウ様でいらっしゃいますね。") == ["yes_right"]
    assert book_of(SAIDO, 1)["fix_mistaken"].text == "いえ、サイトウではなく、サイドウです。"


def test_nobody_corrects_for_ever() -> None:
    keys = said(URGENT, *["スマイル企画のイガワ様でいらっしゃいますね。"] * 5)
    assert keys == ["fix_name"] + ["fix_name_again"] * 2 + ["denies"] * 2


@pytest.mark.parametrize(
    ("read", "key"),
    [
        ("012-3456-7890", "yes_right"),
        ("012-3456-7990", "fix_number:2"),
        ("012-3556-7890", "fix_number:1"),
        ("012-3556-7990", "fix_number"),
        ("0123-45-6789", "fix_number"),
        ("0123456789", "fix_number"),
    ],
)
def test_a_wrong_number_is_put_right_by_its_part_or_whole(read: str, key: str) -> None:
    assert said(URGENT, f"復唱いたします。{read}。以上でよろしいでしょうか。") == [key]
    assert key in book_of(URGENT, 1)


def test_whoever_corrects_itself_first_gives_the_wrong_figure() -> None:
    plan = with_manners(URGENT, corrects_itself=True)
    wrong = phone.written(slip(plan.written.caller.number))
    ask, read = "お電話番号をお願いいたします。", "復唱いたします。{}。以上でよろしいでしょうか。"
    assert wrong == "012-3456-7893"
    assert said(plan, ask, read.format(wrong), read.format("012-3456-7890")) == ["slip", "fix_last", "yes_right"]
    assert book_of(plan, 1)["fix_last"].text == "いえ、最後は0です。"


def test_an_address_is_repeated_and_a_strange_one_only_acknowledged() -> None:
    told = "それでは申し上げます。{}。念のため、ご復唱をお願いできますでしょうか。"
    own, other = told.format("kurimoto@smilecorp.example"), told.format("ono@smilecorp.example")
    assert said(URGENT, own) == ["echo"]
    assert said(URGENT, other) == ["yes_right"]
    assert said(with_manners(URGENT, repeats_wrongly=True), own, own) == ["echo_wrong", "echo"]
    book = book_of(URGENT, 1)
    assert book["echo"].pieces[0].spoken != book["echo_wrong"].pieces[0].spoken


def test_wishes_decide_about_offers() -> None:
    offers = ("栗本のメールアドレスをご案内いたしましょうか。", "栗本から折り返しお電話を差し上げましょうか。")
    number = "折り返しのお電話番号は、今おかけの番号でよろしいでしょうか。"
    assert said(URGENT, *offers, number) == ["yes_please", "yes_please", "caller_id_yes"]
    unwilling = changed(URGENT, wishes={"email": False, "callback": False, "caller_id": False})
    assert said(unwilling, *offers, number) == ["no_thanks", "no_thanks", "caller_id_no"]


def test_asked_again_it_says_the_last_thing_again_and_keeps_quiet_when_told_to_wait() -> None:
    keys = said(
        URGENT, "御社名を伺えますでしょうか。", "恐れ入ります、お電話が少し遠いようです。", "少々お待ちくださいませ。"
    )
    assert keys == ["company", "company", ""]


def test_whoever_was_silent_begins_with_the_opening() -> None:
    greeting, again = (
        "お電話ありがとうございます。",
        "もしもし、お電話はつながっておりますでしょうか。どのようなご用件でしょうか。",
    )
    assert said(with_manners(URGENT, silent=1), greeting, again, again) == ["", "opening", "purpose"]


def test_silence_and_mumbling_last_as_long_as_the_manners_say() -> None:
    ask = "お名前をお願いいたします。"
    assert said(with_manners(URGENT, silent=2), ask, ask, ask) == ["", "", "name"]
    memory, mumbled = Memory(), []
    for words in (ask, ask, "御社名を伺えますでしょうか。"):
        memory, reply = answer(with_manners(URGENT, mumbles=1), memory, words)
        mumbled.append(reply.mumbled)
    assert mumbled == [True, False, True]


def test_push_buttons_are_pressed() -> None:
    _, reply = answer(URGENT, Memory(), "お電話のボタンで番号を押して、最後にシャープを押してください。")
    assert (reply.key, reply.press) == ("", "01234567890#")


def test_the_seed_varies_the_wording_and_nothing_else() -> None:
    assert book_of(URGENT, 1) == book_of(URGENT, 1)
    assert len({book_of(URGENT, seed)["opening"].text for seed in range(20)}) == len(URGENT.written.caller.opening)
    assert {key for seed in range(5) for key in book_of(URGENT, seed)} == set(book_of(URGENT, 9))


def test_hesitation_puts_pauses_into_answers_and_none_into_others() -> None:
    book = book_of(with_manners(URGENT, hesitates=True), 1)
    assert len([piece for piece in book["number"].pieces if piece.pause]) == 2
    assert "".join(piece.spoken for piece in book["number"].pieces).endswith(("です。", "になります。"))
    assert len(book["yes_right"].pieces) == 1
