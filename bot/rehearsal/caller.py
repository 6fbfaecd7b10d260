"""The mind of a simulated caller: from the receptionist's words to what is said next. Pure.

It knows its own facts and what it reads of the receptionist's words, nothing of the receptionist's state: what it is
asked it must find in the words, from the last sentence back, as the question comes last. Read-backs are held against
its own facts. Leaves out how and when it speaks (`play`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from bot.rehearsal.book import slip
from bot.rehearsal.plan import Plan
from nlu.kana import canonical, is_kana, to_katakana
from nlu.normalize import normalize
from nlu.words import reading

PATIENCE = 3
"""How often the caller corrects the same thing; from then on it only denies what is wrong. It never says yes to it."""

_CLOSING = re.compile(r"失礼いたします。?$|おかけ直しくださいませ")
_SENTENCE = re.compile(r"[^。?？]*[。?？]?")
_CONDITION = re.compile(r"違っておりましたら|個人の方でしたら")
"""What such a sentence asks is asked of somebody else."""
_ADDRESS = re.compile(r"[A-Za-z0-9._+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
_DIGITS = re.compile(r"\d[\d-]{5,}\d")
_READ_BACK = re.compile(r"(?:(?P<company>[^、。]*?)の)?(?P<name>[^、。の]*)様で(?:いらっしゃいますね|よろしければ)")
_LEGAL = re.compile(r"カブシキ[ガカ]イシャ|ユウゲン[ガカ]イシャ|ゴウドウ[ガカ]イシャ")

QUESTIONS: tuple[tuple[str, str], ...] = (
    ("record", r"発信音のあと"),
    ("wait", r"(少々|ほど)お待ち|お待ちして(おり|い)ます"),
    ("buttons", r"ボタンで.*番号を押"),
    ("kana", r"一文字ずつ.*(区切って|お願い)"),
    ("rest", r"続けてお願い"),
    ("echo", r"復唱を?お願い"),
    ("caller_id", r"今おかけの番号で"),
    ("confirm_number", r"以上でよろしい|お間違い(ござい|あり)ません|\d.*でよろしければ|\d[\d-]{6,}.*よろしい"),
    ("confirm_caller", r"様で(いらっしゃいますね|よろしければ)"),
    ("offer_email", r"メールアドレスを.*(ご案内|お伝え|お教え)"),
    ("offer_callback", r"折り返し.*(差し上げましょうか|ご希望)"),
    ("staff", r"どちらの者|部署と名前を"),
    ("caller", r"御社名とお名前"),
    ("company", r"御社名"),
    ("name", r"お名前を(?!教え)|お名前は"),
    ("number", r"お?電話番号を|番号を(お願い|伺)|もう一度番号を"),
    ("purpose", r"ご用件.*(でしょうか|お願い|お聞かせ)"),
    ("far", r"もしもし|お電話が.*遠い|聞き取れません|お声が届いて"),
)
"""Kinds of what one is asked, by words; the first that fits a sentence counts."""


@dataclass(frozen=True, slots=True)
class Memory:
    """What the caller remembers of the call."""

    last: str = ""
    """Key of what was last said."""
    asked: Mapping[str, int] | None = None
    """How often each kind of question was met."""
    corrected: Mapping[str, int] | None = None
    """How often each kind of thing was corrected."""
    slipped: bool = False
    """The wrong number was given and not yet corrected."""
    unanswered: int = 0
    """Questions that were left without an answer."""

    def times(self, kind: str) -> int:
        """How often this kind of question was met before."""
        return (self.asked or {}).get(kind, 0)


@dataclass(frozen=True, slots=True)
class Reply:
    """What the caller does."""

    kind: str
    """What it took the words for: a kind of `QUESTIONS`, "greeting", "good-bye", "other"."""
    key: str = ""
    """Of the book; "" = says nothing."""
    press: str = ""
    """Push buttons instead."""
    over: bool = False
    """Hangs up after it."""
    mumbled: bool = False
    """Muffled and too quiet."""


def answer(plan: Plan, memory: Memory, words: str) -> tuple[Memory, Reply]:
    """What the caller does once the receptionist has said these words."""
    manners = plan.written.manners
    if _CLOSING.search(words.strip()):
        return memory, Reply("good-bye", "bye", over=True)
    kind = kind_of(words) or ("greeting" if not memory.asked else "other")
    times = memory.times(kind)
    asked = {**(memory.asked or {}), kind: times + 1}
    before, memory = memory, replace(memory, asked=asked)
    if kind == "wait":
        return memory, Reply(kind)
    if before.unanswered < manners.silent:
        return replace(memory, unanswered=before.unanswered + 1), Reply(kind)
    memory, reply = _reply(plan, memory, kind, words)
    if times < manners.mumbles and reply.key:
        reply = replace(reply, mumbled=True)
    return replace(memory, last=reply.key or memory.last), reply


def kind_of(words: str) -> str:
    """What is asked, from the last sentence back; "" where nothing is that the caller knows an answer to."""
    sentences = [found[0].strip() for found in _SENTENCE.finditer(words) if found[0].strip()]
    for kind in ("record", "echo"):  # these stand before other words of the same turn
        if any(re.search(pattern, words) for name, pattern in QUESTIONS if name == kind):
            return kind
    for sentence in reversed(sentences):
        if _CONDITION.match(sentence):
            continue
        for kind, pattern in QUESTIONS:
            if re.search(pattern, sentence):
                return kind
    return ""


def _reply(plan: Plan, memory: Memory, kind: str, words: str) -> tuple[Memory, Reply]:
    wishes, caller, manners = plan.written.wishes, plan.written.caller, plan.written.manners
    match kind:
        case "confirm_caller":
            return _check_caller(plan, memory, words)
        case "confirm_number":
            return _check_number(plan, memory, words)
        case "echo":
            return _echo(plan, memory, words)
        case "number" | "rest" if caller.number:
            first = manners.corrects_itself and kind == "number" and memory.times("number") == 1
            memory = replace(memory, slipped=memory.slipped or first)
            return memory, Reply(kind, "slip" if first else "number" if kind == "number" else "number_rest")
        case "number" | "rest" | "buttons" if not caller.number:
            return memory, Reply(kind, "no_thanks")
        case "buttons":
            return memory, Reply(kind, press="".join(caller.number) + "#")
        case "caller_id":
            return memory, Reply(kind, "caller_id_yes" if wishes.caller_id or not caller.number else "caller_id_no")
        case "offer_email":
            return memory, Reply(kind, "yes_please" if wishes.email else "no_thanks")
        case "offer_callback":
            return memory, Reply(kind, "yes_please" if wishes.callback else "no_thanks")
        case "purpose" | "far" if not memory.last:
            return memory, Reply(kind, "opening")
        case "far":
            return memory, Reply(kind, memory.last)
        case _:
            said = {"greeting": "opening", "kana": "name_kana", "record": "message", "other": "hai"}
            if kind == "kana" and "のように" in words:
                return memory, Reply(kind, "name_words")
            if kind in ("caller", "name", "company") and "ゆっくり" in words:
                return memory, Reply(kind, f"{kind}_slow")
            return memory, Reply(kind, said.get(kind, kind))


def _check_caller(plan: Plan, memory: Memory, words: str) -> tuple[Memory, Reply]:
    caller = plan.written.caller
    found = _read_back(words)
    if found is None:
        return memory, Reply("confirm_caller", "yes_right")
    company, name = found
    wrong_name = bool(name) and _sound(name) not in {_sound(form) for form in _forms(caller.name, caller.reading)}
    forms = {_sound(form) for form in _forms(caller.company, caller.company_reading or "")}
    wrong_company = bool(company) and _sound(company) not in forms
    if not wrong_name and not wrong_company:
        return memory, Reply("confirm_caller", "yes_right")
    memory, tired = _correct(memory, "caller")
    if tired:
        return memory, Reply("confirm_caller", "denies")
    key = "fix_caller" if wrong_name and wrong_company else "fix_name" if wrong_name else "fix_company"
    if key == "fix_name" and memory.corrected and memory.corrected["caller"] > 1:
        key = "fix_name_again"
    if wrong_name and caller.mistaken_for and _sound(name) == _sound(caller.mistaken_for):
        key = "fix_mistaken"
    return memory, Reply("confirm_caller", key)


def _read_back(words: str) -> tuple[str, str] | None:
    """Company and name as they were read back; "" for one that was not."""
    found = _READ_BACK.search(words)
    if found is None:
        return None
    return found["company"] or "", found["name"]


def _forms(text: str, kana: str) -> list[str]:
    """The whole, and its first word: full name and surname."""
    return [form for form in (text, kana, text.split()[0] if text else "", kana.split()[0] if kana else "") if form]


def _sound(text: str) -> str:
    """How something written sounds, without what a company's legal form adds."""
    plain = to_katakana(normalize(text).replace("株式会社", "").replace("有限会社", "").replace(" ", ""))
    return canonical(_LEGAL.sub("", plain if is_kana(plain) else to_katakana(reading(plain))))


