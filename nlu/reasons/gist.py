"""The gist of an utterance: the caller's own words on the matter, without greeting, self-introduction or calling for
somebody. Whole clauses are kept or dropped; nothing is reworded.

What a clause is not kept for stands in `data/gist_words.tsv`. Of long speech `points` chooses what is told. Signs
between clauses are written anew: 。 where a sentence ends, 、 within one, … where something was left out.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from itertools import pairwise

from nlu.clauses import clauses
from nlu.kana import similarity
from nlu.meaning import Reason
from nlu.reasons.points import Piece, told, weigh
from nlu.restarts import mended
from nlu.tables import DATA, rows
from nlu.words import reading

Spans = tuple[tuple[int, int], ...]
"""Places in a text."""
_FILE = DATA / "gist_words.tsv"
_CALLING = re.compile(
    r"(?:を|に|は|と|、|って|へ|さん|様|方|課|部)*(?:(?:ちょっと|すぐ|至急|直接|今日|本日|今|いま|お電話|お席に|電話|一度)(?:は|、)?)*"
    r"(?:お?願い(?:でき|いた|し|申).*|お?願い$|いらっしゃ(?:い|る|れば|ったら).*|おられ(?:ます|る).*|います(?:か|でしょうか|かね|？)?$|"
    r"おります(?:か|でしょうか)?.*|おる[か?]?$|いる[か?]?$|(?:お)?(?:代|替|か)わ(?:って|り).*|"
    r"(?:つな|繋)[いぎ].*|お(?:つな|繋)ぎ.*|お?(?:取|と)り?次.*|出して.*|呼んで.*|(?:ご)?在席.*|お(?:手|て)すき.*|お話(?:し)?(?:したい|できます|させて|でき).*|"
    r"(?:ご)?連絡(?:を|が)?(?:した|し(?:て|たく)|取り|とり|取れ|つけ).*)$"
)
_REACHING = re.compile(
    r"(?:(?:大?至急|お?急ぎ|今すぐ|すぐ|早く|早急|できれば|なるべく|どうしても|一度|直接|に|で)*)"
    r"(?:ご)?連絡(?:を|が|は)?(?:お?取(?:り|れ)|お?とり|した|し(?:て|たく|なければ)|付け|つけ|いただ|くださ).*"
)
"""The wish to reach somebody, which is why one calls and not what it is about."""
_WISHED = re.compile(r"くださ|いただ|ほしい|もらえ")
_MATTER = re.compile(r"(.{2,}(?:件|こと|話|用事|相談|問い合わせ|確認))(?:で|について|なので|があ).*")
_REASONED = re.compile(r".{3,}(?:ので|んで|けど|ですが|ますが|から|て|たく)、?$")
_INTRODUCED = re.compile(r"(?:なん)?(?:です|だ|でございます|と申します)?(?:が|けど|けれど|けれども|ね|も|よ|、|。)*")
_ENDING = re.compile(r".{0,2}|[\u3041-\u3096]{1,6}")
"""What may be left of a verb of introducing (ナカムラで予約し てます)."""
_NAMED = re.compile(r"[^、。がをに]{1,14}と(?:申し|言い|いい)ます(?:が|けど|けれども|けども)?")
_QUALIFIES = re.compile(r"(?:ました|ております|ています|てます|でした|います|ってる|てる|いた)$")
_LEADS_UP = re.compile(r"伝言|伝え|言[付づ]け|ことづ|(?:聞き|尋ね|伺い|うかがい|相談し)た")
"""Words after which いいですか asks for leave and for nothing else."""
_GOES_ON = re.compile(r"(?:が|けど|けれど|けども|けれども|だけど|で)$")
_NEAR = 10
"""Characters at most between somebody's name and the words that ask for him."""
_SOME = 2.0
"""Weight from which words before a name are of the matter."""
_LITTLE = 1.5
"""Weight that small talk may have (今日は, 雨)."""
_PUNCTUATED = 40
"""Characters to a sign, at most, in text that was written with signs."""
_ENDLESS = 150
"""Characters of which no clause has more; a longer one is cut behind a particle."""
_PAUSE = re.compile(r"[をにはがてでともの]")
_UNBROKEN = 60
"""Characters from which a clause without signs is cut where its grammar allows."""


