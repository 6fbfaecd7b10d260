"""How company names are built: legal forms, the words of trades they end in, and what only names a trade."""

from __future__ import annotations

import re

from nlu.identity.company_readings import is_listed
from nlu.identity.names import surnames
from nlu.wordlists import either, words
from nlu.words import tokens

LEGAL_FORM = re.compile(either("legal forms"))
_LEGAL_ENDS = tuple({form[-2:] for form in words("legal forms")})
_ENDINGS = words("company endings")
_LONGEST_ENDING = max(map(len, _ENDINGS))
_LAST_LETTERS = frozenset(ending[-1] for ending in _ENDINGS)
_BODIES = words("public bodies")
"""Public bodies, whose kind is their name."""
_KINDS = words("kinds of business")
_MAKER = re.compile(r"[ァ-ヴー\u3400-\u9fff]{1,4}メーカー")
_JUST_A_KIND = ("会社", "業者", "関係", "代理店", "専門店", "の仕事")
_SUPPLY = (
    "用品", "通販", "販売", "卸", "宅配", "制作", "修理", "買取", "専門", "リフォーム", "工事", "教室", "介護", "管理",
    "清掃", "点検", "保守", "警備", "塗装", "回収", "設置", "印刷", "設計", "施工", "輸送", "販売店", "レンタル",
    "リース", "代行", "派遣", "紹介", "納入", "配達", "配送",
)  # fmt: skip
_GOODS = words("goods")
_FRONT = re.compile(
    rf"(?:{either('goods')})の|.*(?:工房|本舗|サポート|スタジオ|劇団|喫茶|カフェ|居酒屋|民宿|割烹|旅館|ホテル|スーパー|ドラッグ|ベーカリー|レストラン|ビストロ|スナック|サロン|ペンション|処|フラワー|きもの|着物|呉服|手打ちそば|手打ちうどん)(?=.{{2}})"
)
_NATURE = re.compile(rf"(?:.*[ァ-ヴー])?(?:{either('nature')})")
_BRANCH = re.compile(rf".{{0,8}}(?:{either('branches')})")
_NATURE_ENDS, _BRANCH_ENDS = tuple(words("nature")), tuple(words("branches"))
"""How whatever the two expressions fit ends: asked first, since it takes less time."""
_LOAN = re.compile(r"[ァ-ヴー]{2,3}")
_PLAIN = re.compile(r"[\u3041-\u30ff\u3400-\u9fff々]{1,5}")
_SECOND_HALVES, _FIRST_HALVES = words("second halves"), words("first halves")


def is_public_body(text: str) -> bool:
    """税務署, 市役所 …: bodies named by their kind."""
    return text in _BODIES


def ends_like_company(text: str) -> bool:
    """Whether the name ends in a word of some trade, or has a legal form."""
    return bool(has_form(text) or _ending(text) or text in _BODIES)


def has_form(text: str) -> bool:
    """Whether 株式会社 or the like is in the text; 会社 or 法人 is looked for first, which takes less time."""
    return any(end in text for end in _LEGAL_ENDS) and bool(LEGAL_FORM.search(text))


def without_trade(text: str) -> str:
    """What stands before the word of the trade in a company name: 二葉縫製 gives 二葉."""
    return text.removesuffix(_ending(text))


def _ending(text: str) -> str:
    """The word of a trade that a text ends in, the longest; "" where it ends in none."""
    if text[-1:] not in _LAST_LETTERS:
        return ""
    tails = (text[start:] for start in range(max(0, len(text) - _LONGEST_ENDING), len(text)))
    return next((tail for tail in tails if tail in _ENDINGS), "")


def is_kind_only(text: str) -> bool:
    """Whether the words name a kind of business and no business (不動産屋, リース会社)."""
    kind = text in _KINDS or text in _ENDINGS or _is_just_a_kind(text) or _sells(text)
    return kind and text not in _BODIES and not has_form(text)


