"""Long and short vowels told apart by how long they sound: オノ and オオノ, コノ and コウノ, サト and サトウ.

The acoustic model hears which vowel sounds, and seldom that it goes on; but a speaker's morae are much of a length, and
a vowel of two lasts twice as long as one of one. Rule: where rivals differ from the words heard in nothing but the
length of vowels, the lengths decide together with what the search found. Leaves out every other sound, and vowels
before a pause or an end, which anybody may draw.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby
from typing import NamedTuple

from voice.engines.decode import Path
from voice.engines.graph import Graph, WordEntry
from voice.engines.lattice import Rivals, value_of
from voice.engines.phonemes import VOWELS, canonical, pronunciations

SPREAD = 0.22
"""Standard deviation of the logarithm of a vowel's length against what its morae would take: 18 utterances had .2."""
LEAST_VOWELS = 4
"""Short ones, without which nobody can tell how fast somebody speaks."""
_LENGTHENS = {("o", "u"): "o", ("e", "i"): "e"}
_PAUSE = "pau"


class Run(NamedTuple):
    """One sound, or one vowel said in a row."""

    sound: str
    morae: int
    """1 but for long vowels."""
    opens: bool
    """Whether a word begins with it."""
    idle: bool = False
    """Of a word that is not written (えーと): nobody knows how long it is drawn, or what silence follows."""


def runs(words: Sequence[WordEntry]) -> list[Run]:
    """The sounds of words, closures left out; オウ and エイ are long vowels."""
    found: list[Run] = []
    for word in words:
        sounds = _plain(pronunciations(word.kana)[0][0]) if word.kana else []
        rows = [(sound, len(list(row))) for sound, row in groupby(sounds)]
        found += [Run(sound, count, place == 0, not word.text) for place, (sound, count) in enumerate(rows)]
    return found


def lengths(said: Sequence[Run], path: Path, frames: int) -> list[tuple[Run, int]] | None:
    """The runs with the frames that they took, vowels that meet as one; None where the path says something else.

    0 frames where the length tells nothing.
    """
    heard, found, place = _heard(path, frames), list[tuple[Run, int]](), 0
    for at, (sound, length) in enumerate(heard):
        if sound == _PAUSE:
            continue
        if place == len(said) or said[place].sound != sound:
            return None
        run, place = said[place], place + 1
        after, beyond = (heard[k][0] if k < len(heard) else _PAUSE for k in (at + 1, at + 2))
        parted = after == _PAUSE and beyond == sound
        while not parted and place < len(said) and said[place].opens and said[place].sound == sound:
            run, place = run._replace(morae=run.morae + said[place].morae), place + 1
        found.append((run, 0 if after == _PAUSE or run.idle else length))
    return found if place == len(said) else None


def likelihood(told: Sequence[tuple[Run, int]], mora: float) -> float:
    """The log likelihood of the vowels' lengths, but for a constant; `mora` is the frames of one."""
    off = [math.log(length / (mora * run.morae)) for run, length in told if run.sound in VOWELS and length]
    return -sum(one**2 for one in off) / (2 * SPREAD**2)


def by_length(path: Path, graph: Graph, found: Rivals, frames: int) -> Path:
    """The path, or its rival that the vowels' lengths speak for."""
    words = [graph.words[step.word] for step in path.steps]
    mine = lengths(runs(words), path, frames)
    short = sorted(length for run, length in mine or () if run.sound in VOWELS and run.morae == 1 and length)
    if mine is None or len(short) < LEAST_VOWELS:
        return path
    mora = float(short[len(short) // 2])
    labels = [word.label for word in words if word.label]
    ranked = [(math.log(max(share, 1e-9)), entries) for entries, share in found.sequences]
    own = max((cost for cost, entries in ranked if value_of(entries) == value_of(words)), default=0.0)
    best, chosen = own + likelihood(mine, mora), words
    for cost, entries in ranked:
        valued = [entry for entry in entries if entry.label]
        if [entry.label for entry in valued] != labels:
            continue
        left = iter(valued)
        swapped = [next(left) if word.label else word for word in words]
        theirs = lengths(runs(swapped), path, frames)
        if theirs is not None and cost + likelihood(theirs, mora) > best:
            best, chosen = cost + likelihood(theirs, mora), swapped
    if chosen is words:
        return path
    steps = (replace(s, word=graph.words.index(w)) for s, w in zip(path.steps, chosen, strict=True))
    return replace(path, steps=tuple(steps))


def _plain(sounds: Sequence[str]) -> list[str]:
    plain: list[str] = []
    for sound in sounds:
        if sound != "cl":
            plain.append(_LENGTHENS.get((plain[-1] if plain else "", sound), sound))
    return plain


def _heard(path: Path, frames: int) -> list[tuple[str, int]]:
    """(sound, frames), rows of one vowel as one, pauses between them."""
    spans: list[tuple[str, int]] = []
    ends = [*(frame for frame, _ in path.sounds[1:]), frames]
    for (frame, name), end in zip(path.sounds, ends, strict=True):
        if name == "cl":
            continue
        before = spans[-1][0] if spans else ""
        sound = _LENGTHENS.get((before, canonical(name)), canonical(name))
        if sound == before and sound in VOWELS:
            spans[-1] = (sound, spans[-1][1] + end - frame)
        else:
            spans.append((sound, end - frame))
    return spans
