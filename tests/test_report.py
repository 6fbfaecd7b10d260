"""The report says who called, how sure that is, and what must be done; nothing in it can break the mail."""

from __future__ import annotations

import email
import re
from dataclasses import fields, replace
from email import policy
from email.message import EmailMessage
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.company.rules import Name, ReservationRules, Rules, SalesPolicy, SalesRules, Service
from bot.dialogue.events import Began, Broke, Digit, Due, Event, Heard, HungUp, Interrupted, Spoken
from bot.dialogue.state import BookingAction, BookingFact, Captured, Facts, Outcome, State, Status
from bot.reporting.fields import COMMON_SURNAMES, GIST_CHARACTERS, phone
from bot.reporting.mail import build, message_id
from bot.reporting.rendering import Rendered, render
from bot.reporting.report import WHOLE_CALL, Mark, Report, Sample, compose, has_report, in_digest, worth_reporting
from bot.store import Call, Clip
from bot.store.letters import Letter
from nlu.hearing import Hearing
from nlu.meaning import Meaning, Reason
from tests.records import BEGAN, CALL, SCRIPT, heard

YES = Status.CONFIRMED
FACTS = Facts(
    caller_name=Captured("エガワ", "江川", YES, alternatives=("エガミ",), span=(4.0, 6.0)),
    company=Captured("スマイルキカク", "スマイル企画", YES, span=(4.0, 6.0)),
    number=Captured("01234567890", "012-3456-7890", YES, span=(20.0, 25.0)),
    staff=Captured("kurimoto", "栗本さん", YES),
    purpose=Captured("今日中に連絡を取りたい", confidence=0.6, span=(8.0, 11.0)),
    reason=Reason.PERSON,
    urgent=True,
    told=("メールアドレス kurimoto@smilecorp.example(復唱で確認済み)",),
)
ENDED = replace(CALL, ended=BEGAN + 83.4, why="caller")
SAID = (heard(BEGAN + 5.0, "ご提案がございまして", Meaning(Reason.SALES), BEGAN),)


def report_of(facts: Facts, outcome: Outcome | None = Outcome.MESSAGE, call: Call = ENDED) -> Report:
    return compose(SCRIPT, call, State(facts=facts, outcome=outcome), ())


def mail_of(facts: Facts, outcome: Outcome | None = Outcome.MESSAGE, call: Call = ENDED) -> Rendered:
    return render(report_of(facts, outcome, call))


def line(mail: Rendered, label: str) -> str:
    """The text's line of that label with the notes below it."""
    found = re.search(rf"^{label}:.*(\n ・.*)*", mail.text, re.MULTILINE)
    return found.group() if found else ""


def test_the_report_of_the_urgent_call() -> None:
    mail = mail_of(FACTS)
    assert mail.subject == "【至急】スマイル企画 エガワ様より栗本宛 お電話(11/24 14:10)"
    assert mail.text.startswith("至急のお電話がありました。\n\nお名前:エガワ 様【確認済み】\n ・表記(推定):江川\n")
    assert line(mail, "会社名") == "会社名:スマイルキカク【確認済み】\n ・表記(推定):スマイル企画"
    assert line(mail, "折り返し先") == (
        "折り返し先:012-3456-7890【確認済み】\n ・番号計画にない番号です。お客様のおっしゃったとおりに記しています"
    )
    assert line(mail, "発信者番号") == "発信者番号:03-1234-5678"
    assert line(mail, "宛先") == "宛先:営業部 栗本【確認済み】"
    assert line(mail, "ご用件") == "ご用件:今日中に連絡を取りたい【聞き取りのみ(未確認)】"
    assert line(mail, "緊急度") == "緊急度:至急"
    assert line(mail, "日時") == "日時:11月24日(火) 14:10から1分23秒"
    assert "お伝えした内容:メールアドレス kurimoto@smilecorp.example(復唱で確認済み)" in mail.text
    assert "折り返し" not in mail.text.partition("■")[2]


def test_what_was_not_heard_is_said_so() -> None:
    mail = mail_of(Facts(), Outcome.ABANDONED, replace(ENDED, caller="", why="lost"))
    assert mail.subject == "お名前不明の方より お電話(11/24 14:10)"
    for label in ("お名前", "会社名", "折り返し先", "ご用件"):
        assert line(mail, label) == f"{label}:(聞き取れず)"
    assert line(mail, "発信者番号") == "発信者番号:非通知または不明"
    assert "電話回線が途中で切れました" in mail.text
    assert "通常" in line(mail, "緊急度")


def test_only_what_the_company_asks_for_is_missed() -> None:
    mail = render(compose(replace(SCRIPT, ask=("name",)), ENDED, State(outcome=Outcome.MESSAGE), ()))
    assert line(mail, "お名前") == "お名前:(聞き取れず)"
    assert line(mail, "会社名") == line(mail, "折り返し先") == ""


