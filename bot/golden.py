"""Golden calls: what a company's receptionist must do, as plain text that its staff can read and write.

    # 栗本は出張中。メールを案内する
    @ 2026-11-24 14:10  from 0312345678     (and: 転送元 応答なし, where the company's line passed it on)
    受付> お電話ありがとうございます。スマイル精工でございます。
    客> スマイル企画の江川と申しますが 営業の栗本さんいらっしゃいますか
    [沈黙 6]        nothing is heard for six seconds
    [ボタン 0312345678#]
    [遮る 25]       the caller speaks into our words, of which he has heard so many characters
    [雑音]          something was said that nobody could make out
    [ファックス]     a fax machine's calling tone
    [転送 101 応答]  we put the caller through to 101, and it is answered (or 応答なし, 話し中)
    [発信音] [終話]  we beep; we hang up
    [切断]          the caller hangs up
    [応答 佐藤]      an operator takes the call; all of an operator's lines are in `bot/operator_lines`
    [前回 2026-11-23 15:00 03-1234-5678 エガワ 「見積もりの件」]   an earlier call, see `bot/earlier_lines`
    報告: 氏名 エガワ(確認済み) 会社 スマイルキカク(確認済み) …

A call is played through understanding and `step`, and the whole transcript is compared: what differs is a
diff. Lines of the caller and of the line's side are input; the others are what must come out.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from bot.company.load import ScriptError, vocabulary
from bot.company.script import Script
from bot.desk import Desk, Question
from bot.dialogue import hours
from bot.dialogue.actions import Action, Beep, CallOff, HandOver, HangUp, Say, Transfer
from bot.dialogue.events import Began, Digit, Due, Event, Heard, HungUp, Interrupted, Spoken, Tone, Transferred
from bot.dialogue.state import BookingAction, BookingFact, Captured, Facts, Outcome, State, Status
from bot.dialogue.step import step
from bot.earlier_lines import earlier_call, memory
from bot.operator_lines import operator_event, rings
from bot.practice import practice_desk
from bot.reporting.report import owes_callback
from nlu import phone
from nlu.expected import Ask, Expected
from nlu.hearing import Hearing
from nlu.meaning import Meaning
from nlu.understand import understand
from nlu.vocabulary import Vocabulary

HEAD = re.compile(
    r"@\s*(\d{4}-\d{2}-\d{2} \d{1,2}:\d{2})(?:\s+from\s+(\d+))?(?:\s+転送元\s+(応答なし|話し中|常に))?\s*$"
)
DIVERTED = {"応答なし": "no_answer", "話し中": "busy", "常に": "always"}
SPEECH_SECONDS = 3.0
"""What saying something takes in a golden call; the calls are about words, not about time."""

TRANSFER_WHY = {"応答": "answered", "応答なし": "no_answer", "話し中": "busy"}
OUTCOMES = {
    Outcome.MESSAGE: "伝言",
    Outcome.TRANSFERRED: "転送",
    Outcome.RECORDED: "録音",
    Outcome.ABANDONED: "途中で終了",
    Outcome.RESERVED: "予約",
    Outcome.ANSWERED: "ご案内のみ",
    Outcome.GIVEN_UP: "予約取りやめ",
    Outcome.REFUSED: "営業お断り",
    Outcome.WRONG_NUMBER: "間違い電話",
    Outcome.FAX: "ファックス",
    Outcome.NOTHING: "発話なし",
    Outcome.TAKEN_OVER: "担当者対応",
    Outcome.TURNED_AWAY: "混雑",
}

BOOKED = {BookingAction.NEW: "予約", BookingAction.CHANGE: "予約変更", BookingAction.CANCEL: "予約取消"}


@dataclass
class Playing:
    """One call being played: the transcript so far."""

    script: Script
    words: Vocabulary
    desk: Desk
    state: State = field(default_factory=State)
    lines: list[str] = field(default_factory=list)
    waiting: list[Event] = field(default_factory=list)
    """Events our own actions brought about, to be fed before the caller's next."""
    happened: list[Event] = field(default_factory=list)
    """All events so far."""
    meant: Meaning = field(default_factory=Meaning)
    """What the caller's last words were taken for."""
    saying: str = ""
    """Our words that are being spoken; they are heard to their end unless the next line interrupts them."""
    transfers: Iterator[str] = field(default_factory=lambda: iter(()))
    """How each transfer of this call ends, as its golden line says."""
    ringing: Iterator[list[str]] = field(default_factory=lambda: iter(()))
    """What each ringing at the operators meets with, as its golden line says."""
    takes: Callable[[str, float], bool] = lambda to, at: True
    """Whether an extension is answered of which no line says how its transfer ends."""

    def feed(self, event: Event) -> None:
        """One event, and all that follows from it by itself."""
        self.waiting.append(event)
        while self.waiting:
            self.happened.append(event := self.waiting.pop(0))
            self.state, actions = step(self.script, self.state, event)
            for action in actions:
                self._act(action)

    def _act(self, action: Action) -> None:
        at = self.state.at
        match action:
            case Say():
                self.lines.append(f"受付> {action.text}")
                self.saying = action.text
            case Beep():
                self.lines.append("[発信音]")
            case _ if isinstance(action, Question):
                answer = self.desk.answer(action, at)
                assert answer is not None, f"nobody answers {action}"
                self.waiting.append(answer)
            case Transfer():
                self._transfer(action, at + SPEECH_SECONDS)
            case HandOver():
                words = next(self.ringing, [])
                self.lines.append(f"[{' '.join(['呼出', action.group, *words])}]")
                self.waiting.append(rings(words, at))
            case CallOff():
                self.lines.append("[呼出終了]")
            case HangUp():
                self.lines.append("[終話]")
                self.waiting.append(HungUp(at, "us"))

    def _transfer(self, action: Transfer, at: float) -> None:
        self.saying = ""
        outcome = next(self.transfers, "") or ("応答" if self.takes(action.to, at) else "応答なし")
        self.lines.append(f"[転送 {action.to} {outcome}]")
        why = TRANSFER_WHY.get(outcome, outcome)
        self.waiting.append(Transferred(at + action.ring_seconds, why == "answered", why))

    def finish(self) -> None:
        """Our words are heard to their end."""
        if self.saying:
            self.saying = ""
            self.feed(Spoken(self.state.at + SPEECH_SECONDS))

    def interrupt(self, characters: int) -> None:
        """The caller speaks after so many characters of our words."""
        heard, self.saying = self.saying[:characters], ""
        self.feed(Interrupted(self.state.at + 1.0, heard))

    def attend(self, line: str, event: Event) -> None:
        """Something that an operator does. Our words are heard to their end first."""
        self.finish()
        self.lines.append(line)
        self.feed(event)

    def noise(self) -> None:
        """The caller says something that nobody can make out."""
        self.finish()
        self.feed(Heard(self.state.at + 1.0, Hearing(()), Meaning(), (0.0, 1.0)))

    def hear(self, text: str) -> None:
        """The caller says this."""
        self.finish()
        at = self.state.at + SPEECH_SECONDS
        expected = self.state.expected or Expected(Ask.OPENING)
        heard = Hearing.of(text)
        meaning = understand(heard, expected, hours.local(at), self.words)
        began = self.state.began.at if self.state.began else at
        self.lines.append(f"客> {text}")
        self.meant = meaning
        self.feed(Heard(at, heard, meaning, (at - SPEECH_SECONDS - began, at - began)))

    def silence(self, seconds: float) -> None:
        """Nothing is heard for so long: every deadline that falls within comes."""
        self.finish()
        self.lines.append(f"[沈黙 {seconds:g}]")
        until = self.state.at + seconds
        while self.state.deadline is not None and self.state.deadline <= until:
            self.feed(Due(self.state.deadline))
            self.finish()


