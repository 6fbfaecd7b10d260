"""Whole calls scored: how a written call is played, how its end is judged, and how the command tells of it."""

from __future__ import annotations

import copy
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from bot.__main__ import app
from bot.dialogue.state import BookingAction, BookingFact, Captured, Facts, Outcome, State
from bot.judge_dialogues import plain, wrong
from bot.members import load_members
from bot.rules import SalesPolicy
from bot.score_dialogues import as_json, score_dialogues
from bot.script import Script
from bot.simulated_caller import Memory, Reply, answer
from bot.simulated_questions import kind_of
from bot.simulated_turns import Role, role_of
from nlu.meaning import Ask, Expected, Reason
from nlu.score.lines import FolderError
from nlu.train.split import dialogue_held_out
from tests.written_members import members_file

COMMON = Path(__file__).parent.parent / "scripts" / "common.toml"

MESSAGE: dict[str, Any] = {
    "id": "d0101",
    "company": "hinode",
    "now": "2026-11-24T14:10",
    "caller_id": "",
    "goal": "出張中の店長に折り返しを頼む",
    "caller": {
        "name": "額縁の和田の和田です",
        "company": "額縁の和田",
        "number": "03の5512の3488です",
        "purpose": "額の寸法を決めたい",
        "staff": "店長の三宅さん",
    },
    "turns": [
        "額縁の和田の和田ですが、三宅店長はいらっしゃいますか",
        "あ、出張ですか。それでは折り返しお電話をいただけますか",
        "額の寸法を決めたいという件です",
        "03の5512の3488です",
        "はい、合っています",
        "よろしくお願いします",
    ],
    "expect": {
        "reason": "person",
        "outcome": "message",
        "report": True,
        "caller_name": "ワダ",
        "company": "",
        "number": "0355123488",
        "staff": "ミヤケ",
        "urgent": False,
        "start": "",
        "party": 0,
        "must_say": ["出張", "25日|明日|二十五日"],
        "must_not_say": ["090-1111-0042"],
    },
}
BOOKING: dict[str, Any] = {
    **MESSAGE,
    "id": "d0103",
    "caller": {
        "name": "野村です",
        "number": "0312340000です",
        "when": "十二月二日の十一時",
        "party": "三人です",
        "first": "初めてです",
    },
    "turns": ["撮影の予約をしたいんですが", "十時は空いてますか", "じゃあ十一時でお願いします", "はい、大丈夫です"],
    "expect": {
        **MESSAGE["expect"],
        "reason": "reservation_new",
        "outcome": "reserved",
        "caller_name": "ノムラ",
        "number": "0312340000",
        "staff": "",
        "start": "2026-12-02T11:00",
        "party": 3,
        "must_say": [],
        "must_not_say": [],
    },
}
SELLER: dict[str, Any] = {
    **MESSAGE,
    "id": "d0105",
    "caller": {
        "name": "西尾です",
        "company": "トナー本舗",
        "number": "03の1111の2222です",
        "purpose": "トナーのご案内",
    },
    "turns": ["トナーのご案内です", "一分だけお時間をいただけませんか", "では失礼します"],
    "expect": {**MESSAGE["expect"], "reason": "sales", "outcome": "refused_sales", "report": False},
}


@pytest.fixture
def hinode(tmp_path: Path) -> Script:
    return load_members(members_file(tmp_path), COMMON)["hinode"]


def taken(**changes: Any) -> State:
    """The call of `MESSAGE` as it should end."""
    facts = Facts(
        caller_name=Captured("ワダ"),
        company=Captured("ガクブチノワダ", "額縁の和田"),
        number=Captured("0355123488"),
        staff=Captured("miyake"),
        reason=Reason.PERSON,
    )
    outcome = changes.pop("outcome", Outcome.MESSAGE)
    return State(facts=replace(facts, **changes), outcome=outcome)


SAID = ("三宅は、出張のため席を外しております。", "明日の午前九時に戻る予定でございます。")


