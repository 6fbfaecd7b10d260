"""What was said as sounds alone, whatever it may mean: phonemes and morae, in one form for comparing.

Rule: a long vowel is ー however it is written or heard (オウ, オオ, オー; エイ, エー; アア), devoicing does not
count, and ヅ and ヂ are ズ and ジ. Morae are written as their phonemes ("ky o"): what is heard need not be spelt.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from voice.engines.phonemes import VOWELS, canonical, units

LONG = "ー"
LONG_FRAMES = 20
"""Frames of 10 ms over which a lone vowel counts as a long one: 14 to 24 tried on the tuned half of people."""
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


def drawn_out(heard: Sequence[tuple[int, str]], frames: int) -> tuple[str, ...]:
    """The phonemes of a free loop over so many frames, each with the frame in which it begins, and vowels that last for
    two said twice: the model hears which vowel sounds, and seldom that it goes on."""
    ends = [*(frame for frame, _ in heard[1:]), frames]
    sounds = ["", *(canonical(name) for _, name in heard), ""]
    said: list[str] = []
    for place, ((frame, name), end) in enumerate(zip(heard, ends, strict=False), 1):
        before, sound, after = sounds[place - 1 : place + 2]
        alone = sound not in (before, after, _LENGTHENS.get((sound, after)))
        said += [name] * (2 if sound in VOWELS and alone and end - frame > LONG_FRAMES else 1)
    return tuple(said)


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
