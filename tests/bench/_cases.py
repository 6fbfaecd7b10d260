"""The utterances that the ear is measured with, the lines they are said over and the networks they are heard with.

All are drawn by a fixed seed from what `_said` says by voices of `tests.voices`; every case is made once and may be
kept in a folder.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np

from bot.score_speech import Codec, Condition, Noise, carried
from nlu.expected import Ask, Expected
from nlu.grammars.asked import free, grammars_for
from nlu.grammars.networks import Network
from tests.bench._said import COMPANY, drawn
from tests.voices import manner, spoken
from voice.audio import Sound
from voice.engines import Arc, Grammar

ASKED = {
    "number": Expected(Ask.NUMBER), "answer": Expected(Ask.OFFER), "staff": Expected(Ask.STAFF),
    "name": Expected(Ask.NAME), "rare": Expected(Ask.NAME), "unlisted": Expected(Ask.NAME), "full": Expected(Ask.NAME),
    "when": Expected(Ask.WHEN), "party": Expected(Ask.PARTY), "kana": Expected(Ask.KANA), "free": Expected(Ask.KANA),
    "characters": Expected(Ask.DETAIL, said="お名前はどのような漢字でしょうか。"), "own": Expected(Ask.DETAIL),
    "email": Expected(Ask.DETAIL, said="メールアドレスをお願いいたします。"),
}  # fmt: skip
"""After which question each group is said."""
LABELS = {
    "number": "digit", "name": "surname", "rare": "surname", "unlisted": "surname", "staff": "staff", "kana": "kana",
    "free": "surname company", "email": "letter", "own": "own",
}  # fmt: skip
"""Of the words that count, where they are those of some labels."""


class Case(NamedTuple):
    """One utterance and what should be heard in it."""

    group: str
    text: str
    expected: str
    """Of an answer its kind; "" = what its words mean, or nothing of what the grammar is for."""
    voice: str
    sound: Sound
    """Clean, at 16 kHz."""


def grammar(network: Network) -> Grammar:
    """In the recogniser's own types."""
    return Grammar(network.name, tuple(Arc(*arc) for arc in network.arcs), network.finals)


def grammars() -> dict[str, Grammar]:
    """By group: what the product listens with first after its question; "free" is its last resort for any word."""
    asked = {group: grammars_for(expected, COMPANY)[0] for group, expected in ASKED.items()}
    return {group: grammar(net) for group, net in (asked | {"free": free()}).items()}


def cases(
    count: int, seed: int, groups: tuple[str, ...] = (), kept: Path | None = None, voices: tuple[str, ...] = ()
) -> Iterator[Case]:
    """`count` of each group, all if none is named, by callers with these voices, unknown ones if none is named."""
    for group, draw in drawn().items():
        if groups and group not in groups:
            continue
        chance = random.Random(f"{group} {seed}")
        for _ in range(count):
            text, expected = draw(chance)
            how = manner(chance, voices)
            yield Case(group, text, expected, how.voice, spoken(text, how, kept))


def over(case: Case, condition: tuple[Codec, float | None, Noise], loss: float = 0.0) -> tuple[Sound, int]:
    """The case as the ear gets it; `loss` is the share of packets lost, each replaced by the one before, softer."""
    sound, band_hz = carried(case.sound, Condition(*condition), case.text)
    samples = sound.samples().copy()
    chance = random.Random(case.text)
    for start in range(320, len(samples) - 320, 320):
        if chance.random() < loss:
            samples[start : start + 320] = (samples[start - 320 : start] * 0.7).astype(np.int16)
    return Sound(samples.astype("<i2").tobytes(), sound.rate_hz), band_hz