def test_a_call_as_expected_passes(hinode: Script) -> None:
    assert wrong(MESSAGE, hinode, taken(), SAID) == []


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"reason": Reason.CALLBACK}, "reason: wanted person, found callback"),
        ({"outcome": Outcome.RECORDED}, "outcome: wanted message, found recorded"),
        ({"outcome": None}, "outcome: wanted message, found unfinished"),
        ({"urgent": True}, "urgent: wanted False, found True"),
        ({"caller_name": Captured("ワタ")}, "caller_name: wanted ワダ, found ワタ"),
        ({"caller_name": None}, "caller_name: wanted ワダ, found none"),
        ({"number": Captured("0355123489")}, "number: wanted 0355123488, found 0355123489"),
        ({"staff": Captured("kozuka")}, "staff: wanted ミヤケ, found コヅカ"),
    ],
)
def test_what_is_otherwise_is_named(hinode: Script, changes: dict[str, Any], complaint: str) -> None:
    assert complaint in wrong(MESSAGE, hinode, taken(**changes), SAID)


def expecting(row: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {**row, "expect": {**row["expect"], **changes}}


def test_alternatives_will_do(hinode: Script) -> None:
    assert wrong(expecting(MESSAGE, caller_name="ワタ|ワダ", staff="店長|社長"), hinode, taken(), SAID) == []
    either = expecting(MESSAGE, reason="callback", reason_ok=["person"], outcome="answered", outcome_ok="message|sold")
    assert wrong(either, hinode, taken(), SAID) == []


def test_a_company_counts_by_its_sound(hinode: Script) -> None:
    assert wrong(expecting(MESSAGE, company="ガクブチノワダ"), hinode, taken(), SAID) == []
    long = taken(company=Captured("ナカノガクブチセイサクショー", "中野額縁製作所"))
    assert wrong(expecting(MESSAGE, company="ナカノガクブチセイサクショ"), hinode, long, SAID) == []
    assert wrong(expecting(MESSAGE, company="ナカガワシャシン"), hinode, taken(), SAID) == [
        "company: wanted ナカガワシャシン, found ガクブチノワダ"
    ]


def test_where_no_number_is_expected_the_lines_own_is_right(hinode: Script) -> None:
    row = expecting({**MESSAGE, "caller_id": "0312345678"}, number="")
    for number in ("", "0312345678", "0355123488"):
        assert wrong(row, hinode, taken(number=Captured(number)), SAID) == []
    assert wrong(row, hinode, taken(number=Captured("0399999999")), SAID) == ["number: wanted none, found 0399999999"]


def test_words_are_compared_with_their_figures_as_digits(hinode: Script) -> None:
    assert plain("0564-22-8135 午後三時半 二十五日 三十万円") == "0564228135午後3時半25日300000円"
    row = expecting(MESSAGE, must_say=["03-5512-3488"], must_not_say=["小塚|090"])
    assert wrong(row, hinode, taken(), ("復唱いたします。03-5512-3488。",)) == []
    assert wrong(row, hinode, taken(), ("0355123489", "〇九〇", "三宅")) == [
        "must_say: 03-5512-3488",
        "must_not_say: 小塚|090",
    ]
    assert wrong(row, hinode, taken(), ("03-5512", "3488", "090")) == [
        "must_say: 03-5512-3488",
        "must_not_say: 小塚|090",
    ], "words of several turns do not make one"


def test_a_booking_must_be_the_one_wanted(hinode: Script) -> None:
    booking = BookingFact(BookingAction.NEW, "1", "booking", "2026-12-02T11:00", 3)
    state = taken(
        caller_name=Captured("ノムラ"),
        number=Captured("0312340000"),
        reason=Reason.RESERVATION_NEW,
        booking=booking,
        outcome=Outcome.RESERVED,
    )
    assert wrong(BOOKING, hinode, state, ()) == []
    other = replace(state, facts=replace(state.facts, booking=replace(booking, start="2026-12-02T10:00", party=2)))
    assert wrong(BOOKING, hinode, other, ()) == [
        "start: wanted 2026-12-02T11:00, found 2026-12-02T10:00",
        "party: wanted 3, found 2",
    ]


def test_a_refused_seller_need_not_have_said_who_calls(hinode: Script) -> None:
    row = expecting(SELLER, caller_name="ニシオ", company="トナーホンポ", must_say=[], number="")
    refused = State(facts=Facts(reason=Reason.SALES), outcome=Outcome.REFUSED)
    assert wrong(row, hinode, refused, ("お断りしております",)) == []
    assert "outcome: wanted refused_sales, found message" in wrong(row, hinode, taken(), ())


def test_a_report_must_be_there_where_one_is_needed(hinode: Script) -> None:
    refused = State(facts=Facts(reason=Reason.SALES), outcome=Outcome.REFUSED)
    wanted = expecting(SELLER, report=True, must_say=[], number="")
    assert wrong(wanted, hinode, refused, ()) == [], "this company wants sales calls reported"
    quiet = replace(hinode, rules=replace(hinode.rules, sales=replace(hinode.rules.sales, policy=SalesPolicy.REFUSE)))
    assert wrong(wanted, quiet, refused, ()) == ["report: wanted one, found none"]
    assert wrong(expecting(MESSAGE, report=False), hinode, taken(), SAID) == [], "a report that none needs is no error"


def said(role: Role, words: str, asked: Expected | Ask | None = None, memory: Memory | None = None) -> Reply:
    expected = Expected(asked) if isinstance(asked, Ask) else asked
    return answer(role, memory or Memory(), words, expected)[1]


ROLE = role_of(MESSAGE)


@pytest.mark.parametrize(
    ("words", "ask", "reply"),
    [
        ("お電話番号をお願いいたします。", Ask.NUMBER, "03の5512の3488です"),
        ("どういったご用件でしょうか。", Ask.PURPOSE, "額の寸法を決めたいという件です"),
        ("折り返しお電話を差し上げましょうか。", Ask.OFFER, "あ、出張ですか。それでは折り返しお電話をいただけますか"),
        ("はい、か、いいえ、でお答えください。", Ask.OFFER, "はい、お願いします"),
        ("三宅のメールアドレスをご案内いたしましょうか。はい、か、いいえ、で。", Ask.OFFER, "いえ、結構です"),
        ("お名前をお願いいたします。", Ask.NAME, "額縁の和田の和田です"),
        ("御社名をお願いいたします。", Ask.COMPANY, "額縁の和田"),
        ("どちらの者でしょうか。", Ask.STAFF, "店長の三宅さん"),
        ("一文字ずつお願いいたします。", Ask.KANA, "ワ、ダ"),
    ],
)
def test_the_caller_answers_what_it_is_asked(words: str, ask: Ask, reply: str) -> None:
    assert said(ROLE, words, ask).text == reply


def test_a_line_is_said_once_and_then_the_fact_plainly() -> None:
    memory, first = answer(ROLE, Memory(), "お電話番号をお願いいたします。", Expected(Ask.NUMBER))
    memory, again = answer(ROLE, memory, "もう一度お願いいたします。", Expected(Ask.NAME))
    _, plainly = answer(ROLE, memory, "もう一度、お名前をお願いいたします。", Expected(Ask.NAME))
    assert (first.text, again.text, plainly.text) == ("03の5512の3488です", "額縁の和田の和田です", "ワダです")


def test_the_caller_corrects_what_is_read_back_wrongly_and_gives_in_at_last() -> None:
    right = Expected(Ask.CONFIRM_NUMBER, number="0355123488")
    assert said(ROLE, "03-5512-3488。以上でよろしいでしょうか。", right).text == "はい、合っています"
    false = Expected(Ask.CONFIRM_NUMBER, number="0355123489")
    memory, replies = Memory(), []
    for _ in range(4):
        memory, reply = answer(ROLE, memory, "03-5512-3489。以上でよろしいでしょうか。", false)
        replies.append(reply.text)
    assert replies[:3] == ["いえ、違います。03の5512の3488です"] * 3
    assert replies[3].startswith("はい")
    name = Expected(Ask.CONFIRM_CALLER, name="ワタ", company="ガクブチノワダ")
    assert said(ROLE, "ワタ様でいらっしゃいますね。", name).text == "いえ、ワダです"
    assert said(ROLE, "ワダ様でいらっしゃいますね。", replace(name, name="ワダ")).text == "はい"
    firm = Expected(Ask.CONFIRM_CALLER, name="ワダ", company="ハクブツカン")
    assert said(ROLE, "ワダ様でいらっしゃいますね。", firm).text == "いえ、額縁の和田です"


def test_a_time_that_is_read_back_is_held_against_the_one_wanted() -> None:
    role = role_of(BOOKING)
    full = "十二月二日の午前十時は埋まっております。午前十一時でしたら空いておりますが、いかがでしょうか。"
    assert said(role, full, Ask.OFFER).text == "じゃあ十一時でお願いします"
    read = "十二月二日水曜日、午前十一時、三名様でよろしいでしょうか。"
    assert said(role, read, Ask.OFFER, Memory(frozenset({0, 1, 2}))).text == "はい、大丈夫です"
    wrong_party = "十二月二日水曜日、午前十一時、二名様でよろしいでしょうか。"
    assert said(role, wrong_party, Ask.OFFER, Memory(frozenset({0, 1, 2}))).text != "はい、大丈夫です"
    wrong_day = "十二月三日木曜日、午前十一時、三名様でよろしいでしょうか。"
    assert "十二月二日" in said(role, wrong_day, Ask.OFFER, Memory(frozenset({0, 1, 2, 3}))).text
    assert said(role, "初めての方でいらっしゃいますか。", Ask.DETAIL).text == "初めてです"
    assert said(role, "何名様でしょうか。", Ask.PARTY).text == "三人です"


def test_the_caller_does_not_say_the_same_for_ever() -> None:
    memory, replies = Memory(), []
    for _ in range(6):
        memory, reply = answer(ROLE, memory, "どちらの者でしょうか。", Expected(Ask.STAFF))
        replies.append(reply)
    assert [reply.text for reply in replies[:3]] == ["店長の三宅さん"] * 3
    assert replies[3] == Reply("staff", "もう結構です", over=True)


def test_a_question_that_is_put_back_is_the_one_that_was_asked_or_not() -> None:
    asked = Memory(last="焼き増しって一枚おいくらなんですか")
    offer = "恐れ入ります、『{}』とのお尋ねでよろしいでしょうか。"
    assert said(ROLE, offer.format("焼き増しの料金を教えてください"), Ask.OFFER, asked).text == "はい、そうです"
    assert said(ROLE, offer.format("駐車場はありますか"), Ask.OFFER, asked).text == f"いえ、{asked.last}"
    plainly = "恐れ入りますが、焼き増しはいくらですか、とのお尋ねでよろしいでしょうか。"
    assert said(ROLE, plainly, Ask.OFFER, asked).text == "はい、そうです"


def test_which_number_the_caller_lets_be_used() -> None:
    offer = "今おかけの番号でよろしいでしょうか。"

    def reply(number: str, policy: str, shown: str = "0312345678") -> str:
        caller = {**MESSAGE["caller"], "number": number} | ({"number_policy": policy} if policy else {})
        row = {**MESSAGE, "caller": caller, "caller_id": shown, "turns": MESSAGE["turns"][:1]}
        return said(role_of(expecting(row, number="" if policy else "0355123488")), offer, Ask.CALLER_ID).text

    assert reply("03の5512の3488です", "") == "いえ、03の5512の3488です"
    assert reply("03の5512の3488です", "", shown="0355123488") == "はい、それでお願いします"
    assert reply("今かけている番号です", "caller_id") == "はい、それでお願いします"
    assert reply("言いたくありません", "refuse") == "言いたくありません"


def test_the_caller_presses_its_number_where_it_is_asked_to() -> None:
    asked = "お手数ですが、お電話のボタンで番号を押して、最後にシャープを押してください。"
    assert said(ROLE, asked, Ask.NUMBER) == Reply("buttons", press="0355123488#")


def test_who_sells_insists_and_others_hang_up() -> None:
    bye = "お電話ありがとうございました。失礼いたします。"
    assert said(ROLE, bye, Ask.CLOSING) == Reply("closing", "よろしくお願いします", over=True)
    seller = role_of(SELLER)
    memory, first = answer(seller, Memory(), bye, Expected(Ask.CLOSING))
    _, last = answer(seller, memory, bye, Expected(Ask.CLOSING))
    assert first == Reply("closing", "一分だけお時間をいただけませんか")
    assert last == Reply("closing", "では失礼します", over=True)


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("かしこまりました。お電話番号をお願いいたします。", "number"),
        ("和田様でいらっしゃいますね。", "confirm"),
        ("03-5512-3488。以上でよろしいでしょうか。", "confirm"),
        ("ほかにご不明な点はございますか。", "more"),
        ("お電話ありがとうございました。失礼いたします。", "closing"),
        ("何名様でいらっしゃいますか。", "party"),
        ("三宅から折り返しお電話を差し上げましょうか。", "offer"),
        ("", "silence"),
    ],
)
def test_the_question_is_known_by_its_words_alone(words: str, kind: str) -> None:
    assert kind_of(words, None) == kind