@cache
def _words(kind: str) -> tuple[str, ...]:
    return tuple(pattern for name, pattern in rows(_FILE) if name == kind)


@cache
def _pattern(kind: str) -> re.Pattern[str]:
    if kind == "courtesy":
        tail = _words("courtesy_tail")[0]
        return re.compile(rf"(?:(?:{'|'.join(_words(kind))})(?:、)?)+(?:{tail})*")
    return re.compile("|".join(_words(kind)))


def gist(text: str, introduced: Spans, asked_for: Spans) -> str:
    """What the call is about, "" where nothing is left. Spans: places of self-introductions and of people asked for."""
    parts = [part for piece in _pieces(text, asked_for) for part in _without(piece, introduced)]
    said = mended([part for part in (_without_calling(part, asked_for) for part in parts) if part.text or part.closed])
    kept: list[Piece] = []
    leads_up = _LEADS_UP.search(text) is not None
    for part in said:
        part = _led(part)
        if part.text and not _is_empty(part.text) and not (leads_up and _pattern("leave").fullmatch(part.text)):
            kept.append(part)
        elif part.closed and kept and not _GOES_ON.search(kept[-1].text):
            kept[-1] = replace(kept[-1], closed=True)
    if all(_REACHING.fullmatch(piece.text) for piece in kept):
        return ""
    return told([piece for piece in kept if _tells(piece.text)])


_HEADLINE = 30


def headline(text: str, reason: Reason | None = None) -> str:
    """The matter in at most 30 characters out of a gist, "" where no phrase of it stands for the whole.

    `reason`: for a booking only what speaks of booking counts.
    """
    booking = reason is not None and reason.value.startswith("reservation")
    for kind in ("about", "done"):
        for found in _pattern(kind).finditer(text):
            what = found.group()
            if len(what) <= _HEADLINE and not _pattern("vague").match(what) and (not booking or "予約" in what):
                return what
    return ""


_FAREWELLS = ("シツレイシマス", "シツレイイタシマス", "ヨロシクオネガイシマス", "アリガトウゴザイマシタ")
_LIKE_A_FAREWELL = 0.6
"""Similarity in sound; what is said of a matter stays well below it (見積もりの件です .34, 至急です .39)."""


def is_farewell(text: str) -> bool:
    """Whether short words are a good-bye, or what an ear made of one (失礼します as すれします)."""
    sound = reading(text)
    return any(similarity(sound, each) >= _LIKE_A_FAREWELL for each in _FAREWELLS)


def _pieces(text: str, asked_for: Spans) -> list[Piece]:
    """The clauses, those joined again that only a noun behind them completes (ご注文いただきました花)."""
    signs = sum(text.count(sign) for sign in "、。")
    punctuated = signs * _PUNCTUATED >= len(text)
    found: list[Piece] = []
    for clause in clauses(text):
        sign = text[clause.end : clause.end + 1]
        closed = sign in ("。", "?", "？") or (sign not in ("", "、") and not _GOES_ON.search(clause.text))
        piece = Piece(clause.text, clause.start, closed)
        called = any(begin < piece.end and end > piece.start for begin, end in asked_for)
        follows = punctuated and not called and found and found[-1].end == piece.start
        if follows and _QUALIFIES.search(found[-1].text):
            piece = Piece(found[-1].text + piece.text, found.pop().start, closed)
        found.append(piece)
    return [part for piece in found for part in _broken(piece)]


