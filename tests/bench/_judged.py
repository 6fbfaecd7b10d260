"""Whether what was heard is what was said, and how sure the counts of that are."""

from __future__ import annotations

import math
from datetime import datetime

from rapidfuzz.distance import Levenshtein

from nlu.expected import Ask, Expected
from nlu.kana import canonical, is_kana, morae, to_katakana
from nlu.replies.answers import answer
from nlu.times.dates import find_moment
from nlu.times.party import find_party
from tests.bench._cases import LABELS, Case
from voice.engines import Transcript

NOW = datetime(2026, 11, 24, 10, 0)
"""When the callers of the bench call."""
AMONG = 3
"""Alternatives that count, the first among them."""


KANA = ("name", "rare", "unlisted", "full", "kana", "free")
"""Groups of which the value is kana, so that it may be nearly right."""


def value(transcript: Transcript, labels: str) -> str:
    """What the words of these labels say; all words where there is none."""
    return "".join(word.text for word in transcript.words if not labels or word.label in labels.split())


def mora_errors(case: Case, transcript: Transcript) -> tuple[int, int]:
    """Morae that are wrong, missing or too many, and those that were said; (0, 0) of what is no kana."""
    if case.group not in KANA:
        return 0, 0
    labels = "surname given" if case.group == "full" else LABELS[case.group]
    said = morae(canonical(case.expected))
    return Levenshtein.distance(said, morae(canonical(value(transcript, labels)))), len(said)


def same(one: str, two: str) -> bool:
    """By sound: オウ, オオ and オー are one, オ is another; ヅ and ヂ sound as ズ and ジ.

    Digits have no sound of their own: they, and so all that is no kana, are held sign by sign.
    """
    if not (is_kana(one) and is_kana(two)):
        return spelt_same(one, two)
    return canonical(one) == canonical(two)


def spelt_same(one: str, two: str) -> bool:
    """Kana by kana: only those of one sound are one."""
    table = str.maketrans("ヅヂヲ", "ズジオ")
    return to_katakana(one).translate(table) == to_katakana(two).translate(table)


def meant(case: Case, text: str) -> object:
    """What words mean, for groups whose words may be put in many ways."""
    if case.group == "answer":
        return answer(text, Expected(Ask.OFFER, said="こちらでよろしいでしょうか。")).answer
    moment, party = find_moment(text, NOW), find_party(text)
    return moment and (moment.start, moment.end), party and party.value


def right(case: Case, transcript: Transcript) -> bool:
    """Whether the value that was asked for is the one that was said."""
    if case.group in ("answer", "when", "party"):
        return bool(transcript.text) and meant(case, transcript.text) == meant(case, case.text)
    if case.group == "characters":
        found = [word.text[-1] for word in transcript.words if word.label == "character"]
        return "".join(found) == case.expected
    if case.group == "full":
        return same(value(transcript, "surname") + value(transcript, "given"), case.expected)
    if case.group == "staff":
        return any(word.text.startswith(case.expected) for word in transcript.words if word.label == "staff")
    alike = spelt_same if case.group in ("kana", "email", "own") else same
    return alike(value(transcript, LABELS[case.group]), case.expected)


def among(case: Case, transcript: Transcript) -> bool:
    """Whether it is the best or one of the next two."""
    if right(case, transcript):
        return True
    others = transcript.alternatives[: AMONG - 1]
    if case.group in ("answer", "when", "party"):
        return any(meant(case, text) == meant(case, case.text) for text in others)
    return any(case.expected in text for text in others)


def interval(hits: int, of: int) -> tuple[float, float]:
    """The 95 % interval of a share (Wilson)."""
    z, share = 1.96, hits / of
    middle = (share + z * z / (2 * of)) / (1 + z * z / of)
    half = z * math.sqrt(share * (1 - share) / of + z * z / (4 * of * of)) / (1 + z * z / of)
    return round(max(0.0, middle - half), 3), round(min(1.0, middle + half), 3)