@settings(deadline=None)
@given(st.lists(st.tuples(st.text(max_size=20), st.none() | st.sampled_from(Ask)), max_size=12))
def test_no_words_make_the_caller_fall_over(turns: list[tuple[str, Ask | None]]) -> None:
    for row in (MESSAGE, BOOKING, SELLER):
        role, memory = role_of(row), Memory()
        for words, ask in turns:
            memory, _ = answer(role, memory, words, Expected(ask) if ask else None)
        said_lines = [number for number in memory.said if number]
        assert len(said_lines) < len(role.lines), "no line is said twice"


def folder_of(folder: Path, *rows: dict[str, Any]) -> Path:
    members_file(folder)
    lines = [json.dumps(row, ensure_ascii=False) for row in rows]
    (folder / "dialogues.jsonl").write_text("\n".join(lines), encoding="utf-8")
    return folder


def test_a_call_is_played_and_judged(tmp_path: Path) -> None:
    failing = expecting({**MESSAGE, "id": "d0110"}, staff="コヅカ")
    good, bad = score_dialogues(folder_of(tmp_path, MESSAGE, failing), COMMON)
    assert good.passed, (good.wrong, good.transcript)
    assert bad.wrong == ("staff: wanted コヅカ, found ミヤケ",)
    assert "客> 03の5512の3488です" in good.transcript
    result = as_json([good, bad])
    assert (result["n"], result["passed"], result["pass_rate"]) == (2, 1, 0.5)
    (failure,) = result["failures"]
    assert (failure["id"], failure["wrong"]) == ("d0110", list(bad.wrong))
    assert failure["transcript"][0].startswith("受付> ")
    low, high, n = result["intervals"]["pass_rate"]
    assert 0 < low < 0.5 < high < 1
    assert n == 2


