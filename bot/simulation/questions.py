"""What the receptionist asked, as a simulated caller takes it: the kind of question, and the fact that it is after.

The kind (`Ask`) tells where it is known; the words tell where it is not, and where a kind is wide.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from rapidfuzz import fuzz

from nlu.expected import Ask, Expected

CUES: tuple[tuple[str, str], ...] = (
    ("first", r"初めて|はじめて|初診|再診|かかった|いらした"),
    ("course", r"コース|席のみ|飲み放題|お?料理"),
    ("email_ok", r"メール"),
    ("booked", r"いつのご予約|(?:現在|今|もと)のご予約|ご予約の(?:日|お?時間)|どのご予約"),
    ("when", r"ご希望の(?:日|お?時間)|いつが|何日|何時から|日時"),
    ("party", r"何名|人数"),
    ("product", r"品番|製品|商品|型番|お品"),
    ("deadline", r"期限|期日|いつまで"),
    ("reference", r"(?:事件|整理|受付|管理|お?問い?合わせ|注文)番号|番号がございましたら"),
    ("relation", r"以前|前から|お?取引|お?約束|ご?契約|ご?紹介|面識|ご関係"),
    ("callback", r"ご都合|何時ごろ|いつごろ|お時間帯|つながりやすい|よろしいお時間"),
    ("symptom", r"症状|どうされ|お加減|痛み"),
    ("address", r"ご?住所|お?届け先|お?送り先"),
    ("spelling", r"漢字|どのような字|お名前の字"),
    ("urgent", r"お急ぎ"),
    ("staff", r"どなた|どちらの者|どの者|担当の?者|先生|医師"),
    ("purpose", r"ご用件|どのような|内容|趣旨"),
)
"""By which words of ours a fact is asked for, where the kind of question does not tell."""

KINDS: Mapping[Ask, str] = {
    Ask.OPENING: "purpose",
    Ask.CALLER: "caller",
    Ask.NAME: "name",
    Ask.COMPANY: "company",
    Ask.NUMBER: "number",
    Ask.STAFF: "staff",
    Ask.PURPOSE: "purpose",
    Ask.CONFIRM_CALLER: "confirm",
    Ask.CONFIRM_NUMBER: "confirm",
    Ask.CALLER_ID: "caller_id",
    Ask.OFFER: "offer",
    Ask.ECHO: "echo",
    Ask.KANA: "kana",
    Ask.PROBE: "probe",
    Ask.WHEN: "when",
    Ask.PARTY: "party",
    Ask.DETAIL: "detail",
    Ask.MORE: "more",
    Ask.CLOSING: "closing",
    Ask.RECORD: "record",
}
BY_WORDS: tuple[tuple[str, str], ...] = (
    ("record", r"発信音のあと"),
    ("buttons", r"ボタンで.*番号を"),
    ("closing", r"失礼いたします。?$|おかけ直しくださいませ。?$"),
    ("echo", r"復唱を?お願い|お控え(?:ください|いただ)|ご準備"),
    ("caller_id", r"(?:今|いま)おかけの番号"),
    (
        "confirm",
        r"(?:以上で|間違い|これで|こちらで).*(?:よろしい|ございません)|様で(?:いらっしゃい|ござい)ますね|でよろしければ",
    ),
    ("kana", r"一文字ずつ"),
    ("more", r"ほかに.*(?:ございま|でしょうか)"),
    ("staff", r"どちらの者|部署と名前"),
    ("caller", r"(?:御社名|会社名)と、?お名前"),
    ("company", r"御社名|会社名"),
    ("name", r"お名前"),
    ("party", r"何名様|人数"),
    ("when", r"(?:何日|何時|いつ|日時|日にち|お時間)"),
    ("number", r"番号"),
    ("probe", r"以前からの|お約束でしょうか|お取引"),
    ("offer", r"ましょうか|いかがでしょうか|ご希望でしょうか|よろしいでしょうか"),
    ("purpose", r"ご用件|どうされ|詳しく|お聞かせ"),
    ("wait", r"少々お待ち|お待ちして(?:おり|い)ます"),
    ("far", r"もしもし|お声|遠い|聞き取れ"),
)
"""The kind of question by its words, where no kind is given; the first that fits the last sentences counts."""

ALIKE = 50
"""Of 100: likeness from which a question is after a fact that no cue is known for."""

_SENTENCE = re.compile(r"[^。?？]*[。?？]?")
_OTHERWISE = re.compile(r"違って|個人の方でしたら|でよろしければ、?はい")


def kind_of(words: str, expected: Expected | None) -> str:
    """What is asked: by its kind, and by the words where that is wide or unknown."""
    by_words = _kind_by_words(words)
    if expected is None:
        return by_words
    kind = KINDS[expected.ask]
    if by_words in ("closing", "record", "buttons") or (kind in ("offer", "closing", "detail") and by_words == "more"):
        return by_words
    return kind


def _kind_by_words(words: str) -> str:
    sentences = [found[0].strip() for found in _SENTENCE.finditer(words) if found[0].strip()]
    for sentence in reversed(sentences):
        for kind, pattern in BY_WORDS:
            if not _OTHERWISE.match(sentence) and re.search(pattern, sentence):
                return kind
    return "silence" if not sentences else "other"


def asked_fact(facts: Mapping[str, str], words: str) -> str:
    """Which fact the words are after: by their cues, else by what they have in common with it."""
    known = [key for key, pattern in CUES if facts.get(key) and re.search(pattern, words)]
    if known:
        return known[0]
    cued = {key for key, _ in CUES} | {"name", "company", "number", "number_policy"}
    shared = {key: fuzz.partial_ratio(facts[key], words) for key in facts if key not in cued}
    best = max(shared, key=lambda key: shared[key], default="purpose")
    return best if shared.get(best, 0) > ALIKE else "purpose"


def asks_for_booked(words: str) -> bool:
    """Whether the words are after the booking that there is already."""
    return re.search(dict(CUES)["booked"], words) is not None


def asks_for_tie(words: str) -> bool:
    """Whether the words are after what binds the caller to the company."""
    return re.search(dict(CUES)["relation"], words) is not None


def asks_plainly(words: str) -> bool:
    """Whether a plain yes or no is asked for."""
    return re.search(r"はい、?か、?いいえ|はい、?とお答え", words) is not None


def turns_away(words: str) -> bool:
    """Whether a seller is refused."""
    return re.search(r"お断り|いたしかねます|ご容赦|終わらせて|ご遠慮", words) is not None