def play(script: Script, path: Path) -> list[str]:
    """Play one golden call; the differences as diff lines, empty when it went as written. Raises ScriptError."""
    wanted = [line.strip() for line in path.read_text("utf-8").splitlines()]
    wanted = [line for line in wanted if line and not line.startswith("#")]
    got = transcript(script, wanted, path)
    return list(difflib.unified_diff(wanted, got, "expected", "played", lineterm="", n=1)) if wanted != got else []


def rewrite(script: Script, path: Path) -> None:
    """Write what was played into the golden call, comments kept, for review."""
    lines = path.read_text("utf-8").splitlines()
    comments = [line for line in lines if line.startswith("#")]
    inputs = [line.strip() for line in lines if line.strip() and not line.startswith("#")]
    path.write_text("\n".join([*comments, *transcript(script, inputs, path)]) + "\n", "utf-8")


def transcript(script: Script, lines: list[str], path: Path) -> list[str]:
    """The call as it goes, given the caller's lines of this golden call."""
    with practice_desk(script, moment_of(lines, path)) as desk:
        playing = begin(script, lines, path, desk)
        for line in lines[1:]:
            enter(playing, line, path)
    if any(line.startswith("報告:") for line in lines):
        playing.lines.append(report_line(script, playing.state))
    return playing.lines


def moment_of(lines: list[str], path: Path) -> float:
    """When a golden call begins, seconds since the epoch. Raises ScriptError."""
    return datetime.strptime(_head(lines, path)[1], "%Y-%m-%d %H:%M").replace(tzinfo=hours.TOKYO).timestamp()


def _head(lines: list[str], path: Path) -> re.Match[str]:
    head = HEAD.match(lines[0]) if lines else None
    if head is None:
        found_text = lines[0] if lines else "an empty file"
        raise ScriptError(
            f"{path}: expected `@ YYYY-MM-DD HH:MM [from NUMBER] [転送元 応答なし]`, found {found_text!r}"
        )
    return head


