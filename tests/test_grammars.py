"""What the grammars accept: each network is searched as a graph over katakana, without any sound."""

from collections import defaultdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.expected import Ask, Expected
from nlu.grammars.asked import answer, echo, grammars_for, kana, lasting, number, opening, staff, who
from nlu.grammars.networks import Network, alternatives, network, optional, repeat, sequence, word
from nlu.grammars.spelled import romaji
from nlu.grammars.spoken import DIGITS
from nlu.kana import to_katakana
from nlu.vocabulary import Person, Vocabulary
from tests.readings import readings, value
from voice.engines import Arc, Grammar
from voice.engines.phonemes import pronunciations

COMPANY = Vocabulary(
    "スマイル精工",
    "スマイルセイコウ",
    (Person("kurimoto", "栗本", "クリモト", "一郎", "イチロウ"), Person("sato", "佐藤", "サトウ", "花子", "ハナコ")),
    (("営業部", "エイギョウブ"),),
)


DIGIT_RUNS = st.lists(
    st.sampled_from([(d, kana) for d, ways in DIGITS.items() for kana, _ in ways]), min_size=2, max_size=12
)


@given(DIGIT_RUNS)
def test_any_row_of_digits_in_any_reading_is_a_number(run: list[tuple[str, str]]) -> None:
    ways = readings(number(), "".join(kana for _, kana in run))
    digits = {"".join(text for text, label in words if label == "digit") for words in ways}
    assert digits, "not accepted"
    assert any(len(found) <= len(run) + run.count(("2", "ニイ")) for found in digits)


@pytest.mark.parametrize(
    ("said", "digits"),
    [
        ("ゼロイチニノサンヨンゴロクノナナハチキュウゼロ", "01234567890"),
        ("エートバンゴーワレイサンノゴゴゴゴノイチニサンヨンデス", "0355551234"),
        ("イエサイゴワハチデス", "8"),
        ("ロクジャナクテハチデス", "68"),
    ],
)
def test_numbers_and_their_corrections(said: str, digits: str) -> None:
    assert value(number(), said, "digit") == digits


@pytest.mark.parametrize(
    "said",
    [
        "バンゴーワゴゾンジデス",
        "イマカケテイルバンゴーデオネガイシマス",
        "チョットマッテクダサイ",
        "バンゴーワチョット",
    ],
)
def test_replies_instead_of_a_number(said: str) -> None:
    assert value(number(), said, "answer") not in ("", "not accepted")


def test_an_extension() -> None:
    assert value(number(), "ナイセンニヒャクニジュウサンバンデス", "figure") == "二百二十三"


@pytest.mark.parametrize(
    ("said", "surname", "company"),
    [
        ("エガワデス", "エガワ", ""),
        ("スマイルキカクノエガワトモーシマス", "エガワ", "スマイル企画"),
        ("アサヒコームテンノナルミヤトモーシマス", "ナルミヤ", "アサヒ工務店"),
        ("ホクリクデンシコーギョーノエガワデス", "エガワ", "ホクリク電子工業"),
        ("チガイマスサイドウデス", "サイドウ", ""),
    ],
)
def test_who_is_calling(said: str, surname: str, company: str) -> None:
    assert value(who(), said, "surname") == surname
    assert value(who(), said, "company") == company


def test_an_unlisted_name_is_spelt_by_morae_and_a_listed_one_is_cheaper() -> None:
    words = readings(who(), "ヌヘモトデス")[0]
    assert [text for text, label in words if label.endswith("surname")] == list("ヌヘモト")
    assert readings(who(), "サトウデス")[0][0] == ("サトウ", "surname")


def test_staff_with_department_title_and_wish() -> None:
    words = readings(staff(COMPANY), "エイギョウノクリモトサンイラッシャイマスカ")[0]
    assert [text for text, label in words if label in ("department", "staff", "title")] == ["営業部", "栗本", "さん"]


def test_an_opening_with_everything() -> None:
    said = "オセワニナッテオリマススマイルキカクノエガワトモーシマスガクリモトサンイラッシャイマスカ"
    words = readings(opening(COMPANY), said)[0]
    assert ("エガワ", "surname") in words
    assert ("栗本", "staff") in words


