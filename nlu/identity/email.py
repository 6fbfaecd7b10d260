"""E-mail addresses by ear: read aloud, spelled, and compared with what a caller repeats.

Only plain addresses can be read aloud (letters, figures, . - _ +); `readable` says which. Comparing goes by
sound, so that クリモト, ケーユーアールアイモト and "kurimoto" all say the same.
"""

from __future__ import annotations

import re
from enum import Enum
from itertools import pairwise

from nlu.identity.romaji import digit_names, letters_of, said_as, sign_name, sounds, spelled, words
from nlu.kana import similarity, to_katakana
from nlu.normalize import normalize
from nlu.words import LETTERS
from nlu.words import reading as kana_of

_ADDRESS = re.compile(r"[A-Za-z0-9._+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
_LONGEST = 60
"""Longer addresses cannot be taken down by ear."""
_AT = "アットマーク"
_AT_SAID = re.compile(r"アットマーク|アット|＠|@")
_DOT_SAID = re.compile(r"ドット|ピリオド")
_DOT_MEANT = re.compile(r"ドット|ピリオド|dot|period|\.", re.IGNORECASE)
"""Without which no text is an address, so that few are read letter by letter."""
_AT_WRITTEN = re.compile(r"(アット(?:マーク)?|あっと(?:まーく)?|@)")
_CLAUSE_BEFORE = re.compile(r"^.*(?:です|ます|でした|ました|けれども|けど|ですが|ますが|は|なら)[、。]")
_AFTER_IT = re.compile(
    r"(?<=.)(?:です|でございます|になります|まで|に|へ|宛てに?)(?:[、。].*|(?:お送り|送って|お願い).*)$"
)
_ASIDE = re.compile(
    r"^(?:はい|ええ|うん|あ|えー?っ?と|あの|では|じゃあ|復唱(?:します|いたします)|確認(?:します|いたします)|繰り返します|"
    r"わかりました|分かりました|承知(?:し|いたし)ました|かしこまりました|メモ(?:し|取り)?ました|書きました|控えました|"
    r"ありがとうございま(?:す|した)|(?:メール)?アドレスは?|メールは|そうです|合ってます)+$"
)
_LEAD = re.compile(
    r"^(?:あ(?=[ァ-ヶa-z])|はい|ええ|えっ?と|では|じゃあ|(?:お?メール)?アドレスは|メールは|小文字で|全部小文字で)[、 ]*"
)
_TAIL = re.compile(
    r"(?:で(?:す|した|ございます)(?:か|ね|よ|よね|けど|が)*|ですか?ね?|"
    r"(?:で|と)(?:よろしい|いい|いう|言う|合って|間違い|大丈夫|お願い).*|まで|ね|か|で|と)[。?]?$"
)
_RELATED = 0.45
"""Similarity from which words are an attempt at the address."""


class Echo(Enum):
    """What a caller's repetition of an address is worth."""

    SAME = "same"
    DIFFERENT = "different"
    UNCLEAR = "unclear"
    """The words are no repetition, or too little of one."""


def readable(email: str) -> bool:
    """Whether an address can be read aloud and taken down: plain signs, one @, a domain, at most 60 signs."""
    return bool(_ADDRESS.fullmatch(email)) and len(email) <= _LONGEST


def reading(email: str) -> tuple[str, ...]:
    """The address in phrases of katakana, as it sounds where it does: クリモト, アットマーク, スマイル …"""
    local, _, domain = email.lower().partition("@")
    found = _labels(local)
    return (*found, _AT, *_labels(domain)) if domain else found


def spelling(email: str) -> tuple[str, ...]:
    """The address sign by sign, three or four letters a phrase, the letters by their names."""
    phrases: list[str] = []
    for run in re.findall(r"[A-Za-z]+|\d+|.", email.lower()):
        if run.isalnum():
            names = [LETTERS[sign] if sign in LETTERS else digit_names(sign)[0] for sign in run]
            phrases += ["、".join(names[start:end]) for start, end in _cuts(len(names))]
        else:
            phrases.append(_AT if run == "@" else sign_name(run))
    return tuple(phrases)


def compare(email: str, text: str, kana: str = "") -> Echo:
    """What a caller who repeats the address has said of it; `kana` is a second account of the same words.

    The local part or the domain alone counts as the same when it is right.
    """
    heard = [_said(text), to_katakana(kana)]
    judged = [_judge(email.lower(), sound) for sound in heard if sound]
    for verdict in (Echo.SAME, Echo.DIFFERENT):
        if verdict in judged:
            return verdict
    return Echo.UNCLEAR


def find_email(text: str) -> str | None:
    """The address in a text, written or said (「エーアットマークつむぎドットコードットジェーピー」), or None."""
    written = _ADDRESS.search(normalize(text))
    if written:
        return written[0].lower()
    if not _DOT_MEANT.search(to_katakana(text)):
        return None
    local, _, domain = _AT_SAID.sub("@", _said(_around(normalize(text)))).partition("@")
    labels = _DOT_SAID.split(domain)
    if not local or len(labels) < 2:
        return None
    address = f"{'.'.join(map(_written, _DOT_SAID.split(local)))}@{'.'.join(map(_written, labels))}"
    return address if readable(address) else None


def _labels(part: str) -> tuple[str, ...]:
    found: list[str] = []
    for run in re.findall(r"[a-z]+|\d+|.", part):
        if run.isdigit():
            found.append("".join(digit_names(digit)[0] for digit in run))
        elif run.isalpha():
            found.append(sounds(run) or "、".join(LETTERS[letter] for letter in run))
        else:
            found.append(sign_name(run))
    return tuple(found)


def _cuts(length: int) -> list[tuple[int, int]]:
    """Cuts of three or four, never a single one left over."""
    size = 4 if length % 4 != 1 or length == 1 else 3
    edges = [*range(0, length, size), length]
    if len(edges) > 2 and edges[-1] - edges[-2] == 1:
        edges[-2] -= 1
    return [(start, end) for start, end in pairwise(edges) if end > start]


def _around(text: str) -> str:
    """What was said from the clause on that the address is in, up to the end of the address."""
    head, at, tail = _AT_WRITTEN.split(text, maxsplit=1) if _AT_WRITTEN.search(text) else (text, "", "")
    return _CLAUSE_BEFORE.sub("", head) + at + _AFTER_IT.sub("", tail) if at else text


def _said(text: str) -> str:
    """The sound of what may be an address in the text: asides, openers and copula off, @ and . in words."""
    pieces = [piece for piece in re.split(r"[、。?\s]+", normalize(text)) if piece and not _ASIDE.match(piece)]
    if not pieces:
        return ""
    pieces[-1] = _TAIL.sub("", pieces[-1])
    joined = _LEAD.sub("", "".join(pieces)).replace("@", _AT)
    joined = re.sub(r"(?<=[A-Za-z0-9])\.(?=[A-Za-z0-9])", "ドット", joined)
    joined = re.sub(r"(?<=[A-Za-z0-9])-(?=[A-Za-z0-9])", "ハイフン", joined).replace("_", "アンダーバー")
    return re.sub("[・ ]", "", kana_of(joined))


def _judge(email: str, sound: str) -> Echo:
    local, _, domain = email.partition("@")
    first, at, last = _AT_SAID.sub("@", sound).partition("@")
    shorter = {domain, domain.split(".")[0]}
    if at:
        fits = (not first or said_as(local, first)) and (not last or any(said_as(part, last) for part in shorter))
        return Echo.SAME if fits and (first or last) else Echo.DIFFERENT
    if any(said_as(part, sound) for part in (local, *shorter)):
        return Echo.SAME
    if _DOT_SAID.search(sound):
        return Echo.DIFFERENT
    letters = spelled(sound)
    if len(letters) >= 3:
        return Echo.UNCLEAR if email.startswith(letters) else Echo.DIFFERENT
    near = max(similarity(sound, "".join(_labels(part))) for part in (local, *shorter))
    return Echo.DIFFERENT if near >= _RELATED else Echo.UNCLEAR


def _written(sound: str) -> str:
    """The letters of one label that was said: words first, then spelling, then romaji."""
    found: dict[int, str] = {0: ""}
    for at in range(len(sound)):
        for letters, kana in words().items() if at in found else ():
            if sound.startswith(kana, at):
                found.setdefault(at + len(kana), found[at] + letters)
    return found.get(len(sound)) or spelled(sound) or letters_of(sound)