def begin(script: Script, lines: list[str], path: Path, desk: Desk | None = None) -> Playing:
    """A call that is answered, after its first line; the others tell how transfers end. `desk`: as `practice_desk` has
    it where bookings are to be made. Raises ScriptError."""
    head, at = _head(lines, path), moment_of(lines, path)
    endings = iter([words[2] for words in map(_bracketed, lines) if len(words) > 2 and words[0] == "転送"])
    ringing = iter([words[2:] for words in map(_bracketed, lines) if len(words) > 1 and words[0] == "呼出"])
    before = [line for line in lines if line.startswith("[前回")]
    remember = memory([call for call in (earlier_call(script, line) for line in before) if call is not None])
    desk = replace(desk or Desk(script), remember=remember) if before else desk or Desk(script)
    playing = Playing(script, vocabulary(script), desk, lines=[lines[0], *before], transfers=endings, ringing=ringing)
    diverted = DIVERTED.get(head[3] or "", "")
    playing.feed(Began(at, script.numbers[0] if script.numbers else script.key, head[2] or "", "golden", diverted))
    return playing


def _bracketed(line: str) -> list[str]:
    return line[1:-1].split() if line.startswith("[") and line.endswith("]") else []


def enter(playing: Playing, line: str, path: Path) -> None:
    """One line of a golden call; those of our own side are passed over. Raises ScriptError."""
    if line.startswith("客>"):
        playing.hear(line.removeprefix("客>").strip())
        return
    if event := operator_event(line, playing.state.at + 1.0):
        playing.attend(line, event)
        return
    match _bracketed(line):
        case ["沈黙", seconds]:
            playing.silence(float(seconds))
        case ["ボタン", keys]:
            playing.finish()
            playing.lines.append(line)
            for key in keys:
                playing.feed(Digit(playing.state.at, key))
        case ["遮る", characters]:
            playing.lines.append(line)
            playing.interrupt(int(characters))
        case ["ファックス"]:
            playing.lines.append(line)
            playing.feed(Tone(playing.state.at, "fax"))
            playing.finish()
        case ["雑音"]:
            playing.lines.append(line)
            playing.noise()
        case ["切断"]:
            playing.lines.append(line)
            playing.feed(HungUp(playing.state.at, "caller"))
        case ["転送", *_] | ["呼出", *_] | ["呼出終了"] | ["発信音"] | ["終話"]:
            pass
        case ["前回", *_] if earlier_call(playing.script, line) is not None:
            pass
        case _ if line.startswith(("受付>", "報告:")):
            pass
        case _:
            raise ScriptError(f"{path}: a golden call knows no line {line!r}; see bot/golden.py for what it may say")


def report_line(script: Script, state: State) -> str:
    """The report in one line, as a golden call states it."""
    facts = state.facts
    parts = [f"{label} {_item(item)}" for label, item in _items(script, facts) if item is not None]
    parts += [_booked(script, facts.booking)] if facts.booking else []
    parts += ["至急"] if facts.urgent else ["優先"] if facts.pressing else []
    parts += _owed(state)
    parts += [f"再入電 {facts.chases}"] if facts.chases else []
    parts += [f"{label} {value}" for label, value in facts.details]
    parts += [f"分類 {facts.category}"] if facts.category else []
    parts += [f"応対 {each.name}" + (f"「{each.note}」" if each.note else "") for each in state.attended]
    parts += [f"案内 {told}" for told in facts.told]
    parts += [f"回答 {words}" for words in facts.answered] + [f"未回答 {words}" for words in facts.unanswered]
    parts += ["営業の可能性"] if facts.sales_suspected else []
    return "報告: " + " ".join([*parts, OUTCOMES[state.outcome] if state.outcome else "通話中"])


def _owed(state: State) -> list[str]:
    """A call back is promised where there is a number to call; without one it is only wanted."""
    number = state.facts.number
    if not owes_callback(state):
        return []
    return ["折り返し約束" if number is not None and number.value else "要折り返し"]


def _booked(script: Script, booking: BookingFact) -> str:
    """予約 2026-11-27 19:00 4名 お席のみ"""
    rules = script.rules.reservations
    service = next((each.name.text for each in rules.services if each.key == booking.service), "") if rules else ""
    words = (BOOKED[booking.action], booking.start.replace("T", " "), f"{booking.party}名", service)
    return " ".join(filter(None, words))


def _items(script: Script, facts: Facts) -> list[tuple[str, Captured | None]]:
    staff = facts.staff
    person = script.person(staff.value) if staff else None
    if staff is not None and person is not None:
        staff = Captured(person.family.text, "", staff.status)
    number = facts.number
    if number is not None and number.value:
        groups = tuple(number.text.split("-")) if "-" in number.text and not phone.known(number.value) else None
        number = Captured(phone.written(groups or phone.groups(number.value)), "", number.status)
    company = facts.company
    if company is not None and not company.value:
        company = Captured(company.text, "", company.status)
    return [("氏名", facts.caller_name), ("会社", company), ("番号", number), ("宛先", staff), ("用件", facts.purpose)]


def _item(item: Captured | None) -> str:
    if item is None:
        return ""
    sure = "確認済み" if item.status is Status.CONFIRMED else "未確認"
    return f"{item.value or item.text}({sure})"
