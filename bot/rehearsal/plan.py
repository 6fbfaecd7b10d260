"""A rehearsal as it is written: `scripts/<company>/rehearsals/*.toml` to frozen types.

Rule: like a company's script it holds words, lists and numbers, no logic; what does not fit is a ScriptError that
names file, key, what was found and the remedy. Leaves out what the caller then does (`caller`) and how it sounds
(`voice`, `channel`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, StrictBool
from pydantic.dataclasses import dataclass

from bot.company.fields import CONFIG, Kana, MaybeEmail, Number, Texts, When, Words, refuse
from bot.company.source import Problem, ScriptError, Source

_REPLIES = """
opening caller name name_kana company number number_rest purpose staff yes_right yes_please no_thanks again
caller_id_yes caller_id_no fix_caller fix_name fix_company fix_number denies echo echo_wrong hai message bye
"""
REPLIES = frozenset(_REPLIES.split())
"""Keys of what a caller can say, as `[replies]` may word them anew."""


def _groups(value: object) -> object:
    if isinstance(value, str) and re.fullmatch(r"[0-9]{1,5}(-[0-9]{1,5})*", value):
        return value.split("-")
    raise refuse('write the number as it is spoken, in quotes, a hyphen between the groups: "012-3456-7890"')


def _seeds(value: object) -> object:
    if isinstance(value, list) and value and all(isinstance(seed, int) for seed in value):
        return value
    raise refuse("write a list of whole numbers, as [1, 2, 3]")


Groups = Annotated[tuple[str, ...], BeforeValidator(_groups)]
Times = Annotated[int, Field(strict=True, ge=0, le=99)]
Level = Annotated[float, Field(strict=True, ge=-60, le=60)]
Status = Literal["confirmed", "heard"]
Item = Literal["name", "company", "number", "staff"]
OutcomeName = Literal["message", "transferred", "recorded", "abandoned", "nothing"]
TransferWhy = Literal["answered", "no_answer", "busy", "failed"]
NoiseName = Literal["white", "pink", "brown", "babble"]


@dataclass(frozen=True, config=CONFIG)
class Caller:
    """[caller]: what the caller knows and wants."""

    name: Words
    reading: Kana
    opening: Texts
    """The first words, one way or several."""
    company: str = ""
    """"" = a private person."""
    company_reading: Kana | None = None
    number: Groups = ()
    """As spoken, group by group."""
    presents: Number = ""
    """The number that the line shows, digits; "" = withheld."""
    wants: str = ""
    """Whom, as the caller says it."""
    purpose: Texts = ("お話ししたいことがありまして、お電話しました。",)
    address: MaybeEmail = ""
    """What the caller repeats when a mail address is read out."""
    mistaken_for: Kana | None = None
    """What the name is often heard as; the caller then says "AではなくBです"."""
    readings: dict[str, Kana] = Field(default_factory=dict)
    """How words of the caller's are pronounced, where the dictionary would guess wrongly."""


@dataclass(frozen=True, config=CONFIG)
class Wishes:
    """[wishes]: what the caller answers to offers."""

    email: StrictBool = True
    callback: StrictBool = True
    caller_id: StrictBool = True
    """The number on the line may be called back."""


@dataclass(frozen=True, config=CONFIG)
class Manners:
    """[manners]: how the caller behaves."""

    hesitates: StrictBool = False
    """Fillers, and pauses inside an answer, from which it means to go on."""
    corrects_itself: StrictBool = False
    """Gives the last figure of the number wrongly and corrects it when it is read back."""
    interrupts: StrictBool = False
    """Speaks into the receptionist's prompts, now and then."""
    backchannels: StrictBool = False
    """Says はい and うん over the receptionist's prompts."""
    repeats_wrongly: StrictBool = False
    """Repeats the address wrongly the first time."""
    mumbles: Times = 0
    """How many answers of each kind are muffled and too quiet; 99 = all."""
    silent: Times = 0
    """How many questions get no answer at first; 99 = none ever does."""