def test_a_call_put_through_does_not_complain_of_what_was_not_asked() -> None:
    mail = mail_of(Facts(caller_name=Captured("エガワ"), staff=Captured("kurimoto")), Outcome.TRANSFERRED)
    assert mail.subject == "エガワ様より栗本宛 お取り次ぎ済みのお電話(11/24 14:10)"
    assert line(mail, "折り返し先") == line(mail, "ご用件") == ""
    assert "お取り次ぎしました" in mail.text


def test_alternatives_stand_beside_what_was_only_heard() -> None:
    heard = replace(FACTS, caller_name=Captured("エガワ", alternatives=("エガミ", "エガワ", "エガタ")))
    assert line(mail_of(heard), "お名前") == "お名前:エガワ 様【聞き取りのみ(未確認)】\n ・ほかの候補:エガミ、エガタ"
    staff = replace(FACTS, staff=Captured("クリモリ", alternatives=("kurimoto",)))
    assert line(mail_of(staff), "宛先") == (
        "宛先:クリモリ【聞き取りのみ(未確認)】\n ・この名前の社員は登録されていません\n ・ほかの候補:営業部 栗本"
    )


def test_numbers_are_grouped_as_the_caller_did_or_by_the_plan() -> None:
    assert phone("0421118844") == "042-111-8844"
    known = replace(FACTS, number=Captured("0312345678", "0312345678", YES))
    assert line(mail_of(known), "折り返し先") == "折り返し先:03-1234-5678【確認済み】\n ・発信者番号と同じです"
    refused = replace(FACTS, number=Captured("", "番号は教えられないとのこと"))
    assert line(mail_of(refused), "折り返し先") == "折り返し先:番号は教えられないとのこと"
    inner = replace(FACTS, number=Captured("0312345678", "", YES), extension=Captured("223"))
    assert line(mail_of(inner), "折り返し先").startswith("折り返し先:03-1234-5678 内線 223【確認済み】")


def test_common_surnames_are_told_apart() -> None:
    def notes(name: str, company: Captured | None) -> str:
        return line(mail_of(replace(FACTS, caller_name=Captured(name, "", YES), company=company)), "お名前")

    assert "会社名 株式会社アオバ" in notes("サトウ", Captured("アオバ", "株式会社アオバ"))
    assert "下のお名前 ケンジ" in notes("サトウ ケンジ", None)
    assert "電話番号でお確かめください" in notes("スズキ", None)
    assert "個人の方" in notes("スズキ", Captured("", "個人"))
    assert "多いお名前" not in notes("エガワ", None)
    assert "サトウ" in COMMON_SURNAMES


def test_a_call_back_is_called_a_promise_only_where_one_was_made() -> None:
    owed = replace(FACTS, callback_promised=True)
    assert "折り返しのお電話をお約束しました" in mail_of(owed).text
    for facts, outcome in ((owed, Outcome.ABANDONED), (replace(owed, number=None), Outcome.MESSAGE)):
        assert "お約束には至っていません" in mail_of(facts, outcome).text


def test_a_long_purpose_is_cut_to_its_gist_and_given_whole() -> None:
    words = "先月お願いした部品の件で、" * 20
    report = report_of(replace(FACTS, purpose=Captured(words)))
    gist = next(field.value for field in report.fields if field.label == "ご用件")
    assert len(gist) <= GIST_CHARACTERS + 1
    assert gist.endswith("、…")
    assert report.purpose == words
    assert words in render(report).text


def test_a_message_without_words_points_to_its_sound() -> None:
    facts = Facts(purpose=Captured("", confidence=0.0, span=(20.0, 50.0)))
    mail = render(
        compose(SCRIPT, ENDED, State(facts=facts, outcome=Outcome.RECORDED), (Sample(WHOLE_CALL, "call.wav"),))
    )
    assert mail.subject == "03-1234-5678の方より 録音のお電話(11/24 14:10)"
    assert "録音をお聞きください" in line(mail, "ご用件")
    assert "通話の録音:添付 call.wav" in mail.text


def test_who_was_cut_off_by_us_is_to_be_called() -> None:
    mail = mail_of(Facts(), Outcome.NOTHING, replace(ENDED, why="crash"))
    assert "お客様へのご連絡をお願いいたします" in mail.text
    assert "お話はありませんでした" not in mail.text


def test_samples_are_named_or_linked_once() -> None:
    samples = (Sample("caller_name", "caller_name.wav"), Sample("company", "caller_name.wav"))
    attached = render(compose(SCRIPT, ENDED, State(facts=FACTS), samples))
    assert attached.text.count("添付 caller_name.wav") == 1
    assert "お名前・会社名:添付 caller_name.wav" in attached.text
    linked = (Sample("number", "number.wav", "https://phone.example.jp/clips/t?a=1&b=2"),)
    mail = render(compose(SCRIPT, ENDED, State(facts=FACTS), linked))
    assert "折り返し先:https://phone.example.jp/clips/t?a=1&b=2" in mail.text
    assert '<a href="https://phone.example.jp/clips/t?a=1&amp;b=2">折り返し先を聞く</a>' in mail.html


