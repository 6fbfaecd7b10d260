"""The gist: the caller's own words on the matter, and what stands before it, fillers and clauses."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlu.clauses import clauses
from nlu.identity.callers import introduced
from nlu.identity.directory import find_staff
from nlu.meaning import Reason
from nlu.normalize import normalize
from nlu.reasons.gist import gist, headline
from nlu.reasons.points import BUDGET, SPARE, Piece, told, weigh
from nlu.restarts import mended
from nlu.vocabulary import Person, Vocabulary

OURS = Vocabulary(
    staff=(
        Person("kurimoto", "栗本", "クリモト", "賢治", "ケンジ", "営業部", "主任"),
        Person("tamura", "田村", "タムラ", "進", "ススム", "製造部", "部長"),
    ),
    departments=(("営業部", "エイギョウブ"), ("製造部", "セイゾウブ")),
)
LINES = [
    json.loads(line)["text"]
    for line in (Path(__file__).parent / "bench" / "gist_lines.jsonl").read_text("utf-8").splitlines()
]
SIGNS = re.compile(r"[、。…?？]")


def of(said: str) -> str:
    text = normalize(said)
    caller = introduced(text)
    return gist(text, caller.spans, find_staff(text, OURS, caller.spans).spans)


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("お世話になっております、北辰電機の堀内です。請求書の件でお電話しました", "請求書の件でお電話しました"),
        ("もしもし、ちょっとお時間よろしいでしょうか。水道のメーターが回っています", "水道のメーターが回っています"),
        ("お電話口の方は事務の方でいらっしゃいますか。本が届いていません", "本が届いていません"),
        ("総務の方をお願いしたいんですが、いらっしゃいますかね、違ったかな。鍵が開きません", "鍵が開きません"),
        ("こちら東京地方裁判所民事第二十一部の書記官の村井と申します。訴状をお送りしました", "訴状をお送りしました"),
        ("今日の四時に面接の予定の中川です。電車が止まって遅れます", "今日の四時に面接の予定。電車が止まって遅れます"),
        ("お取り寄せいただきました花が、もうありません", "お取り寄せいただきました花が、もうありません"),
        ("予約を取り消してください。田村様にもよろしくお伝えください。失礼します", "予約を取り消してください"),
        ("図面を送りたいので栗本さんをお願いします", "図面を送りたいので"),
        ("栗本さんに明日の会議は中止だと連絡してください", "栗本さんに明日の会議は中止だと連絡してください"),
        ("田村さんに、書類届いたって伝えといてもらえますか", "書類届いたって伝えといてもらえますか"),
        ("今日はいいお天気ですね。屋根の修理をお願いします", "屋根の修理をお願いします"),
    ],
)  # fmt: skip
def test_the_matter_alone_is_told(said: str, told: str) -> None:
    assert of(said) == told


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("五個、いや六個お願いします", "六個お願いします"),
        ("新しい納期が十二月の三日、いえ、十二月の五日になります", "新しい納期が、十二月の五日になります"),
        ("水が、水が止まらないんです", "水が止まらないんです"),
        ("明日の七時から、あ、明日じゃない、明後日の七時から八人で", "明後日の七時から八人で"),
        ("エラー一一一、あ、一一二か、一一二って出てます", "エラー、一一二って出てます"),
        ("人数が、ええと、二十人、いや待って、二十二人です", "人数が、二十二人です"),
        ("土曜、違う、日曜の朝に届けてください", "日曜の朝に届けてください"),
    ],
)
def test_what_was_taken_back_or_begun_twice_goes(said: str, told: str) -> None:
    assert of(said) == told


@pytest.mark.parametrize(
    "said",
    [
        "十個を箱に、いや、三日後に送ってください",
        "六百四十万円では厳しい、百万円下げてください",
        "二階の壁、三階の床を直してください",
    ],
)
def test_a_value_of_another_kind_or_without_a_word_of_correction_takes_nothing_back(said: str) -> None:
    assert re.findall(r"[二三六十百四万]+", of(said)) == re.findall(r"[二三六十百四万]+", said)


@pytest.mark.parametrize(
    "said",
    [
        "もしもし、お世話になっております、失礼します",
        "栗本さんいらっしゃいますか",
        "至急連絡を取りたいんですが",
        "伝言をお願いします",
        "",
    ],
)
def test_nothing_is_told_where_no_matter_was_said(said: str) -> None:
    assert of(said) == ""


def test_of_long_speech_the_deadline_the_wish_and_the_number_stay() -> None:
    clerk = next(line for line in LINES if "書記官" in line)
    found = of(clerk)
    assert len(clerk) > BUDGET + SPARE >= len(found)
    for point in ("第一二〇四五号", "一月の二十一日水曜日", "一月の十四日までに提出", "今週中に折り返しお電話"):
        assert point in found
    assert "…" in found


def test_long_talk_without_any_point_is_told_from_its_start() -> None:
    pieces = [Piece("そういうわけなんだよ", place * 10, True) for place in range(100)]
    assert weigh(pieces[0].text)[0] == 0
    found = told(pieces)
    assert found.startswith("そういうわけなんだよ。そういう")
    assert found.endswith("…")
    assert len(found) <= BUDGET + 1


def test_what_was_left_out_is_marked_and_courtesies_are_not_missed() -> None:
    matter = "壁が割れたので三日までに直してください"
    talk = "ひろく広がる空の下を歩いておりましてそれはもう遠くまで見渡せるような心持ちで"
    pieces = [Piece(matter, 0, True), *(Piece(talk, 0, True) for _ in range(6)), Piece(matter, 0, True)]
    assert told(pieces) == f"{matter}。…{matter}"
    assert told(pieces[:2]) == f"{matter}。{talk}"


def parts(text: str) -> list[str]:
    return [part for part in SIGNS.split(text) if part]


def check_extractive(said: str) -> None:
    """Every clause is in the text as it was said, in its order, and no number is cut."""
    text, found = normalize(said), of(said)
    place = 0
    plain = SIGNS.sub("", text)
    for part in parts(found):
        place = plain.find(part, place)
        assert place >= 0, part
        place += len(part)
    numbers = re.findall(r"[0-9〇一二三四五六七八九十百千万]+", SIGNS.sub(" ", text))
    assert all(number in numbers for number in re.findall(r"[0-9〇一二三四五六七八九十百千万]+", SIGNS.sub(" ", found)))


@pytest.mark.parametrize("said", LINES)
def test_no_word_is_invented(said: str) -> None:
    check_extractive(said)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.sampled_from(LINES), min_size=1, max_size=4))
def test_long_speech_invents_nothing_and_stays_short(said: list[str]) -> None:
    whole = "。".join(said)
    check_extractive(whole)
    assert len(of(whole)) <= BUDGET + SPARE + len(said) * 20


WORDS = (
    *("もしもし", "十個", "いや", "です", "ます", "でした", "けど", "も", "う", "、", "。", "えっと", "明日"),
    *("じゃない", "栗本さん", "の", "鍵が", "壊れ", "すみません", "てください", "12", "?"),
)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(WORDS), max_size=60).map("".join) | st.text(max_size=60))
def test_any_text_gives_a_gist_of_its_own_words(text: str) -> None:
    check_extractive(text)


@pytest.mark.parametrize("sign", ["あ", "一", "1の", "十個、いや、", "すみません", "明日の件で", "突然すみません"])
def test_speech_without_end_is_no_trouble(sign: str) -> None:
    check_extractive((sign * 10_000)[:10_000])


@pytest.mark.parametrize(
    ("told", "reason", "head"),
    [
        ("先週お送りした請求書の件で、金額が違っておりました", None, "先週お送りした請求書の件"),
        ("源泉徴収票の再発行をお願いしたくて、三月に退職した者です", None, "源泉徴収票の再発行"),
        ("予約の変更をお願いしたいのですが", Reason.RESERVATION_CHANGE, "予約の変更"),
        ("請求書の件ですが", Reason.RESERVATION_CHANGE, ""),
        ("例の件どうなりました", None, ""),
        ("水が止まらないんです", None, ""),
        ("", None, ""),
    ],
)
def test_a_headline_is_a_phrase_of_the_gist_or_nothing(told: str, reason: Reason | None, head: str) -> None:
    assert headline(told, reason) == head
    assert head in told


@pytest.mark.parametrize("said", LINES)
def test_a_headline_is_short_and_was_said(said: str) -> None:
    found = of(said)
    assert len(headline(found)) <= 30
    assert headline(found) in found


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("伝えといてもらえますか", "伝えといてもらえますか"),
        ("考えといてください", "考えといてください"),
        ("教えとくわ", "教えとくわ"),
        ("聞こえとるか", "聞こえとるか"),
        ("かんがえと違う", "かんがえと違う"),
        ("それでええと思います", "それでええと思います"),
        ("ええとこやな", "ええとこやな"),
        ("えっとお客様が", "お客様が"),
        ("えっとねじが欲しい", "ねじが欲しい"),
        ("明日えっと三時に", "明日三時に"),
        ("三時にえーと四人で", "三時に四人で"),
        ("えっとですね、三人", "三人"),
        ("よろしいですかあのーパンフレット", "よろしいですかパンフレット"),
    ],
)
def test_no_filler_is_cut_out_of_a_word(said: str, left: str) -> None:
    assert normalize(said) == left


@pytest.mark.parametrize(
    ("said", "cut"),
    [
        ("ベルが鳴りませんでした明日来てください", ["ベルが鳴りませんでした", "明日来てください"]),
        ("初めてなんですけどもう予約取れますか", ["初めてなんですけど", "もう予約取れますか"]),
        ("変えていただけますでしょうか", ["変えていただけますでしょうか"]),
        ("花ですけれども、白いのが", ["花ですけれども", "白いのが"]),
        ("書類が足りませんで、ご連絡", ["書類が足りませんで", "ご連絡"]),
        ("江川ですがよろしく", ["江川ですが", "よろしく"]),
        ("来ますって言ったのに", ["来ますって言ったのに"]),
        ("そうなんですけどね、明日", ["そうなんですけどね", "明日"]),
    ],
)
def test_a_clause_ends_where_its_ending_does(said: str, cut: list[str]) -> None:
    assert [clause.text for clause in clauses(said)] == cut


def test_speech_begun_anew_keeps_its_places() -> None:
    text = "五個、いや六個お願いします"
    kept = mended([Piece(clause.text, clause.start) for clause in clauses(text)])
    assert [(piece.text, text[piece.start : piece.end]) for piece in kept] == [("六個お願いします", "六個お願いします")]
