"""What was said as sounds alone, whatever it may mean: phonemes and morae, in one form for comparing.

Rule: a long vowel is ー however it is written or heard (オウ, オオ, オー; エイ, エー; アア), devoicing does not
count, and ヅ and ヂ are ズ and ジ. Morae are written as their phonemes ("ky o"): what is heard need not be spelt.
"""

from __future__ import annotations

from collections.abc import Iterable

from voice.engines.phonemes import VOWELS, canonical, units

LONG = "ー"
_LENGTHENS = {("o", "u"): "o", ("e", "i"): "e"}


def sounds_of(kana: str) -> tuple[str, ...]:
    """The phonemes of a katakana reading, long vowels as two. Raises ValueError."""
    return plain_phonemes(sound for mora in units(kana) for sound in mora)


def plain_phonemes(phonemes: Iterable[str]) -> tuple[str, ...]:
    """Without pauses and devoicing; オウ as オオ, エイ as エエ."""
    plain: list[str] = []
    for phoneme in phonemes:
        if phoneme != "pau":
            sound = canonical(phoneme)
            plain.append(_LENGTHENS.get((plain[-1] if plain else "", sound), sound))
    return tuple(plain)


def morae_of(phonemes: Iterable[str]) -> list[str]:
    """The morae of phonemes; a consonant without a vowel counts as one."""
    morae: list[str] = []
    waiting, before = "", ""
    for sound in plain_phonemes(phonemes):
        if sound not in VOWELS and sound not in ("N", "cl"):
            morae += [waiting] * bool(waiting)
            waiting, before = sound, ""
            continue
        if sound in VOWELS and not waiting and sound == before:
            morae.append(LONG)
            before = ""
            continue
        if sound in VOWELS:
            morae.append(f"{waiting} {sound}".strip())
        else:
            morae += [waiting] * bool(waiting) + [sound]
        waiting, before = "", sound if sound in VOWELS else ""
    return morae + [waiting] * bool(waiting)
