"""What whoever asks for a role tells of the matter: a dealing that there is, or a topic alone, which anybody may have.

Sellers do not know the name of the person whom they want, and name a topic that sounds like business (資料の件) or
claim an earlier talk. Suppliers, clients and authorities name what is between them and the company: an order, an
invoice, a visit, a day. Words alone decide; that somebody sells is for `sales` to say, once it was asked.
"""

from __future__ import annotations

import re

_DEALING = re.compile(
    r"請求|支払|振(?:り?)込|入金|送金|領収|注文|発注|受注|納品|納入|納期|在庫|見積(?!もり?(?:のご案内|無料))|図面|仕様|試作|契約(?:書|の更新|中|して|を結)|解約|"
    r"修理|故障|不具合|工事|点検|検査|検品|調査票|届(?:け|い|か|く)|配達|荷物|集荷|引き?取|返品|返金|交換|打ち?合わせ|会議|面談|面接|応募|約束|"
    r"アポ|訪問|伺(?:う|い(?:ます|たい|まし))|来社|予約|予定|日程|日時|キャンセル|変更|遅れ|欠席|お?休み|返事|ご?回答|折り?返|お?電話を?(?:いただ|もら)|連絡を?(?:いただ|もら)|"
    r"依頼|頼(?:んだ|まれ|みたい)|手続き|申告|申請|届出|決算|給与|年末調整|相続|登記|診断書|紹介状|処方|検査結果|カルテ|入院|退院|入居|退去|家賃|鍵|"
    r"忘れ物|落とし物|事故|苦情|お礼|お詫び|式|葬|町内|自治会|学校|保護者|患者|お客様の|[0-9〇一二三四五六七八九十百千]+(?:個|本|枚|箱|台|部|冊|円|名|人|時|日|号)"
)
"""Things between a company and those who deal with it."""
_PITCH = re.compile(
    r"掲載|取材|提案|(?:ご|の)案内|ご紹介|広告|集客|販促|コスト|経費|削減|補助金|助成金|投資|節税|資金|融資|キャンペーン|アンケート|無料|"
    r"順番に|皆様に|各社|様向け|お知らせ|ご挨拶|見直し|切り?替え"
)
"""Matters that sellers bring, however they are put."""


def names_dealing(matter: str) -> bool:
    """Whether the matter is one between the caller and the company."""
    return bool(_DEALING.search(matter)) and not _PITCH.search(matter)
