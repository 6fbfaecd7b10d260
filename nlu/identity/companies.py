"""Company names: which chunk of a phrase is one, and how it sounds.

A name is kept as written (`Slot.text`, legal form included) and given in katakana without the legal
form (`Slot.value`), whether that stood before or after. Shops, schools and public bodies count; a bare kind of
business does not. Its readings come from `company_readings`.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from nlu.clauses import Clause
from nlu.identity.company_readings import company_readings, is_listed
from nlu.identity.names import looks_like_name
from nlu.identity.roles import is_department, is_division, is_role
from nlu.identity.trades import (
    LEGAL_FORM,
    blooms,
    continues_name,
    ends_like_company,
    is_branch,
    is_generic,
    is_kind_only,
    is_public_body,
    is_trade,
    trade_in_front,
    without_branch,
    without_trade,
)
from nlu.kana import is_kana
from nlu.meaning import Slot
from nlu.numbers import digits
from nlu.wordlists import words
from nlu.words import tokens

PRIVATE = Slot("", "個人", 0.9)
"""A caller who says that there is no company."""

_SURE, _LIKELY, _GUESSED = 0.95, 0.8, 0.55
"""Confidence of a name with a legal form or trade ending; of another name before a person's; of a bare one."""
_A_NAME = 0.8
"""`looks_like_name` from which the chunk behind の is rather a person."""
_SO_MANY = re.compile(r"[0-9〇一二三四五六七八九十数何各]社$")
_PLACE_IN_FRONT = re.compile(r".+(?:都|道|府|県|市|区|町|村)$")


def company_slot(text: str, confidence: float = _LIKELY) -> Slot | None:
    """The company written as `text`; None where no name is left without the legal form."""
    text = _without_department(text, is_division)
    bare = LEGAL_FORM.sub("", text).strip(" 、。")
    bare = bare.removeprefix("の") if bare != text else bare
    kana = company_reading(bare)
    if not bare or not kana or not is_kana(kana):
        return None
    written = text.strip(" 、。")
    if re.match(r"(?:.*法人)の", written):
        written = bare
    others = company_readings(bare)[1:]
    return Slot(kana, written, max(confidence, _SURE if LEGAL_FORM.search(text) else 0.0), others)


def company_reading(text: str) -> str:
    """The likeliest katakana of a company name without its legal form, "" where there is none."""
    return next(iter(company_readings(text)), "")


def company_in(chunks: tuple[Clause, ...], sure: bool) -> tuple[Slot, Clause] | None:
    """The company named by the chunks of a noun phrase, with its place; the roles and departments at the end aside.

    `sure`: something else (a person's name behind it, the question asked) says that a company is named
    here; without it only a name with a legal form or the ending of some trade is taken.
    """
    if chunks and _ACTIVITY.search(chunks[-1].text):
        if len(chunks) < 2 or not is_somebody(chunks[-2].text):
            return None
        chunks = chunks[:-1]
    rest = _joined([chunk for chunk in chunks if not LEGAL_FORM.fullmatch(chunk.text)])
    popped = ""
    while rest and (_is_no_company(rest[-1].text) or (len(rest) > 1 and is_branch(rest[-1].text))):
        popped = rest.pop().text
        head = _without_department(popped, is_department)
        if head != popped:
            rest.append(Clause(head, chunks[-1].start))
            break
    of_a_kind = is_kind_only(popped) and not is_department(popped)
    if not rest or (of_a_kind and not ends_like_company(rest[-1].text)):
        return None
    named = [n for n, chunk in enumerate(rest) if ends_like_company(chunk.text) and not is_kind_only(chunk.text)]
    if named and named[-1] < len(rest) - 1 and not _PROPER.search(rest[-1].text):
        rest = rest[: named[-1] + 1]
    last = rest[-1]
    legal = any(LEGAL_FORM.fullmatch(chunk.text) for chunk in chunks)
    sure = sure or legal or (len(rest) > 1 and is_trade(rest[-2].text)) or _holds_trade(last.text)
    text = without_branch(last.text)
    if not may_be_company(text, sure):
        return None
    certain = ends_like_company(text)
    return _found(text, last, _SURE if certain else _LIKELY if sure else _GUESSED)