def _is_just_a_kind(text: str) -> bool:
    return text.endswith(_JUST_A_KIND) or (text.endswith("メーカー") and bool(_MAKER.fullmatch(text)))


def _sells(text: str) -> bool:
    """花屋, ネジ屋: whoever sells or makes something, where 三河屋 and 亀屋 are names."""
    if not text.endswith(("屋", "屋さん")):
        return False
    goods = text.removesuffix("さん").removesuffix("屋")
    if not goods:
        return False
    if goods in _GOODS:
        return True
    parts = tokens(goods)
    common = len(parts) == 1 and parts[0].known and parts[0].pos2 == "普通名詞"
    return common and len(goods) > 1 and goods not in surnames() and not is_listed(goods)


def is_trade(text: str) -> bool:
    """As `is_kind_only`, less what only names end in: what people say in front of a name (便利屋の, 通販の)."""
    kind = text in _KINDS or _is_just_a_kind(text) or _sells(text)
    return text not in _BODIES and (kind or text.endswith(_SUPPLY))


def is_generic(text: str) -> bool:
    """Whether the words are those of a trade with another common word in front (電話設備), and no name."""
    stem = without_trade(text)
    parts = tokens(stem)
    if not stem or stem == text or text in _BODIES or text[len(stem) :] not in _KINDS or len(parts) != 1:
        return False
    return parts[0].known and parts[0].pos2 == "普通名詞" and bool(re.fullmatch(r"[\u3400-\u9fff]+", stem))


def trade_in_front(text: str) -> str:
    """The words of trade or goods that a name begins with (ウェブ工房, 酒の), "" where it begins with none."""
    found = _FRONT.match(text)
    return found.group() if found else ""


_OFFICE = re.compile(r".{3}[\u3400-\u9fff][課部係室]$")
"""A department run together with its company: ひかり銀行融資課."""


def is_branch(text: str) -> bool:
    """Whether the words name a branch or works of some company (新宿支店, 第二工場)."""
    return text.endswith(_BRANCH_ENDS) and bool(_BRANCH.fullmatch(text))


def without_branch(text: str) -> str:
    """The company in the name of a branch: みなと銀行新宿支店 gives みなと銀行; the text itself where it names none."""
    for letters in range(1, 5) if _OFFICE.search(text) else ():
        if ends_like_company(text[: -letters - 1]):
            return text[: -letters - 1]
    parts = tokens(text)
    place = len(parts) - 1
    if place < 1 or not is_branch(text[parts[place].start :]):
        return text
    while place > 1 and (parts[place - 1].pos3 == "地名" or parts[place - 1].surface in "東西南北中央第一二三四五"):
        place -= 1
    head = text[: parts[place].start]
    return head if ends_like_company(head) or re.search(r"[ァ-ヴーA-Za-z]{3}$", head) else text


def continues_name(head: str, tail: str) -> bool:
    """Whether の joins two chunks into one name (花のやまぶき, ひだまりの家) instead of saying where or what kind."""
    if ends_like_company(head) and head not in _GOODS and head not in _FIRST_HALVES and not _NATURE.fullmatch(head):
        return False
    if (
        tail in _SECOND_HALVES
        or (head in _FIRST_HALVES and _PLAIN.fullmatch(tail))
        or head.startswith(("月刊", "週刊"))
    ):
        return True
    sold = head in _GOODS and (len(head) <= 2 or bool(_LOAN.fullmatch(head))) and head not in _KINDS
    return sold and bool(_PLAIN.fullmatch(tail)) and tail[0] != head[-1] and not ends_like_company(tail)


def blooms(head: str) -> bool:
    """Whether a chunk is a word of nature, by which names go on behind の (麦の穂, 鶴の湯, 杜の都観光)."""
    bare = LEGAL_FORM.sub("", head) if has_form(head) else head
    return bare.endswith(_NATURE_ENDS) and bool(_NATURE.fullmatch(bare))
