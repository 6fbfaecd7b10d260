"""Each question is heard with the grammar of its answers, and what that grammar writes means what was said."""

from datetime import datetime
from pathlib import Path

import pytest

from bot.company.load import load_script, vocabulary
from nlu.expected import Ask, Expected
from nlu.grammars.asked import characters, email, free, grammars_for, kana, lasting, own, when
from nlu.grammars.asked import party as party_grammar
from nlu.grammars.networks import Network
from nlu.hearing import Hearing, Reading
from nlu.identity.email import find_email
from nlu.identity.spelling import spelt_characters
from nlu.readings import matching
from nlu.times.dates import find_moment
from nlu.times.party import find_party
from nlu.understand import understand
from nlu.vocabulary import Vocabulary
from tests.readings import readings, value

NOW = datetime(2026, 11, 24, 10, 0)
SCRIPTS = Path(__file__).parent.parent / "scripts"
OFFERING = Vocabulary(words=(("初診", "ショシン"), ("歯のクリーニング", "ハノクリーニング")))


def written(net: Network, said: str) -> str:
    """The text of the likeliest way."""
    ways = readings(net, said)
    return "".join(text for text, _ in ways[0]) if ways else "not accepted"


@pytest.mark.parametrize(
    ("expected", "kind"),
    [
        (Expected(Ask.NUMBER), "number"),
        (Expected(Ask.NAME), "who"),
        (Expected(Ask.STAFF), "staff"),
        (Expected(Ask.OFFER), "answer"),
        (Expected(Ask.WHEN), "when"),
        (Expected(Ask.PARTY), "party"),
        (Expected(Ask.KANA), "spelt"),
        (Expected(Ask.ECHO, email="a@b.example"), "echo"),
        (Expected(Ask.DETAIL, said="お名前はどのような漢字でしょうか。"), "characters"),
        (Expected(Ask.DETAIL, said="メールアドレスをお願いいたします。"), "email"),
        (Expected(Ask.DETAIL, said="どちらをご希望でしょうか。"), "own"),
    ],
)
def test_a_question_picks_its_grammar(expected: Expected, kind: str) -> None:
    assert grammars_for(expected, OFFERING)[0].name.split("-")[0] == kind
    heard = Reading("はい", source=kind, confidence=0.9)
    assert matching(Hearing((heard,)), expected.ask) == heard, "what this grammar hears is not listened to"


def test_a_company_that_offers_nothing_by_name_is_answered_in_short_or_freely() -> None:
    assert grammars_for(Expected(Ask.DETAIL), Vocabulary())[0].name.startswith("answer-")
    assert not any(net.name.startswith("own-") for net in lasting(Vocabulary()))


@pytest.mark.parametrize(
    ("said", "start", "party"),
    [
        ("ライシューノキンヨービノヨルシチジニヨンメーデオネガイシマス", "2026-12-04T19:00", "4"),
        ("ジューニガツトーカノゴゼンクジハン", "2026-12-10T09:30", None),
        ("エートアサッテノサンジジュップンデス", "2026-11-26T15:10", None),
        ("ライゲツノハツカノジューイチジニフタリデ", "2026-12-20T11:00", "2"),
        ("サライシューノゲツヨーノユーガタガイインデスケド", "2026-12-07T16:00", None),
        ("ミッカゴノジューヨジゴロ", "2026-11-27T14:00", None),
    ],
)
def test_times_mean_what_they_mean_when_typed(said: str, start: str, party: str | None) -> None:
    text = written(when(), said)
    moment, found = find_moment(text, NOW), find_party(text)
    assert moment is not None
    assert (moment.start, found.value if found else None) == (start, party)


@pytest.mark.parametrize(
    ("said", "party"),
    [
        ("ヨンメーデス", "4"),
        ("オトナフタリトコドモサンニンデス", "5"),
        ("ゼンブデジューニメーサマニナリマス", "12"),
        ("ヒトリデ", "1"),
        ("ロクニンカシチニンデス", "7"),
    ],
)
def test_parties(said: str, party: str) -> None:
    found = find_party(written(party_grammar(), said))
    assert found is not None
    assert found.value == party


def test_a_time_is_not_told_where_a_short_reply_is_given() -> None:
    assert value(when(), "モーイチドオネガイシマス", "answer") == "もう一度お願いします"


@pytest.mark.parametrize(
    ("said", "reading"),
    [("タンボノタニチューシンノナカデス", "タナカ"), ("サンボンガワノカワニイリグチノクチ", "カワグチ")],
)
def test_names_told_character_by_character(said: str, reading: str) -> None:
    assert reading in spelt_characters(written(characters(), said))


@pytest.mark.parametrize(
    ("said", "address"),
    [
        ("タナカアットマークスマイルドットシーオードットジェーピーデス", "tanaka@smile.co.jp"),
        ("ワイテンモリアットマークミライドットコム", "y.mori@mirai.com"),
        ("ボーイノビードットサトウアットマークヤフードットシーオードットジェーピーデス", "b.sato@yahoo.co.jp"),
        ("ケーエーティーオーヨンニーアットマークジーメール", "kato42@gmail.com"),
        ("ホッタアットマークトザイドットエヌイードットジェーピー", "hotta@tozai.ne.jp"),
        ("エービーシーアットマークオフィスハイフンウェブドットネットニナリマス", "abc@office-web.net"),
    ],
)
def test_addresses_of_anybody(said: str, address: str) -> None:
    assert value(email(), said, "letter") == address
    assert find_email(value(email(), said, "letter")) == address


def test_what_a_company_offers_is_heard_by_its_names() -> None:
    assert value(own(OFFERING), "ハノクリーニングデオネガイシマス", "own") == "歯のクリーニング"
    assert value(own(OFFERING), "ハイソーデス", "answer") == "はいそうです"


def test_what_can_be_booked_is_in_the_vocabulary_with_its_readings() -> None:
    words = vocabulary(load_script(SCRIPTS / "ryuunoya")).words
    assert ("ご宴会", "ゴエンカイ") in words
    assert ("大広間", "オオヒロマ") in words
    assert vocabulary(load_script(SCRIPTS / "smile")).words == ()


@pytest.mark.parametrize("said", ["ヌヘモタデス", "ハイピョルガトモーシマス"])
def test_any_word_can_be_heard_as_sounds(said: str) -> None:
    assert readings(free(), said)


def test_a_name_said_plainly_where_its_kana_were_asked_for() -> None:
    assert value(kana(), "カツラギトモーシマス", "kana") == "カツラギ"


def test_the_grammar_of_times_is_believed_before_dictation_where_it_fits() -> None:
    heard = Reading("四月二十四日午後六時三十分ですね", source="when", confidence=0.9)
    dictated = Reading("開く二十八日ですね", source="dictation", confidence=0.8)
    meaning = understand(Hearing((dictated, heard)), Expected(Ask.WHEN), NOW, Vocabulary())
    assert meaning.moment is not None
    assert meaning.moment.start == "2027-04-24T18:30"
    unsure = Reading("四時です", source="when", confidence=0.2)
    meaning = understand(
        Hearing((Reading("五時に二人です", source="dictation"), unsure)), Expected(Ask.WHEN), NOW, Vocabulary()
    )
    assert meaning.slots.party is not None
    assert meaning.slots.party.value == "2"