def is_somebody(text: str) -> bool:
    """Whether words name a company beyond doubt: a trade behind a proper name (東京ガス設備)."""
    trade = ends_like_company(text) and not is_kind_only(text)
    return trade and any(word.pos2 == "固有名詞" for word in tokens(text))


def _holds_trade(text: str) -> bool:
    """Whether a name in the text has its trade in front (ウェブ工房こだま, 酒の川久)."""
    front = trade_in_front(text)
    rest = text[len(front) :] if front else ""
    proper = any(word.pos2 == "固有名詞" or not word.known for word in tokens(rest))
    return proper or (len(rest) > 2 and bool(_HIRAGANA.fullmatch(rest)))


_BRAND = re.compile(r"[ァ-ヴー]{2,}")
"""What a name in katakana behind its trade is written in: 印刷のフジタ."""


def _joined(chunks: list[Clause]) -> list[Clause]:
    """The chunks with those that の joins into one name taken together (杜 and 都観光, 酒 and やまざき)."""
    found = chunks[-1:]
    for head in reversed(chunks[:-1]):
        tail = found[0].text
        whole = not _is_no_company(tail) or tail in ("家", "店", "宿", "会")
        branded = len(head.text) <= 2 and is_kind_only(head.text) and bool(_BRAND.fullmatch(tail))
        if whole and (branded or continues_name(head.text, tail) or _blooming(head.text, tail)):
            found[0] = Clause(f"{head.text}の{tail}", head.start)
        else:
            found.insert(0, head)
    return found


def _blooming(head: str, tail: str) -> bool:
    own = tail if not ends_like_company(tail) else without_trade(tail)
    return blooms(head) and len(own) <= (4 if _HIRAGANA.fullmatch(own) else 2) and looks_like_name(tail) < _A_NAME


def _without_department(text: str, department: Callable[[str], bool]) -> str:
    """東和商事営業二課 gives 東和商事; the text itself where no company stands before the department."""
    for place in range(len(text) - 2, 1, -1):
        if department(text[place:]) and ends_like_company(text[:place]) and not is_kind_only(text[:place]):
            return text[:place]
    return text


def headed(body: str, chunks: tuple[Clause, ...]) -> tuple[Clause, ...]:
    """The chunks with the hiragana in front that belongs to them: あおい薬局, whose あおい looks like an adjective."""
    if not chunks:
        return chunks
    lead, first = body[: chunks[0].start], chunks[0]
    head = _HEAD.search(lead) or (_HIRAGANA.fullmatch(lead) if _is_noun(lead) else None)
    if head is None or (head.start() and not lead[: head.start()].endswith(("の", "、"))):
        return chunks
    torn = is_kind_only(first.text) or _HIRAGANA.fullmatch(first.text) or first.text[0] not in "お御ご"
    return (Clause(head.group() + first.text, head.start()), *chunks[1:]) if torn else chunks


def headed_unasked(body: str, chunks: tuple[Clause, ...]) -> tuple[Clause, ...]:
    """The same where nobody was asked for a name: before the word of a trade that no business bears alone (みなも商会,
    おおとり興業) only, and from the beginning of the clause.
    """
    if not chunks or not ends_like_company(chunks[0].text) or is_trade(chunks[0].text):
        return chunks
    lead, first = body[: chunks[0].start], chunks[0].text
    torn = lead and _TORN.fullmatch(lead + without_trade(first))
    return (Clause(lead + first, 0), *chunks[1:]) if torn else chunks


def _is_noun(text: str) -> bool:
    parts = tokens(text)
    return len(parts) == 1 and parts[0].pos == "名詞" and len(text) > 1


def _found(text: str, place: Clause, confidence: float) -> tuple[Slot, Clause] | None:
    slot = company_slot(text, confidence)
    return (slot, place) if slot else None


def _is_no_company(text: str) -> bool:
    return is_role(text) or (is_department(text) and not is_public_body(text)) or is_kind_only(text) or text[-1] == "者"