@dataclass(frozen=True, config=CONFIG)
class Telephone:
    """[telephone]: the caller's line; what is not given is drawn by the seed."""

    snr_db: Level | None = None
    """Of speech over noise."""
    noise: NoiseName | None = None
    level_db: Level | None = None
    """Of speech, dB under full scale, negative."""
    transfers: tuple[TransferWhy, ...] = ()
    """How the company's extensions take a transfer, one after the other; needs --fast, whose line can transfer."""


@dataclass(frozen=True, config=CONFIG)
class Expectations:
    """[expects]: what must come of the call. A key that is left out is not judged."""

    outcome: OutcomeName
    name: Kana | None = None
    company: Kana | None = None
    number: Groups = ()
    staff: str | None = None
    """Family name of a member of staff, as the report has it."""
    urgent: StrictBool | None = None
    callback_promised: StrictBool | None = None
    told: Texts = ()
    """Each must be in what the report says the caller was told."""
    purpose: Texts = ()
    """Each must be in the report's gist."""
    status: dict[Item, Status] = Field(default_factory=dict)
    must_say: Texts = ()
    """Each must be in the receptionist's words."""
    must_not_say: Texts = ()


@dataclass(frozen=True, config=CONFIG)
class WrittenPlan:
    """A rehearsal's file."""

    title: Words
    caller: Caller
    expects: Expectations
    at: When | None = None
    """The moment of a call on virtual time, so that schedules hold; a call in real time happens now."""
    seeds: Annotated[tuple[int, ...], BeforeValidator(_seeds)] = (1,)
    """Variations: voice, tempo, noise, wording."""
    wishes: Wishes = Wishes()
    manners: Manners = Manners()
    telephone: Telephone = Telephone()
    replies: dict[str, Texts] = Field(default_factory=dict)


@dataclass(frozen=True, config=CONFIG)
class Plan:
    """One rehearsal."""

    path: Path
    company: str
    """Key of the company that is called: the folder's name."""
    written: WrittenPlan

    @property
    def name(self) -> str:
        """smile/urgent"""
        return f"{self.company}/{self.path.stem}"


def load_plan(path: Path) -> Plan:
    """One file. Raises ScriptError."""
    source = Source()
    written = source.read(path, WrittenPlan)
    if written is not None:
        _check(source, path, written)
    if written is None or source.problems:
        raise ScriptError(source.problems)
    return Plan(path, path.resolve().parent.parent.name, written)


def load_plans(paths: Sequence[Path]) -> list[Plan]:
    """All, each file once read. Raises ScriptError with every problem of all of them."""
    plans: list[Plan] = []
    problems: list[Problem] = []
    for path in paths:
        try:
            plans.append(load_plan(path))
        except ScriptError as error:
            problems.extend(error.problems)
    if problems:
        raise ScriptError(problems)
    return plans


def root_of(plans: Sequence[Plan]) -> Path:
    """The folder of scripts that these plans lie in. Raises ScriptError where they lie in several."""
    roots = {plan.path.resolve().parents[2] for plan in plans}
    if len(roots) != 1:
        raise ScriptError("rehearse the calls of one scripts folder at a time; found " + ", ".join(map(str, roots)))
    return roots.pop()


def _check(source: Source, path: Path, written: WrittenPlan) -> None:
    """What one key says of another."""
    caller, manners = written.caller, written.manners
    for key in sorted(written.replies.keys() - REPLIES):
        source.add(path, f"replies.{key}", "is no known key", f"known here are {', '.join(sorted(REPLIES))}")
    if caller.company and caller.company_reading is None:
        source.add(path, "caller.company_reading", "is missing", 'add company_reading = "…" in katakana')
    if manners.corrects_itself and not caller.number:
        source.add(path, "caller.number", "is missing", 'a caller that corrects itself needs number = "…"')
    if manners.repeats_wrongly and not caller.address:
        source.add(path, "caller.address", "is missing", 'a caller that repeats wrongly needs address = "…"')
    if written.expects.outcome == "transferred" and "answered" not in written.telephone.transfers:
        source.add(path, "telephone.transfers", "nobody answers", 'add "answered" for the transfer that is expected')
