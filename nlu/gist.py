"""The gist of an utterance: the caller's own words on the matter, without greeting, self-introduction or calling for
somebody. Whole clauses are kept or dropped; nothing is reworded.
"""

from __future__ import annotations

import re

from nlu.clauses import clauses
from nlu.kana import similarity
from nlu.words import reading

_GREETING = re.compile(
    r"^(?:もしもし|もすもす|はい|ええ|あの|すみません|すいません|すんません|こんにちは|こんばんは|おはようございます|お疲れ様です|"
    r"(?:いつも|毎度|大変)*(?:大変)?お世話(?:に|様|さま).*|毎度(?:どうも|おおきに)?.*|(?:いつも)?(?:ご利用)?ありがとうございま.*|恐れ入りますが?|恐縮ですが|失礼(?:いた)?します|突然(?:の(?:お)?電話)?"
    r"(?:で|に)?(?:すみません|恐れ入ります|失礼.*|申し訳.*)?|お忙しいところ.*|夜分.*|初めて(?:お電話.*)|ご無沙汰.*|申し訳(?:ございません|ありません|ない)(?:が|けど)?|"
    r"よろしくお願い(?:いた)?します|お願い(?:いた|でき|し)?(?:ます|たい|ました|ません).*|それだけです|以上です|どうも|ええと|えーと|そうですね|ごめんください)+(?:が|けど|けれども|で|ね|も)?$"
)
_CALLING = re.compile(
    r"(?:を|に|は|と|、|って|へ|さん|様|方|課|部)?(?:(?:ちょっと|すぐ|至急|直接|今|いま|お電話|お席に|電話|一度)*)"
    r"(?:お?願い(?:でき|いた|し|申).*|お?願い$|いらっしゃ(?:い|る|れば|ったら).*|おられ(?:ます|る).*|います(?:か|でしょうか|かね|？)?$|おります(?:か|でしょうか)?.*|おる[か?]?$|いる[か?]?$|(?:お)?(?:代|替|か)わ(?:って|り).*|"
    r"つない.*|お?(?:取|と)り?次.*|出して.*|呼んで.*|(?:ご)?在席.*|お(?:手|て)すき.*|お話(?:し)?(?:したい|できます|させて|でき).*|"
    r"(?:ご)?連絡(?:を|が)?(?:した|し(?:て|たく)|取り|とり|取れ|つけ).*)$"
)
_REACHING = re.compile(
    r"(?:(?:大?至急|お?急ぎ|今すぐ|すぐ|今日中|本日中|早く|早急|できれば|なるべく|どうしても|一度|直接|に|で)*)"
    r"(?:ご)?連絡(?:を|が|は)?(?:お?取(?:り|れ)|お?とり|した|し(?:て|たく|なければ)|付け|つけ|いただ|くださ).*"
)
"""The wish to reach somebody, which is why one calls and not what it is about."""
_MAX_CHARACTERS = 160


def gist(text: str, introduced: tuple[tuple[int, int], ...], asked_for: tuple[tuple[int, int], ...]) -> str:
    """What the call is about, "" where nothing is left. Spans: places of self-introductions and of people asked for."""
    kept: list[str] = []
    for clause in clauses(text):
        words = _without(clause.text, clause.start, introduced)
        if not words or _GREETING.fullmatch(words):
            continue
        calls = any(start < clause.end and end > clause.start for start, end in asked_for)
        if calls and _CALLING.search(words):
            words = _before_calling(clause.text, clause.start, asked_for)
        if calls and clause.end - clause.start <= max(end - start for start, end in asked_for) + 3:
            continue
        if words and not _GREETING.fullmatch(words) and not _REACHING.fullmatch(words):
            kept.append(words)
    joined = "、".join(kept)
    return joined if len(joined) <= _MAX_CHARACTERS else joined[: _MAX_CHARACTERS - 1] + "…"


_FAREWELLS = ("シツレイシマス", "シツレイイタシマス", "ヨロシクオネガイシマス", "アリガトウゴザイマシタ")
_LIKE_A_FAREWELL = 0.6
"""Similarity in sound; what is said of a matter stays well below it (見積もりの件です .34, 至急です .39)."""


def is_farewell(text: str) -> bool:
    """Whether short words are a good-bye, or what an ear made of one (失礼します as すれします)."""
    sound = reading(text)
    return any(similarity(sound, each) >= _LIKE_A_FAREWELL for each in _FAREWELLS)


def _without(words: str, start: int, spans: tuple[tuple[int, int], ...]) -> str:
    for begin, end in spans:
        if begin < start + len(words) and end > start:
            left, right = max(begin - start, 0), min(end - start, len(words))
            lead = words[:left]
            lead = (
                ""
                if re.fullmatch(r"(?:私|わたくし|わたし|こちら|あの|ええと|はい|えっと|名前は|うち|わし|俺)*、?", lead)
                else lead
            )
            words = lead + words[right:]
    return words.strip("、 がけどですねも") if spans and len(words) < 4 else words.strip("、 ")


def _before_calling(words: str, start: int, asked_for: tuple[tuple[int, int], ...]) -> str:
    """What a clause of calling for somebody says of the matter: 設計の件で佐藤さんをお願いします gives 設計の件."""
    begin = min((s for s, e in asked_for if s < start + len(words) and e > start), default=start) - start
    matter = re.match(
        r"(.{2,}(?:件|こと|話|用事|相談|問い合わせ|確認))(?:で|について|なので|があ).*", words[: max(begin, 0)]
    )
    return matter.group(1) if matter else ""
