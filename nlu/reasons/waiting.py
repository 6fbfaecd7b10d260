"""Whether somebody waits for what he was promised or has asked for before: the mark of a chase.

Rule: a thing that is broken, wrong or missing parts is a complaint, and one asked about a question, unless the caller
tells of an earlier call, or of a promise that was not kept. Words alone decide.
"""

from __future__ import annotations

import re

_N = "[0-9一二三四五六七八九十]+"
_EARLIER = re.compile(
    r"催促|督促|再度|音沙汰|梨の礫|なしのつぶて|うんともすんとも|"
    r"(?:返事|返信|連絡|電話|折り?返し?|お?戻し)(?:の?電話)?[がはも](?:、|まだ|全然|一向に|ちっとも)*"
    r"(?:な[いくかっ]|ありませ|ござい|来|こ[なね]|いただけ|もらえ)|"
    rf"(?:何[度回べ]ん?も?|{_N}[度回])[^。]{{0,8}}(?:電話|連絡|かけ|掛け|言っ|お願い|頼ん|伺)|"
    r"約束(?!の(?:会議|打))|はず(?:です|な|だ|の|でし)|"
    r"(?:くださる|いただける|頂ける|もらえる|くれる|でき(?:る|ます)|[すしりきれ](?:ます|る)|送る|出す|知らせる|来る|着く)"
    r"(?:って|と(?:いう|の)?|と)[^。]{0,16}(?:言[いわっう]|おっしゃ|聞[いき]|伺|お話|話でし|こと(?:でし|だっ)|控え)"
)
"""An earlier call, or a promise."""
_OVERDUE = re.compile(
    r"待(?:っ(?:て|と)|たさ|ちくたび|ち続け|ちぼうけ|てば)|お待ちして|ほったらかし|放ったらかし|いまだ|未だに|その後|進(?:展|んで|めて)|"
    r"まだ(?:です|でしょう|なん|でござ|か(?:な|しら|ね)|"
    r"、?(?:来|届|連絡|返事|もら|いただ|頂|かか|終わ|出来|でき|直|戻|入金|振り?込|ご?対応|何|一))|"
    r"(?:届|来|着|入金|振り?込|出来|でき|直|戻|返っ)[いきっかんさまれ]*(?:て(?:い|お)?)?"
    r"(?:な[いくか]|ませ|へん|とらん|ん(?:の|です|けど))|"
    r"どう(?:な(?:って|りま|った)|です)|いかが(?:なり|でしょう)|いつ(?:になったら|に(?:な|ご)|まで(?:も|待)|頃|ごろ)|"
    r"いつ[^。]{0,6}(?:届|来|でき|出[来ま]|いただ|頂|もら|くれ|連絡|直|仕上|取れ)|"
    rf"(?:もう|これで|今日で)、?(?:{_N}(?:日|週間|[かヶカ]月|年|時間)|[月火水木金土日]曜|ひと月|半[月年])|"
    rf"{_N}(?:日|週間|[かヶカ]月|時間)[もにが]?(?:経|たっ|たち|たつ|なり|過ぎ)|"
    rf"(?:先週|先日|昨日|一昨日|おととい|この前|この間|先月|前に|以前|{_N}(?:日|週間|[かヶカ]月)前)"
    r"[^。]{0,16}(?:お願い|頼ん|依頼|申し込|問い合わせ|お電話|送っ|出し|聞い|言っ|お?預け)"
)
"""Something is overdue, or was asked for before."""


def tells_of_earlier(words: str) -> bool:
    """Whether an earlier call or a promise is told of."""
    return bool(_EARLIER.search(words))


def waits(words: str) -> bool:
    """Whether something is overdue, or asked for again."""
    return tells_of_earlier(words) or bool(_OVERDUE.search(words))
