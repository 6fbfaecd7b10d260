"""A written call of dialogues.jsonl through the whole audio path: the simulated caller has a voice, and hears.

Rule: the caller reads the receptionist's words and nothing of her mind, and decides live what to say; her own name and
the names she knows are pronounced as they are read. The call is judged like the same call in text
(`bot/simulation/judge`), by the state that its journal gives.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from bot.company.load import load_script
from bot.company.script import Script
from bot.dialogue.actions import Say
from bot.dialogue.events import Heard
from bot.dialogue.state import State
from bot.dialogue.step import step
from bot.journal import Entry, from_row, replay
from bot.rehearsal.book import Line, Piece, digits_spoken
from bot.rehearsal.caller import Reply
from bot.rehearsal.fast import Rehearsed, call_with
from bot.rehearsal.plan import Plan, WrittenPlan
from bot.rehearsal.play import Player, Spoke
from bot.rehearsal.voice import Clip, voiced
from bot.simulation import caller as simulated_caller
from bot.simulation import judge as judge_dialogues
from bot.simulation.score import Scored
from bot.simulation.turns import Memory, Role, own_words, role_of
from bot.store import Store, list_calls, open_store, read_rows
from nlu.identity import romaji
from nlu.words import LETTERS

TRANSFERS = ("answered",) * 4
"""Whoever is put through is taken."""
_FIGURES = re.compile(r"[0-9〇一二三四五六七八九]{2,}(?:の[0-9〇一二三四五六七八九]{2,})+|0[0-9]{9,10}")
_LATIN = re.compile(r"[A-Za-z]+")
_TO_DIGITS = str.maketrans("〇一二三四五六七八九", "0123456789")


@dataclass(frozen=True, slots=True)
class Spoken:
    """One written call as it was spoken, and judged."""

    rehearsed: Rehearsed
    scored: Scored


class Actor:
    """The mind of a simulated caller with a voice."""

    def __init__(self, role: Role, say: Callable[[Line], Clip], readings: Mapping[str, str]) -> None:
        """`readings`: how words of the caller's are pronounced."""
        self._role = role
        self._say = say
        self._readings = sorted(readings.items(), key=lambda item: -len(item[0]))
        self._memory: Memory | None = None
        """None: nothing was said yet."""

    def answer(self, words: str) -> tuple[Reply, Clip | None]:
        """The first line at the greeting; from then on what the role says."""
        if self._memory is None:
            self._memory = Memory(last=self._role.lines[0].text)
            return Reply("greeting", "opening"), self._clip(self._role.lines[0].text)
        self._memory, reply = simulated_caller.answer(self._role, self._memory, words)
        return Reply(reply.kind, reply.kind, press=reply.press, over=reply.over), self._clip(reply.text)

    def _clip(self, text: str) -> Clip | None:
        return self._say(Line((Piece(text, spoken(text, self._readings)),))) if text.strip("、。") else None


def spoken(text: str, readings: list[tuple[str, str]]) -> str:
    """A line as it is pronounced: names by their readings, numbers figure by figure, letters by their sounds."""
    for written, kana in readings:
        text = text.replace(written, kana)
    text = _FIGURES.sub(lambda found: digits_spoken(found[0].translate(_TO_DIGITS).split("の")), text)
    return _LATIN.sub(lambda found: _lettered(found[0]), text)


def _lettered(word: str) -> str:
    """Capitals by their names, anything else as an address is read."""
    if word.isupper():
        return "".join(LETTERS[letter] for letter in word.lower())
    return romaji.sounds(word.lower()) or word


def readings_of(role: Role, script: Script) -> dict[str, str]:
    """What the caller knows the sound of: itself, and whom it asks for."""
    known = {person.family.text: person.family.kana for person in script.staff}
    return known | own_words(role)


def rehearse_dialogue(
    root: Path, row: Mapping[str, Any], seed: int, folder: Path, tell: Callable[[Spoke], None]
) -> Spoken:
    """One call to a company under `root`; `folder` takes its journal, mail and recording."""
    role, script = role_of(row), load_script(root / row["company"])
    plan = _plan(root, row, role)
    voice = voiced(plan, {"nod": Line((Piece("はい", "はい"),))}, seed)
    mind = Actor(role, voice.say, readings_of(role, script))
    player = Player(plan, voice, seed, folder / f"{row['id']}-{seed}.flac", tell, mind)
    store = open_store(folder / "denwaban.db")
    try:
        rehearsed = call_with(plan, player, store, folder)
        entries = _entries(store)
    finally:
        store.close()
    state = replay(step, script, entries)
    wrong = judge_dialogues.wrong(row, script, state, rehearsed.played.words)
    lines = _transcript(rehearsed, entries, state)
    reason, outcome = str(state.facts.reason or ""), judge_dialogues.outcome_of(state)
    return Spoken(rehearsed, Scored(row["id"], tuple(wrong), lines, reason, outcome))


def _plan(root: Path, row: Mapping[str, Any], role: Role) -> Plan:
    """What of a written call the line and the clock must know; what is said is not in it."""
    name = role.names[0] if role.names else "ナナシ"
    written = {
        "title": row.get("goal") or row["id"],
        "caller": {"name": name, "reading": name, "opening": role.lines[0].text, "presents": role.shown},
        "expects": {"outcome": "message"},
        "at": role.now.isoformat(sep=" ", timespec="minutes"),
        "telephone": {"transfers": TRANSFERS},
    }
    path = root / row["company"] / "rehearsals" / f"{row['id']}.toml"
    return Plan(path, row["company"], TypeAdapter(WrittenPlan).validate_python(written))


def _entries(store: Store) -> list[Entry]:
    """The journal of the one call that the store has."""
    with store.read() as connection:
        (call,) = list_calls(connection)
        return [from_row(each) for each in read_rows(connection, call.id)]


def _transcript(rehearsed: Rehearsed, entries: list[Entry], state: State) -> tuple[str, ...]:
    """What was said on both sides, and what was heard of the caller."""
    began = state.began.at if state.began else 0.0
    lines = [(began + turn.at, f"客> {turn.said}") for turn in rehearsed.played.turns if turn.said]
    for entry in entries:
        if isinstance(entry.what, Say):
            lines.append((entry.at, f"受付> {entry.what.text}"))
        elif isinstance(entry.what, Heard):
            lines.append((entry.at, f"聞> {entry.what.hearing.text}"))
    return tuple(line for _, line in sorted(lines, key=lambda each: each[0]))
