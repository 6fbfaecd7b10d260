"""Written calls to the invented company of `written_members`, as the tests of simulated callers use them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

COMMON = Path(__file__).parent.parent / "scripts" / "common.toml"

MESSAGE: dict[str, Any] = {
    "id": "d0101",
    "company": "hinode",
    "now": "2026-11-24T14:10",
    "caller_id": "",
    "goal": "出張中の店長に折り返しを頼む",
    "caller": {
        "name": "額縁の和田の和田です",
        "company": "額縁の和田",
        "number": "03の5512の3488です",
        "purpose": "額の寸法を決めたい",
        "staff": "店長の三宅さん",
    },
    "turns": [
        "額縁の和田の和田ですが、三宅店長はいらっしゃいますか",
        "あ、出張ですか。それでは折り返しお電話をいただけますか",
        "額の寸法を決めたいという件です",
        "03の5512の3488です",
        "はい、合っています",
        "よろしくお願いします",
    ],
    "expect": {
        "reason": "person",
        "outcome": "message",
        "report": True,
        "caller_name": "ワダ",
        "company": "",
        "number": "0355123488",
        "staff": "ミヤケ",
        "urgent": False,
        "start": "",
        "party": 0,
        "must_say": ["出張", "25日|明日|二十五日"],
        "must_not_say": ["090-1111-0042"],
    },
}
BOOKING: dict[str, Any] = {
    **MESSAGE,
    "id": "d0103",
    "caller": {
        "name": "野村です",
        "number": "0312340000です",
        "when": "十二月二日の十一時",
        "party": "三人です",
        "first": "初めてです",
    },
    "turns": ["撮影の予約をしたいんですが", "十時は空いてますか", "じゃあ十一時でお願いします", "はい、大丈夫です"],
    "expect": {
        **MESSAGE["expect"],
        "reason": "reservation_new",
        "outcome": "reserved",
        "caller_name": "ノムラ",
        "number": "0312340000",
        "staff": "",
        "start": "2026-12-02T11:00",
        "party": 3,
        "must_say": [],
        "must_not_say": [],
    },
}
SELLER: dict[str, Any] = {
    **MESSAGE,
    "id": "d0105",
    "caller": {
        "name": "西尾です",
        "company": "トナー本舗",
        "number": "03の1111の2222です",
        "purpose": "トナーのご案内",
    },
    "turns": ["トナーのご案内です", "一分だけお時間をいただけませんか", "では失礼します"],
    "expect": {**MESSAGE["expect"], "reason": "sales", "outcome": "refused_sales", "report": False},
}


def expecting(row: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {**row, "expect": {**row["expect"], **changes}}