def test_the_halves_are_told_apart_by_the_number(tmp_path: Path) -> None:
    assert [dialogue_held_out(key) for key in ("d0001", "d0002", "d0009", "d0010")] == [False, False, False, True]
    folder = folder_of(tmp_path, MESSAGE, {**MESSAGE, "id": "d0110"})
    assert [each.id for each in score_dialogues(folder, COMMON, "dev")] == ["d0101"]
    assert [each.id for each in score_dialogues(folder, COMMON, "held-out")] == ["d0110"]


def test_the_command_tells_of_calls_in_both_ways(tmp_path: Path) -> None:
    failing = expecting({**MESSAGE, "id": "d0110"}, staff="コヅカ")
    folder, kept = str(folder_of(tmp_path, MESSAGE, failing)), tmp_path / "predictions.out"
    run = CliRunner().invoke(app, ["score", folder, "--json", "--only", "dialogues", "--predictions", str(kept)])
    assert json.loads(run.stdout)["dialogues"]["passed"] == 1
    assert [json.loads(line)["right"] for line in kept.read_text("utf-8").splitlines()] == [True, False]
    table = CliRunner().invoke(app, ["score", folder]).stdout
    assert "d0110" in table
    assert "コヅカ" in table
    hidden = CliRunner().invoke(app, ["score", folder, "--split", "held-out"]).stdout
    assert "d0110  staff" in hidden
    assert "コヅカ" not in hidden


def test_a_folder_without_calls_has_no_such_key(tmp_path: Path) -> None:
    row = {"id": "p1", "text": "森下です", "caller_name": "モリシタ"}
    (tmp_path / "names.jsonl").write_text(json.dumps(row, ensure_ascii=False), encoding="utf-8")
    run = CliRunner().invoke(app, ["score", str(tmp_path), "--json"])
    assert set(json.loads(run.stdout)) == {"names"}
    refused = CliRunner().invoke(app, ["score", str(tmp_path), "--only", "dialogues"])
    assert refused.exit_code == 2


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"company": "nobody"}, 'members.json has no company "nobody"'),
        ({"now": "today"}, '"now" is no moment'),
        ({"turns": []}, '"turns" is not a list of what the caller says'),
        ({"caller": "江川"}, '"caller" is not an object'),
    ],
)
def test_a_bad_call_is_named(tmp_path: Path, change: dict[str, Any], complaint: str) -> None:
    with pytest.raises(FolderError) as error:
        score_dialogues(folder_of(tmp_path, copy.deepcopy(MESSAGE) | change), COMMON)
    assert complaint in str(error.value)