def may_be_company(text: str, sure: bool) -> bool:
    """Whether words may name a company at all; `sure` as in `company_in`."""
    if len(text) < 2 or len(text) > 24 or digits(text) or _SO_MANY.search(text):
        return False
    if not sure:
        return ends_like_company(text) and not (is_generic(text) and not is_listed(without_trade(text)))
    if text in _STOP or (_TIMELY.fullmatch(text) and not ends_like_company(text)):
        return False
    if tokens(text)[-1:] and tokens(text)[-1].surface in ("中", "前", "予定") and not ends_like_company(text):
        return False
    if _PLACE_IN_FRONT.fullmatch(text) and not ends_like_company(text):
        return False
    return not all(word.pos3 == "地名" for word in tokens(text)) or ends_like_company(text)


def company_answer(text: str) -> Slot | None:
    """The company in an answer to the question for it, `PRIVATE` for a private person, None where none is said."""
    if _NONE.search(text) and not _NAMED_ANYWAY.search(text):
        return PRIVATE
    return None


_NONE = re.compile(
    r"個人(?!事業)|会社(?:名)?(?:とか|など|なんて)?(?:は|じゃ|では|も)?(?:あり|ござい|ない|なく|やってな|やっておら|勤めて)|"
    r"無職|学生です|主婦|年金暮らし|退職|家族の者|フリーランス|フリーの|自営(?:業)?です|一般の(?:者|客)|ただの客|"
    r"会社(?:を|は)(?:もう)?(?:辞め|退職|引退|関係な)|(?:私用|プライベート|私事|会社員|住民|住人|保護者|隣人|入居者|受験生|生徒)(?:です|なん|だ|で$|の)|"
    r"自宅(?:から|です)|家から(?:です|かけ)|会社に(?:は)?関係|定年|引退|(?:特に)(?:あり|な)|^な(?:い|し)(?:です)?|"
    r"(?:普通|一般|ただ|個人)の(?:者|客|お客|人|利用者|家|主婦)|友人です|知人です|友達です|"
    r"(?:裏|隣|となり|近所|近く|向かい|[上下]の階|町内)[にの]?(?:住|者|もん|家(?:の|です|だ|や))|住んど|住んで[いお]?る|"
    r"(?:どこにも|会社には)?勤めて(?:い|は|お)|会社とかじゃ|所属は(?:ない|あり)|客(?:です|なん)|患者(?:です|なん)"
)
_NAMED_ANYWAY = re.compile(r"屋号|という店|って店|名前は")
_HIRAGANA = re.compile(r"[\u3041-\u3096ー]+")
_HEAD = re.compile(
    r"(?:(?<=[の、])|^)(?!はい|うちは?$|ええ|いえ|いや|あの|その|まだ|もう|ただ|また|やはり|やっぱり|たしか|たぶん|もちろん|いちおう|とりあえず|"
    r"いつも|ちょっと|いま|たぶん)[\u3041-\u3096ー]{2,6}(?<![はがをのてでもにとなたする])$"
)
_TORN = re.compile(
    r"(?!はい|うち|いつも|こちら|そちら|ここ|ただ|また|もう|それ|どうも|あの|わたし|わたくし|ぼく|おれ)[\u3041-\u3096ー]{2,7}"
)
"""The hiragana of a name that the dictionary tears apart."""
_PROPER = re.compile(r"[ァ-ヴA-Za-z]{2}")
_ACTIVITY = re.compile(
    r"^[ご御お](?!掃除|お)|(?:案内|連絡|件|話|設置|契約|点検|修理|確認|相談|紹介|提案|依頼|工事の日|配達|見積もり?|注文|予約|希望|予定|質問"
    r"|伝言|挨拶|販売|購入|ゼロ|プラン|価格|料金|値段|場合|とき|こと|もの|方|ところ|状態|感じ|つもり|次第)$"
)
_TIMELY = re.compile(
    r".*(?:[〇零一二三四五六七八九十百千\d]+(?:時|日|月|年|名|人|分|回|番|号|個|円)(?:半|前|後|ごろ|目|間)?"
    r"|午前|午後|曜|曜日|朝|夜|昼|夕方)(?:の予約)?"
)
_STOP = words("no companies")
