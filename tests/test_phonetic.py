"""The phonetic ear on synthetic speech over a telephone line: floors for whole groups, far below what is measured
(tests/bench/ear.py measures), so that only a breakage falls through them."""

from collections.abc import Callable, Sequence
from functools import cache

import pytest

from nlu.grammars.asked import answer, number, staff, who
from nlu.grammars.networks import Network
from nlu.vocabulary import Person, Vocabulary
from tests.telephone import caller, noisy
from voice.audio import Sound
from voice.engines import Arc, Grammar, Transcript
from voice.engines.graph import WordEntry
from voice.engines.inline import Engines
from voice.engines.openjtalk import OpenJTalk
from voice.engines.phonetic import apart

COMPANY = Vocabulary(
    "スマイル精工",
    "スマイルセイコウ",
    (
        Person("kurimoto", "栗本", "クリモト", "一郎", "イチロウ", "営業部"),
        Person("sato", "佐藤", "サトウ", "花子", "ハナコ", "総務部"),
        Person("takeda", "武田", "タケダ", "健", "ケン", "営業部"),
        Person("mizuno", "水野", "ミズノ", "次郎", "ジロウ", "製造部"),
    ),
    (("営業部", "エイギョウブ"), ("総務部", "ソウムブ"), ("製造部", "セイゾウブ")),
)
NUMBERS = {
    "ゼロサンの、ゴーロクナナハチの、イチニーサンヨンです": "0356781234",
    "ゼロキュウゼロの、ハチヨンニーイチの、ロクゴーサンナナです": "09084216537",
    "番号は、ゼロロクの、ヨンキュウイチニーの、サンゼロハチゴーになります": "0649123085",
    "ゼロイチニーの、サンヨンゴーロクの、ナナハチキュウゼロ": "01234567890",
}
ANSWERS = {
    "はい、そうです": "そうです",
    "違います": "違います",
    "もう一度お願いします": "もう一度",
    "ちょっと待ってください": "待って",
    "はい、お願いします": "お願いします",
}
NAMES = {
    "田中と申します": "タナカ",
    "山本です": "ヤマモト",
    "中村と申しますが": "ナカムラ",
    "小林です": "コバヤシ",
    "三浦と申します": "ミウラ",
    "石田です": "イシダ",
}
STAFF = {
    "営業部の栗本さんいらっしゃいますか": "栗本",
    "武田様お願いします": "武田",
    "総務部の佐藤さんお願いします": "佐藤",
    "水野さんはいらっしゃいますか": "水野",
}


@cache
def engines() -> Engines:
    return Engines()


@cache
def voice() -> OpenJTalk:
    return OpenJTalk()


def grammar(network: Network) -> Grammar:
    return Grammar(network.name, tuple(Arc(*arc) for arc in network.arcs), network.finals)


def heard(text: str, network: Network, seed: int = 0) -> Transcript:
    return engines().transcribe(caller(text, seed, voice()), 8_000, [grammar(network)])[0]


def labelled(transcript: Transcript, label: str) -> str:
    return "".join(word.text for word in transcript.words if word.label == label)


def right(said: dict[str, str], network: Network, value: Callable[[Transcript], Sequence[str] | str]) -> float:
    hits = [expected in value(heard(text, network, seed)) for seed, (text, expected) in enumerate(said.items())]
    return sum(hits) / len(hits)


def test_most_digits_of_numbers_are_heard() -> None:
    from rapidfuzz.distance import Levenshtein

    wrong = sum(
        Levenshtein.distance(digits, labelled(heard(text, number(), seed), "digit"))
        for seed, (text, digits) in enumerate(NUMBERS.items())
    )
    assert wrong / sum(map(len, NUMBERS.values())) < 0.4


def test_short_answers_are_heard() -> None:
    assert right(ANSWERS, answer(), lambda transcript: transcript.text) >= 0.6


def test_common_surnames_are_heard() -> None:
    assert right(NAMES, who(), lambda transcript: labelled(transcript, "surname")) >= 0.3


def test_members_of_staff_are_heard() -> None:
    assert right(STAFF, staff(COMPANY), lambda transcript: labelled(transcript, "staff")) >= 0.5


def test_words_carry_times_kana_and_confidence() -> None:
    transcript = heard("はい、そうです", answer())
    times = [time for word in transcript.words for time in (word.start_seconds, word.end_seconds)]
    assert times == sorted(times)
    assert transcript.kana
    assert all(0.0 <= word.confidence <= 1.0 for word in transcript.words)
    assert 0.0 <= transcript.confidence <= 1.0


def test_other_talk_is_covered_less_than_what_the_grammar_has() -> None:
    fits = [heard(text, answer(), seed) for seed, text in enumerate(ANSWERS)]
    others = [
        heard(text, answer(), seed)
        for seed, text in enumerate(
            (
                "昨日注文した部品がまだ届かないのですが",
                "駅から歩いて何分くらいかかりますか",
                "来月の展示会についての資料を送りました",
            )
        )
    ]
    assert sum(other.covered for other in others) < sum(fit.covered for fit in fits)
    assert max(other.confidence for other in others) < max(fit.confidence for fit in fits)


def test_noise_and_nothing_are_no_words_to_rely_on() -> None:
    quiet = Sound(bytes(32_000), 16_000)
    hiss = noisy(Sound(b"\x10\x00" * 32_000, 16_000), 1, 0.0)
    for sound in (quiet, hiss, Sound(b"", 16_000)):
        (transcript,) = engines().transcribe(sound, 8_000, [grammar(number())])
        assert not transcript.covered or not labelled(transcript, "digit")


def test_the_same_sound_gives_the_same_transcript() -> None:
    assert heard("はい、そうです", answer()) == heard("はい、そうです", answer())


@pytest.mark.parametrize("band_hz", [8_000, 16_000])
def test_one_pass_serves_several_grammars_in_order(band_hz: int) -> None:
    grammars = [grammar(answer()), grammar(number())]
    found = engines().transcribe(caller("はい", 3, voice()), band_hz, grammars)
    assert [transcript.grammar for transcript in found] == [one.name for one in grammars]


def test_another_name_goes_before_another_spelling_of_the_company() -> None:
    def said(company: str, name: str) -> tuple[WordEntry, ...]:
        firm = WordEntry(company, company, "company")
        return firm, WordEntry("ノ", "の", ""), WordEntry(name, name, "surname"), WordEntry("デス", "です", "")

    others = said("アオーバ", "コンドウ"), said("アオバー", "コンドウ"), said("アオバ", "ホンドウ")
    assert apart(said("アオバ", "コンドウ"), others) == (
        "アオバのホンドウです",
        "アオーバのコンドウです",
        "アオバーのコンドウです",
    )
