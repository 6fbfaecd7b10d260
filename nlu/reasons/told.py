"""Whether somebody calls to sell, judged by all that was told so far: evidence adds up over a call.

What is said now is judged by itself, as an answer where the matter was asked, and as the end of one long opening with
everything told before; a refusal needs the whole to sell. Words of a customer's own need speak against it from wherever
in the call they were said. What a single utterance is worth is `sales`' business; what is then done, the dialogue's.
"""

from __future__ import annotations

import re
from dataclasses import replace

from nlu.meaning import Sales, SalesOutcome, Slots
from nlu.normalize import normalize
from nlu.reasons.sales import (
    PLAIN,
    SUSPICIOUS,
    TIES,
    USUAL,
    judge_probe,
    judge_sales,
    plain_slots,
    says_known,
    weigh_sales,
)

EVEN = 0.5
"""Probability of the whole from which a pitch that is certain by itself stays one."""
HARDLY = 0.1
"""Probability of the whole below which an answer that sells by itself is none."""
THIN = 18
"""Characters below which an opening tells too little to be refused for: it is asked what it is about."""
CUSTOMER = 0.05
"""What the probability of sales comes down to, at most, once a customer's need was told."""

_FOR_OTHERS = r"(?!と(?:いう|言う|おっしゃ|お考え)|って(?:いう|言う)|(?:お)?(?:方|客|人|企業))"
"""借りたいという方がいらして: what others need is what sellers tell of."""
_NEEDS = re.compile(
    r"(?:借り|買い|住み|泊まり|習い|通い|頼み|預け|見積もり|予約し|注文し|発注し|相談し|修理し|依頼し|購入し|入居し|申し込み|撮り)たい"
    + _FOR_OTHERS
    + r"|(?:(?<!かけ)(?<!掛け)直し|修理し|交換し|取り替え|診|見積もっ|見積もり(?:を|書を)?(?:し|出し|取っ|作っ)|"
    r"見に来|取りに来|作っ|届け|撮っ|預かっ|染め|切っ|安くし|下げ)て(?:ほしい|欲しい|もらい|もらえ|もらう|いただけ(?!れば)|くれ|くださ|下さ)"
    r"|(?:い?くら|なんぼ)(?:ぐらい|くらい|ほど)?(?:から)?(?:です|でしょう|かか[りる]|にな[りる])"
)
"""What somebody says who wants something of the company, and sells it nothing."""

_COURTESY = re.compile(
    r"(?:いつも|大変|日頃|平素)*(?:より)?、?お世話(?:に|様|さま)(?:なって|なり)?(?:い|おり)?(?:ます|です)?"
)
"""いつもお世話になっております: what everybody says."""
_OWN = re.compile(
    r"(?:の|が)?(?:妻|夫|主人|家内|家族|息子|娘|母|父|兄|弟|姉|妹|親戚|友人|友達|同級生|後輩|先輩)(?:です|で|の|だ|から|が)"
)
"""Ties of kin and friends."""


def judge_told(before: str, text: str, slots: Slots) -> Sales:
    """Of what is told now; `before` is all that was told so far, "" at the opening."""
    alone = judge_sales(text, slots)
    if not before and needs(text):
        return _of_customer(alone, alone)
    if not before:
        thin = alone.outcome is SalesOutcome.CERTAIN and len(_COURTESY.sub("", normalize(text))) < THIN
        return replace(alone, outcome=SalesOutcome.DOUBTFUL) if thin else alone
    certain = SalesOutcome.CERTAIN
    if needs(before) or needs(text):
        return _of_customer(alone, _whole(before, text) if alone.outcome is certain else alone)
    whole = _whole(before, text)
    adds = whole.outcome is certain and alone.probability >= USUAL
    pitch = alone.outcome is certain and whole.probability >= EVEN
    if adds or pitch:
        return Sales(certain, max(whole.probability, alone.probability), alone.grounds)
    doubted = SalesOutcome.NOT_SALES not in (whole.outcome, alone.outcome)
    outcome = SalesOutcome.DOUBTFUL if doubted else SalesOutcome.NOT_SALES
    return Sales(outcome, min(whole.probability, alone.probability), alone.grounds)


def judge_answer(before: str, asked: str, text: str) -> Sales:
    """Of the answer to the question what it is about: an answer that sells is doubted where the whole hardly does, and
    one that names no tie where the whole does. Who says that he is known to us is asked on before he is refused."""
    answer = judge_probe(before, asked, text)
    sells = answer.outcome is SalesOutcome.CERTAIN
    if needs(before) or needs(text):
        return _of_customer(answer, _whole(before, text) if sells else answer)
    tied = bool(TIES.search(normalize(text)))
    if not sells and answer.probability < (EVEN if tied else PLAIN):
        return replace(answer, outcome=SalesOutcome.NOT_SALES)
    whole = _whole(before, text)
    if sells and whole.probability < USUAL:
        doubtful = SalesOutcome.DOUBTFUL if whole.probability >= HARDLY else SalesOutcome.NOT_SALES
        return replace(answer, outcome=doubtful, probability=whole.probability)
    if sells or (whole.outcome is SalesOutcome.CERTAIN and answer.probability >= EVEN):
        known = not sells and says_known(asked, text)
        return replace(answer, outcome=SalesOutcome.DOUBTFUL if known else SalesOutcome.CERTAIN)
    untied = whole.probability >= SUSPICIOUS and not tied
    return replace(answer, outcome=SalesOutcome.DOUBTFUL if untied else SalesOutcome.NOT_SALES)


def needs(text: str) -> bool:
    """Whether a customer's need is told."""
    return bool(_NEEDS.search(normalize(text)))


def is_tied(text: str) -> bool:
    """Whether a tie to the company is told, beyond a greeting."""
    return bool(TIES.search(_COURTESY.sub("", normalize(text))))


def is_kin(text: str) -> bool:
    """Whether kin or a friend of somebody in the house speaks."""
    return bool(_OWN.search(normalize(text)))


def _whole(before: str, text: str) -> Sales:
    """Of all that was told, were it one opening."""
    first, last = plain_slots(before), plain_slots(text)
    slots = Slots(
        caller_name=first.caller_name or last.caller_name,
        company=first.company or last.company,
        staff=first.staff or last.staff,
        department=first.department or last.department,
    )
    return weigh_sales(f"{before}。{text}", slots, single=False)


def _of_customer(judged: Sales, whole: Sales) -> Sales:
    """Somebody who needs something is asked where all else says that he sells, and never refused."""
    both = {judged.outcome, whole.outcome} == {SalesOutcome.CERTAIN}
    if both:
        return replace(judged, outcome=SalesOutcome.DOUBTFUL)
    return replace(judged, outcome=SalesOutcome.NOT_SALES, probability=min(judged.probability, CUSTOMER))