def _check_number(plan: Plan, memory: Memory, words: str) -> tuple[Memory, Reply]:
    own = plan.written.caller.number
    read = _DIGITS.search(normalize(words))
    said = read[0] if read else ""
    digits, mine = said.replace("-", ""), "".join(own)
    if memory.slipped and digits == "".join(slip(own)):
        memory, tired = _correct(memory, "slip")
        return memory, Reply("confirm_number", "fix_number" if tired else "fix_last")
    if not own or digits == mine or digits == plan.written.caller.presents:
        return replace(memory, slipped=False), Reply("confirm_number", "yes_right")
    memory, tired = _correct(memory, "number")
    if tired:
        return memory, Reply("confirm_number", "denies")
    theirs = said.split("-")
    wrong = [place for place, (a, b) in enumerate(zip(own, theirs, strict=False)) if a != b]
    same_cut = [len(group) for group in own] == [len(group) for group in theirs] and len(own) == 3
    first = (memory.corrected or {}).get("number", 0) == 1
    part = same_cut and len(wrong) == 1 and first
    return replace(memory, slipped=False), Reply("confirm_number", f"fix_number:{wrong[0]}" if part else "fix_number")


def _echo(plan: Plan, memory: Memory, words: str) -> tuple[Memory, Reply]:
    """Repeat an address that was read out, if it is the one that the caller can say."""
    address = plan.written.caller.address
    found = _ADDRESS.search(normalize(words))
    if not address or (found is not None and found[0].lower() != address.lower()):
        return memory, Reply("echo", "yes_right")
    wrong = plan.written.manners.repeats_wrongly and memory.times("echo") == 1
    return memory, Reply("echo", "echo_wrong" if wrong else "echo")


def _correct(memory: Memory, what: str) -> tuple[Memory, bool]:
    """One correction more; True: the caller is tired of it."""
    times = (memory.corrected or {}).get(what, 0) + 1
    return replace(memory, corrected={**(memory.corrected or {}), what: times}), times > PATIENCE