def test_answers_in_a_row() -> None:
    assert value(answer(), "ハイソーデス", "answer") == "はいそうです"


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("イマメモトリマスンデチョットマッテモラエマスカ", "今メモ取りますんでちょっと待ってもらえますか"),
        ("カクモノモッテキマス", "書くもの持ってきます"),
        ("ショーショーオマチヲ", "少々お待ちを"),
        ("イマヒカエマスノデ", "今控えますので"),
        ("モースコシユックリオネガイデキマスカ", "もう少しゆっくりお願いできますか"),
        ("マワリガウルサクテキキトレマセンデシタ", "周りがうるさくて聞き取れませんでした"),
        ("ソーデワナインデスケド", "そうではないんですけど"),
        ("ハイドーモゴメンクダサイ", "はいどうもごめんください"),
    ],
)
def test_short_replies_put_together(said: str, written: str) -> None:
    assert value(answer(), said, "answer") == written


@pytest.mark.parametrize(
    ("said", "spelt"),
    [
        ("エガワ", "エガワ"),
        ("エーゴノエ、カニテンテン、ワラビノワ", "エガワ"),
        ("サクラノサ", "サ"),
        ("サクラノサ、ワニノワ、ブドーノブ、ン、デス", "サワブン"),
        ("オニギリノオ、オニギリノオ、ミカンノミ、ダイコンノダ", "オオミダ"),
        ("タ、ケ、ジョ、ウ、ジ、デス", "タケジョウジ"),
        ("ジテンシャノジ、チイサイヨ、ウサギノウ", "ジョウ"),
        ("ツマヨウジノツ、クワガタノク", "ツク"),
    ],
)
def test_kana_by_kana(said: str, spelt: str) -> None:
    assert value(kana(), said, "kana") == spelt


def test_kana_that_are_spelt_cost_less_with_a_pause_after_each() -> None:
    costs = {(arc.source, arc.target, arc.kana): arc.cost for arc in kana().arcs if arc.label == "kana"}
    paused = [
        (costs[source, target, said[:-1]] - cost) for (source, target, said), cost in costs.items() if said[-1] == "、"
    ]
    assert len(paused) > 1000
    assert min(paused) > 0


def test_an_address_is_recognised_right_and_wrong() -> None:
    net = echo("kurimoto@smile.example")
    assert readings(net, "クリモトアットマークスマイルドットエグザンプル")
    assert value(net, "ケーエーアットマーク", "letter") == "ka@"
    assert readings(net, "クリハラアットマーク")
    assert value(net, "ハイ", "answer") == "はい"


def test_romaji() -> None:
    assert romaji("kurimoto") == ("クリモト",)
    assert romaji("hattori") == ("ハットリ",)
    assert romaji("shinjuku") == ("シンジュク",)
    assert romaji("xqz") == ()


def test_every_question_has_networks_whose_names_tell_their_content() -> None:
    nets = [net for ask in Ask for net in grammars_for(Expected(ask, email="a@b.example"), COMPANY)]
    assert all(1 <= len(grammars_for(Expected(ask), COMPANY)) <= 3 for ask in Ask)
    by_name: dict[str, Network] = {}
    for net in [*nets, *lasting(COMPANY), staff(Vocabulary())]:
        assert by_name.setdefault(net.name, net) == net
        grammar = Grammar(net.name, tuple(Arc(*arc) for arc in net.arcs), net.finals)
        assert [tuple(arc) for arc in grammar.arcs] == [tuple(arc) for arc in net.arcs]


def test_all_that_the_networks_say_can_be_pronounced() -> None:
    for net in (*lasting(COMPANY), echo("info@smile-seiko.example")):
        for kana_said in {arc.kana for arc in net.arcs if arc.kana}:
            assert pronunciations(kana_said)
            assert kana_said == to_katakana(kana_said)


def test_probabilities_of_what_follows_a_state_add_up_to_one_at_most() -> None:
    import math

    net = network("n", sequence(optional(word("ア"), 0.3), repeat(alternatives((word("イ"), 3.0), word("ウ")), 0.25)))
    shares: dict[int, float] = defaultdict(float)
    for arc in net.arcs:
        shares[arc.source] += math.exp(-arc.cost)
    assert all(share == pytest.approx(1.0) for share in shares.values())