def _broken(piece: Piece) -> list[Piece]:
    """A clause that runs on and on, cut behind ので, まして, んですけど."""
    if len(piece.text) < _UNBROKEN:
        return [piece]
    cuts = [0, *(found.start() for found in _pattern("running").finditer(piece.text)), len(piece.text)]
    for begin, end in pairwise(tuple(cuts)):
        while end - begin > _ENDLESS:
            pauses = (place for place in range(begin + _ENDLESS, begin, -1) if _PAUSE.match(piece.text, place - 1))
            begin = next(pauses, end)
            cuts.append(begin)
    ends = [(begin, end) for begin, end in pairwise(sorted(set(cuts))) if begin < end]
    return [
        Piece(piece.text[begin:end], piece.start + begin, piece.closed and end == len(piece.text))
        for begin, end in ends
    ]


def _without(piece: Piece, spans: Spans) -> list[Piece]:
    """What stands before and after a self-introduction within the clause, as far as it is of the matter."""
    touched = [(begin, end) for begin, end in spans if begin < piece.end and end > piece.start]
    if not touched:
        return [_within(piece, 0, len(piece.text))]
    left = max(min(begin for begin, _ in touched) - piece.start, 0)
    right = min(max(end for _, end in touched) - piece.start, len(piece.text))
    lead = _within(piece, 0, _length_of_lead(piece.text[:left]))
    tail = _within(piece, right, len(piece.text))
    if _INTRODUCED.fullmatch(tail.text) or (_ENDING.fullmatch(tail.text) and not weigh(tail.text)[0]):
        tail = replace(tail, text="")
    return [replace(lead, closed=not tail.text and piece.closed), tail]


def _length_of_lead(lead: str) -> int:
    """How much of the words before a name is of the matter: 0 where they belong to the introduction."""
    matter = _pattern("caller_matter").search(lead) or (not lead.endswith(("の", "で")) and weigh(lead)[0] >= _SOME)
    if _pattern("self").fullmatch(lead) or (_pattern("caller").search(lead) and not matter):
        return 0
    if not lead.endswith(("の", "で")):
        return len(lead) if re.search(r"[をがにでは]", lead) else 0
    return len(lead) - 1 if matter else 0


def _within(piece: Piece, begin: int, end: int) -> Piece:
    """A part of a piece, without signs at its ends."""
    part = piece.text[begin:end]
    left = len(part) - len(part.lstrip("、 "))
    return Piece(part.strip("、 "), piece.start + begin + left, piece.closed)


def _without_calling(piece: Piece, asked_for: Spans) -> Piece:
    """What a clause of calling for somebody says of the matter: 設計の件で佐藤さんをお願いします gives 設計の件."""
    called = [(begin, end) for begin, end in asked_for if begin < piece.end and end > piece.start]
    if not called:
        return piece
    if len(piece.text) <= max(end - begin for begin, end in asked_for) + 3:
        return replace(piece, text="")
    begin, end = max(called[0][0] - piece.start, 0), min(called[-1][1] - piece.start, len(piece.text))
    calls = _CALLING.search(piece.text, end)
    if calls is None or calls.start() - end > _NEAR or weigh(piece.text[end : calls.start()])[0]:
        return piece
    before = piece.text[:begin]
    matter = _MATTER.match(before)
    if matter:
        return replace(piece, text=matter[1])
    if _REASONED.fullmatch(before):
        return replace(piece, text=before.rstrip("、"))
    return piece if weigh(before)[0] >= _SOME else replace(piece, text="")


def _is_empty(words: str) -> bool:
    """Whether a clause is courtesy, groping for words, calling for somebody or an introduction that was not read."""
    if len(words) > _UNBROKEN:
        return False
    if any(_pattern(kind).fullmatch(words) for kind in ("courtesy", "aside", "calling")) or _NAMED.fullmatch(words):
        return True
    return bool(_REACHING.fullmatch(words)) and not _WISHED.search(words)


def _led(piece: Piece) -> Piece:
    """A piece without the words at its start that say nothing."""
    lead = _pattern("lead").match(piece.text)
    return _within(piece, lead.end() if lead else 0, len(piece.text))


def _tells(words: str) -> bool:
    """Whether a clause is more than small talk."""
    return not _pattern("talk").search(words) or weigh(words)[0] > _LITTLE
