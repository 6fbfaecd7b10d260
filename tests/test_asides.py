"""Words to a child or a dog beside the caller are none to us; a wish that we wait is."""

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.asides import without_asides
from nlu.expected import Ask, Expected
from nlu.hearing import Hearing
from nlu.meaning import Answer, Meaning, Reason
from nlu.normalize import normalize
from nlu.understand import understand
from nlu.vocabulary import Vocabulary


def meant(words: str, ask: Ask = Ask.OPENING) -> Meaning:
    return understand(Hearing.of(words), Expected(ask), datetime(2026, 11, 24, 10, 0), Vocabulary())


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("あの、ちょっと待っててね、ママ電話中、すみません、七五三の料金を聞きたいんですけど", Reason.QUESTION),
        (
            "すみません、ちょっと待ってってば、ごめんなさい犬が騒いで、明日の四時に予約できますか",
            Reason.RESERVATION_NEW,
        ),
        ("ええと、あ、ちょっと待ちなさい、すみません子どもが、カットの予約をお願いします", Reason.RESERVATION_NEW),
        ("静かにして今電話してるの、すみません、営業時間は何時までですか", Reason.QUESTION),
        ("こら、やめなさい、失礼しました、工場の佐野さんお願いします", Reason.PERSON),
        ("ママ今電話してるの、あとでね、すみません、あの、駐車場ってありますか", Reason.QUESTION),
        ("だからちょっと待っとけ、すいません、予約を取り消したいんですが", Reason.RESERVATION_CANCEL),
    ],
)
def test_who_speaks_to_somebody_else_between_is_heard_out(words: str, reason: Reason) -> None:
    meaning = meant(words)
    assert meaning.answer is not Answer.HOLD
    assert meaning.reason is reason


@pytest.mark.parametrize(
    "words",
    [
        "ちょっと待ってください、今確認しますので",
        "あ、ちょっと待ってね、今ペン持ってくるから",
        "すみません、ちょっと待ってください、人が来たので",
        "ちょっと待ってね、今見てくるから、すみません",
    ],
)
def test_who_asks_us_to_wait_is_waited_for(words: str) -> None:
    assert meant(words, Ask.OFFER).answer is Answer.HOLD


@pytest.mark.parametrize(
    "words",
    [
        "三日間待ってもらえますか、すみません、月末には必ずお支払いします",
        "もうやめてください、すみませんが二度とかけてこないで",
        "もう待って三十分になるんですけど、すみません、まだですか",
        "営業時間を教えてください",
    ],
)
def test_what_is_said_to_us_stays(words: str) -> None:
    assert without_asides(normalize(words)) == normalize(words)


@given(st.text(max_size=80))
def test_nothing_raises(words: str) -> None:
    without_asides(words)
