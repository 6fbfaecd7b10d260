"""A company, a call and what was said in it, as the tests of the records use them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time
from pathlib import Path
from types import MappingProxyType

import numpy as np

from bot.company.rules import Recipient
from bot.company.script import Absence, Hours, MayTell, Name, Script, Span, Staff
from bot.dialogue.actions import Phrase, Say
from bot.dialogue.events import Began, Event, Heard, Spoken
from bot.journal import Journal
from bot.store import Call, open_store
from nlu.hearing import Hearing
from nlu.meaning import Answer, Meaning, Reason, Slot, Slots
from voice.record import Recorder, Side

BEGAN = datetime(2026, 11, 24, 5, 10, tzinfo=UTC).timestamp()
"""14:10 on a Tuesday in Tokyo."""

KURIMOTO = Staff(
    "kurimoto",
    Name("栗本", "クリモト"),
    Name("健二", "ケンジ"),
    "営業部",
    may_tell=MayTell(email="kurimoto@smilecorp.example"),
    schedule=(Absence(datetime(2026, 11, 24, tzinfo=UTC), datetime(2026, 11, 25, tzinfo=UTC), "出張"),),
)

SCRIPT = Script(
    key="smile",
    version="f" * 64,
    company=Name("スマイル精工株式会社", "スマイルセイコウ"),
    spoken=Name("スマイル精工", "スマイルセイコウ"),
    numbers=("0421118844",),
    hours=Hours(tuple((Span(time(9), time(18)),) for _ in range(7))),
    wording=MappingProxyType({"greeting": ("お電話ありがとうございます。",)}),
    staff=(KURIMOTO,),
    recipients=(Recipient("eigyo@smilecorp.example"), Recipient("soumu@smilecorp.example")),
)

CALL = Call("call-1", "smile", SCRIPT.version, "loopback", "line-1", "0421118844", "0312345678", BEGAN)


def heard(at: float, text: str, meaning: Meaning, since: float) -> Heard:
    """The caller said something for two seconds that ended at `at`."""
    return Heard(at, Hearing.of(text), meaning, (at - since - 2.0, at - since))


def talk(began: float = BEGAN) -> tuple[Event, ...]:
    """A call as far as it came: the caller, whom, why and the number; no end."""
    caller = Slots(Slot("エガワ", "江川"), Slot("スマイルキカク", "スマイル企画"), Slot("kurimoto", "栗本さん"))
    wish = Meaning(Reason.PERSON, None, caller, urgent=True, purpose="今日中に連絡を取りたい", confidence=0.9)
    number = Meaning(None, None, Slots(number=Slot("01234567890", "012-3456-7890")), confidence=0.9)
    return (
        Began(began, CALL.called, CALL.caller, "loopback"),
        Spoken(began + 4.0),
        heard(began + 9.0, "スマイル企画の江川と申しますが至急栗本さんをお願いします", wish, began),
        Spoken(began + 14.0),
        heard(began + 17.0, "はい", Meaning(answer=Answer.YES, confidence=0.9), began),
        Spoken(began + 22.0),
        heard(began + 27.0, "012の3456の7890です", number, began),
    )


def leave_call(folder: Path, script: Script, sound_seconds: int = 28) -> Path:
    """The database and raw recording that a process killed in the middle of `talk` leaves; the database's path."""
    call = replace(CALL, script_version=script.version, recording=str(folder / f"{CALL.id}.flac"))
    recorder = Recorder(Path(call.recording), 8000)
    tone = (8000 * np.sin(np.arange(8000 * sound_seconds) * 0.3)).astype("<i2").tobytes()
    recorder.write(Side.CALLER, tone)
    recorder.write(Side.OURS, tone[: len(tone) // 2])
    database = folder / "denwaban.db"
    store = open_store(database)
    journal = Journal(store, own_thread=False)
    journal.begin(call, script)
    for event in talk(call.began):
        journal.append(call.id, event.at, event)
        journal.append(call.id, event.at, Say((Phrase("はい、スマイル精工でございます。"),)))
    assert journal.close()
    store.close()
    return database
