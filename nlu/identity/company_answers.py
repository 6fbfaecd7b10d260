"""The company in an answer to the question for it, out of all that is said there.

Every clause that could name one is weighed: a legal form or the word of a trade speaks for it, so does a phrase of
introducing, 屋号は before it, or a word of setting right; what describes characters only is none. The reading that
the caller gives for the characters goes before the one that they usually have.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import NamedTuple

from nlu.clauses import Clause, clauses, final_chunks
from nlu.identity.companies import company_in, company_reading, company_slot, headed, may_be_company
from nlu.identity.company_readings import sounds_of
from nlu.identity.spelling import described_in, describes_characters, read_as
from nlu.identity.trades import LEGAL_FORM, ends_like_company, is_branch, is_kind_only, is_public_body, without_trade
from nlu.kana import is_kana, morae, to_katakana
from nlu.meaning import Slot
from nlu.words import Token, reading, tokens

_LEAD = re.compile(
    r"^(?:(?:はい|ええ|うん|ええと|えっと|あの|いえ|いや|こちら|うち|私|わたし|わたくし|わたくしども|弊社|ほら|いつもの|もしもし|一応|ハイ|えっ|まだ)"
    r"(?:は|も|が|、|って)?(?:ですね|ですか|ね)?、?)?"
    r"(?:(?:会社|社名|屋号|店名|お?店|名前|名称|団体|病院|学校|法人)(?:の名前|名)?(?:は|が|で|だと|も))?、?(?:今は|現在は|正しくは)?、?(?:(?:ひら|平|カタ|片)[がか仮]な[でのは]|カタカナで|漢字で|英語で)?"
)
_CLOSE = re.compile(
    r"(?P<told>(?:と|って)(?:申|もう|言[いうっ]|い[いうっ]).*|いいます.*|言います.*|でございま.*|(?:っていう|という|っちゅう|って(?=[\u3400-\u9fffお]))[^、。]{1,8}?(?:(?:で|なん|や|だ|を|と).*)?$"
    r"|なん(?:です|だ|や).*|でーす.*|です.*|だけど.*|だけんど.*|だよ.*|だわ.*|どす.*|だす.*|や(?:けど|で|ね|わ)?$|じゃ(?:けど|が)?$|だ(?:が|ども|べ|っぺ|ばって)?$|(?:っす|ばい|たい).*)$"
    r"|(?:と|って)(?:書|かい).*$|に(?:なる|なります|変わ|して).*$|ってこと.*$|ちゅうとです.*$|でいい.*$|で結構.*$|でお願い.*$|でやって.*$|の(?:ほう|方)$|[よねで]$"
)
_MEMBER = re.compile(r"の(?:者|もの|もん|方|ほう|担当(?:者)?|人間)?$")
_NAMED = re.compile(
    r"(?:会社|社名|屋号|店名|お店)(?:の名前|名)?(?:は|が)|今は|(?:^|[、。])(?:いえ|いや|失礼|違い?ます|正しくは)"
)
_NOTHING = re.compile(
    r"ただの|たいした|名乗る|言え|教え|必要|勘弁|控え|遠慮|伏せ|言いたく|関係|ないです|ありません|ちょっと|まだ|もう$|結構|大丈夫|必要|そうい|決まって|^な(?:い|く|し|かっ)|それ|これ|そちら|御社|お宅"
)
_ASKED = re.compile(r"か(?:ね|な|しら)?$")
_LETTERS_READ = re.compile(r"[でのが]([ァ-ヴー]{2,})(?:$|[、。]|です|と|って)")
_SAID_IN_KANA = re.compile(r"[、。の]([ァ-ヴー]{2,}|[\u3041-\u3096]{2,}?)(?=$|[、。]|です|と読|って読|なん|で$)")
_LEADING_HIRAGANA = re.compile(r"[ァ-ヴー\u3400-\u9fff々]{0,6}(?P<run>[\u3041-\u3096ー]{2,8})")
_PARTICLES = re.compile(
    r"(?:[はがをにへとで]|から|まで|より|ので|のに|けど|たら|れば|って|った|ます|ない|たい|ても|では|とか|だけ)"
)
_MORE = re.compile(r"[ァ-ヴー\u3400-\u9fff]{1,4}")
_WRITTEN = re.compile(r"(?:と|って)書いて")
_ABOUT = re.compile(
    r"意味|由来|(?:数字|漢字|英語|カタカナ|片仮名|ひらがな|平仮名|ローマ字|文字|名前|と)の?(?:同じ|ほう|方)?(?:です|で|に)$|同じ"
)
_VERBAL = re.compile(r"(?:ます|ません|です|ない|った|いる|てる|する|して|いて|から|けど|ので|ている)$")
_LONGEST = 22


class _Candidate(NamedTuple):
    score: float
    slot: Slot


def said_company(text: str) -> Slot | None:
    """The company that an answer to the question for it names, or None."""
    best: _Candidate | None = None
    for clause in clauses(text):
        found = _candidate(clause, text)
        if found is None or (best and found.slot.value in best.slot.value):
            continue
        fuller = best is not None and best.slot.value in found.slot.value and best.slot != found.slot
        if best is None or found.score > best.score or (fuller and found.score >= best.score - 1):
            best = found
    return _in_full(best.slot, text) if best else None


def _in_full(slot: Slot, text: str) -> Slot:
    """The name as it is said once more with more behind it (「東邦です、東邦リース」)."""
    bare = LEGAL_FORM.sub("", slot.text)
    if is_kind_only(bare):
        return slot
    for clause in clauses(text[text.find(bare) + len(bare) :]):
        begin = clause.text.find(bare)
        more = _MORE.match(clause.text, begin + len(bare)) if begin >= 0 else None
        fuller = company_slot(clause.text[begin : more.end()]) if more else None
        if fuller:
            return fuller
    return slot


def _candidate(clause: Clause, text: str) -> _Candidate | None:
    words = clause.text.strip()
    close = _CLOSE.search(words)
    body = _LEAD.sub("", words[: close.start()] if close else words)
    body = _MEMBER.sub("", body) if body != "の" else body
    if not body or _ASKED.search(words) or _NOTHING.search(body):
        return None
    slot = _company(body)
    written = bool(_WRITTEN.search(words))
    if slot is None or (describes_characters(words) and not (written or ends_like_company(slot.text))):
        return None
    score = 3.0 * bool(LEGAL_FORM.search(words)) + 2.0 * ends_like_company(slot.text)
    score += bool(close and close["told"]) + 0.5 * _is_proper(slot.text)
    score += 1.5 * bool(_NAMED.search(text[max(0, clause.start - 4) : clause.start] + words))
    score -= (
        1.5 * _is_common(slot.text)
        + 1.5 * is_branch(slot.text)
        + 1.0 * describes_characters(words)
        + 2.0 * bool(_ABOUT.search(words))
    )
    return _Candidate(score, slot)


def _company(body: str) -> Slot | None:
    chunks = headed(body, final_chunks(body))
    found = company_in(chunks, sure=True) if chunks else None
    whole = _whole(body)
    if found is None or (whole and found[0].text != body and found[0].text in body and not _is_phrase(body)):
        named = company_slot(whole) if whole else None
        return named or (found[0] if found else None)
    return found[0]


def _is_phrase(body: str) -> bool:
    """Whether the words have parts of their own (a place, a trade, a department) around the name."""
    return "の" in body or "、" in body or any(word.pos == "助詞" for word in tokens(body))


def _whole(body: str) -> str:
    """The whole of the words, where nothing in them but nouns, or hiragana that a name begins or ends with, is said."""
    if not 2 <= len(body) <= _LONGEST or "、" in body or is_kind_only(body) or is_branch(body):
        return ""
    parts = tokens(body)
    if not may_be_company(body, sure=True) or body.endswith("者"):
        return ""
    if all(_may_be_in_name(part, part is parts[-1]) for part in parts):
        return body
    hiragana = _LEADING_HIRAGANA.match(body)
    if not hiragana or _PARTICLES.fullmatch(hiragana["run"]):
        return ""
    rest = body[hiragana.end() :]
    ends = not _VERBAL.search(body)
    return body if ends_like_company(body) or (ends and not rest) else ""


def _may_be_in_name(part: Token, last: bool) -> bool:
    if part.pos in ("名詞", "接頭辞", "接尾辞", "形状詞", "記号", "補助記号", "副詞") or not part.known:
        return True
    return not last and part.pos in ("形容詞", "動詞") and part.form.startswith(("連体", "終止", "連用"))


def _is_proper(text: str) -> bool:
    return any(word.pos2 == "固有名詞" or not word.known for word in tokens(text)) or is_kana(text)


def _is_common(text: str) -> bool:
    """One common word (劇場, 団体): what somebody runs rather than what it is called."""
    parts = tokens(text)
    return len(parts) == 1 and parts[0].pos2 == "普通名詞" and not is_public_body(text) and not is_kana(text)


def sounded(company: Slot, text: str) -> Slot:
    """The company with the reading that the caller gives for its characters (二葉縫製の、ふたば)."""
    read = read_as(text)
    letters = _LETTERS_READ.search(text) if re.search(r"[A-Za-z]", company.text) else None
    if letters and not read:
        read = letters[1]
    if read and not is_kana(company.text):
        return _with_reading(company, read)
    stem = without_trade(company.text)
    said = text.find(company.text) + len(company.text)
    for spoken in _SAID_IN_KANA.finditer(text, said):
        kana, usual = to_katakana(spoken[1]), company_reading(stem)
        far = abs(len(morae(kana)) - len(morae(usual))) > 2
        if is_kana(stem) or describes_characters(spoken[1]) or kana == usual or far:
            continue
        trade = company.value.removeprefix(usual)
        value = kana if kana.endswith(trade) else kana + trade
        return replace(company, value=value, alternatives=(company.value, *company.alternatives))
    return _by_description(company, text)


def _by_description(company: Slot, text: str) -> Slot:
    """The reading that the words by which a character is described speak for (文章の文 for ブン)."""
    for character, word in described_in(text):
        sounds = sounds_of(character)
        heard = [kana for kana in sounds if kana in reading(word)]
        now = [kana for kana in sounds if kana in company.value]
        if character not in company.text or not heard or not now or set(heard) & set(now):
            continue
        better = next((other for other in company.alternatives if any(kana in other for kana in heard)), "")
        if better:
            rest = (company.value, *(other for other in company.alternatives if other != better))
            company = replace(company, value=better, alternatives=rest)
    return company


def _with_reading(company: Slot, read: str) -> Slot:
    """The reading given for all of the name, or for what stands before the word of the trade."""
    whole = next((kana for kana in (company.value, *company.alternatives) if kana.startswith(read)), "")
    if whole and len(read) > 1:
        others = (kana for kana in (company.value, *company.alternatives) if kana != whole)
        return replace(company, value=whole, alternatives=tuple(others))
    bare = LEGAL_FORM.sub("", company.text)
    stem = without_trade(bare)
    trade = company_reading(bare).removeprefix(company_reading(stem)) if stem and stem != bare else ""
    value = read if not trade or read.endswith(trade) else read + trade
    if trade and len(morae(read)) > len(morae(company_reading(stem))) + 2:
        value = read
    return replace(company, value=value, alternatives=(company.value, *company.alternatives))