def test_nobody_is_written_to_about_a_call_without_a_word() -> None:
    began, hung_up = Began(1.0, "1", "2", "loopback"), HungUp(9.0, "caller")
    silent = State(outcome=Outcome.NOTHING)
    assert not worth_reporting((began, Spoken(3.0), Due(8.0), hung_up), silent)
    assert not worth_reporting((began, Broke(2.0, "mouth"), hung_up), silent)
    cut_off = (Broke(2.0, "ear"), HungUp(2.0, "crash"), HungUp(2.0, "fault"))
    for left in (*cut_off, Interrupted(2.0, ""), Digit(2.0, "1"), Heard(2.0, Hearing.of(""), Meaning(), (1.0, 2.0))):
        assert worth_reporting((began, left, hung_up), silent)
    assert worth_reporting((began, hung_up), State(outcome=Outcome.TRANSFERRED))


captured = st.builds(
    Captured, st.text(), st.text(), st.sampled_from(Status), alternatives=st.lists(st.text(), max_size=2).map(tuple)
)
any_facts = st.builds(
    Facts,
    **{field.name: st.none() | captured for field in fields(Facts)[:7]},
    reason=st.none() | st.sampled_from(Reason),
    urgent=st.booleans(),
    callback_promised=st.booleans(),
    told=st.lists(st.text(), max_size=2).map(tuple),
)


class Reader(HTMLParser):
    """The letters of a page, and whether its elements close as they open."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in ("meta", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)


@given(any_facts, st.none() | st.sampled_from(Outcome), st.text(), st.sampled_from(["caller", "crash", "lost", "us"]))
def test_whatever_was_captured_makes_a_whole_mail(facts: Facts, outcome: Outcome | None, caller: str, why: str) -> None:
    call = replace(ENDED, caller=caller, why=why)
    report = report_of(facts, outcome, call)
    mail = render(report)
    assert "\n" not in mail.subject
    page = Reader()
    page.feed(mail.html)
    page.close()
    assert page.open == []
    letter = Letter(CALL.id, "report", "eigyo@smilecorp.example", mail.subject, mail.text, mail.html, True, BEGAN)
    sent = build(letter, "denwaban@localhost", [Clip("number.wav", "折り返し先", b"RIFF")]).as_bytes()
    got = email.message_from_bytes(sent, policy=policy.default)
    assert isinstance(got, EmailMessage)
    body = got.get_body(("plain",))
    assert body is not None
    assert body.get_content().splitlines() == mail.text.splitlines()
    assert "".join(str(got["Subject"]).split()) == "".join(mail.subject.split())
    for field in report.fields:
        assert field.mark is not Mark.MISSING or not field.value
        assert field.value in "".join(page.words)


def test_a_letter_makes_the_same_mail_each_time() -> None:
    letter = Letter(CALL.id, "report", "a@example.jp", "題", "本文", "<p>本文</p>", True, BEGAN)
    clips = [Clip("number.wav", "折り返し先", b"\0" * 300), Clip("name.flac", "お名前", b"fLaC")]
    first = build(letter, "denwaban@smilecorp.example", clips)
    assert first.as_bytes() == build(letter, "denwaban@smilecorp.example", clips).as_bytes()
    assert first["Auto-Submitted"] == "auto-generated"
    assert first["Date"] == "Tue, 24 Nov 2026 14:10:00 +0900"
    assert [part.get_content_type() for part in first.iter_attachments()] == ["audio/wav", "audio/flac"]
    ids = {
        message_id(replace(letter, call_id=call_id, recipient=to), "denwaban@smilecorp.example")
        for call_id in ("a", "b")
        for to in ("a@example.jp", "b@example.jp")
    }
    assert len(ids) == 4
    assert all(name.endswith("@smilecorp.example>") for name in ids)
    assert not list(build(replace(letter, attach=False), "d@localhost", clips).iter_attachments())


def test_a_recipient_that_is_no_address_is_refused_at_once() -> None:
    letter = Letter(CALL.id, "report", "a@example.jp\nBcc: b@example.jp", "題", "", "", False, BEGAN)
    with pytest.raises(ValueError, match="linefeed"):
        build(letter, "denwaban@localhost", [])


def test_what_looked_like_sales_and_was_taken_is_said_so() -> None:
    mail = mail_of(replace(FACTS, urgent=False, sales_suspected=True))
    assert mail.subject.startswith("【営業の可能性】スマイル企画 エガワ様より")
    assert line(mail, "営業の可能性") == "営業の可能性:あり(念のためお伝えします)"
    assert "営業の可能性" not in mail_of(FACTS).text


def test_whoever_calls_again_is_counted() -> None:
    mail = mail_of(replace(FACTS, chases=2))
    assert mail.subject.startswith("【至急】【再入電】")
    assert line(mail, "再入電").startswith("再入電:2回目\n ・")


def test_category_and_what_has_a_name_of_its_own() -> None:
    mail = mail_of(replace(FACTS, category="修理", details=(("事件番号", "令和八年(ワ)第12号"),)))
    assert line(mail, "分類") == "分類:修理"
    assert line(mail, "事件番号") == "事件番号:令和八年(ワ)第12号【聞き取りのみ(未確認)】"


@pytest.mark.parametrize(
    ("booking", "shown", "outcome"),
    [
        (
            BookingFact(BookingAction.NEW, "b-7", "dinner", "2026-11-27T19:00", 4),
            "新規 11月27日(金) 19:00 宴会 4名様",
            "承り",
        ),
        (BookingFact(BookingAction.CHANGE, "b-7", "cut", "2026-11-28T10:30"), "変更 11月28日(土) 10:30 cut", "変更を"),
        (BookingFact(BookingAction.CANCEL, "b-7", "cut", "at noon"), "取り消し at noon cut", "取り消しを"),
    ],
)
def test_a_booking_is_told_with_its_weekday(booking: BookingFact, shown: str, outcome: str) -> None:
    dinner = Service("dinner", Name("宴会", "エンカイ"), 120, ("hall",))
    script = replace(SCRIPT, rules=Rules(reservations=ReservationRules((dinner,), (), ((),) * 7)))
    facts = replace(FACTS, urgent=False, booking=booking)
    mail = render(compose(script, ENDED, State(facts=facts, outcome=Outcome.RESERVED), ()))
    assert line(mail, "ご予約") == f"ご予約:{shown}\n ・予約番号 b-7"
    assert "ご予約のお電話" in mail.subject
    assert outcome in mail.text.partition("■ 結果")[2]


def test_questions_are_told_as_they_were_asked() -> None:
    mail = mail_of(
        Facts(answered=("何時まで開いていますか",), unanswered=("駐車場に<屋根>は\nありますか",)), Outcome.ANSWERED
    )
    assert "■ お答えできなかったご質問\n駐車場に<屋根>は ありますか\n" in mail.text
    assert "■ お答えしたご質問\n何時まで開いていますか\n" in mail.text
    assert "駐車場に&lt;屋根&gt;は ありますか" in mail.html
    assert line(mail, "ご用件") == ""


@pytest.mark.parametrize("outcome", [Outcome.REFUSED, Outcome.WRONG_NUMBER, Outcome.FAX])
def test_of_callers_nobody_need_know_nothing_is_missed(outcome: Outcome) -> None:
    mail = mail_of(Facts(), outcome, replace(ENDED, caller=""))
    assert "聞き取れず" not in mail.text
    assert "より お電話(" not in mail.subject


@pytest.mark.parametrize("outcome", list(Outcome))
def test_every_end_has_its_words(outcome: Outcome) -> None:
    assert "■ 結果\n" in mail_of(Facts(), outcome).text


@pytest.mark.parametrize(
    ("policy", "outcome", "facts", "happened", "reported"),
    [
        (SalesPolicy.REFUSE, Outcome.REFUSED, Facts(), SAID, False),
        (SalesPolicy.REPORT, Outcome.REFUSED, Facts(), SAID, True),
        (SalesPolicy.REFUSE, Outcome.MESSAGE, Facts(sales_suspected=True), SAID, True),
        (SalesPolicy.REFUSE, Outcome.REFUSED, Facts(number=Captured("0312345678")), SAID, True),
        (SalesPolicy.REFUSE, Outcome.REFUSED, Facts(number=Captured("", "言えません")), SAID, False),
        (SalesPolicy.REFUSE, Outcome.REFUSED, Facts(callback_promised=True), SAID, True),
        (SalesPolicy.REFUSE, Outcome.REFUSED, Facts(), (*SAID, Broke(BEGAN, "ear")), True),
        (SalesPolicy.REPORT, Outcome.NOTHING, Facts(), (), False),
    ],
)
def test_a_refused_call_is_told_at_once_or_by_the_digest(
    policy: SalesPolicy, outcome: Outcome, facts: Facts, happened: tuple[Event, ...], reported: bool
) -> None:
    script = replace(SCRIPT, rules=Rules(sales=SalesRules(policy)))
    state = State(facts=facts, outcome=outcome)
    assert has_report(script, happened, state) is reported
    assert in_digest(script, happened, state) is (outcome is Outcome.REFUSED and not reported)
