"""An invented company in the form of members.json, as the tests of members and of written calls use it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

DAY = [["09:00", "12:00"], ["13:00", "18:00"]]
MEMBERS: dict[str, Any] = {
    "hinode": {
        "name": "有限会社ひので写真館",
        "reading": "ヒノデシャシンカン",
        "business": "写真の撮影と焼き増し",
        "hours": "平日と土曜の午前九時から十二時、午後一時から六時。日曜と祝日は休み",
        "open": dict.fromkeys(("mon", "tue", "wed", "thu", "fri", "sat"), DAY),
        "closed_on": ["holiday", "2026-12-01"],
        "staff": [
            {
                "name": "三宅 薫",
                "reading": "ミヤケ カオル",
                "department": "撮影部",
                "title": "店長",
                "schedule": [
                    {
                        "from": "2026-11-24T09:00",
                        "to": "2026-11-24T23:59",
                        "state": "出張",
                        "back": "2026-11-25T09:00",
                        "may_tell": {"email": "miyake@hinode.example", "mobile": "090-1111-0042"},
                    },
                    {
                        "from": "2026-11-26T13:00",
                        "to": "2026-11-26T15:00",
                        "state": "会議",
                        "back": "2026-11-26T15:00",
                        "may_tell": {},
                    },
                ],
            },
            {
                "name": "三宅 進",
                "reading": "ミヤケ ススム",
                "department": "",
                "title": "受付",
                "schedule": [
                    {
                        "from": "2026-11-24T09:00",
                        "to": "2026-11-24T18:00",
                        "state": "在席",
                        "back": "",
                        "may_tell": {},
                    },
                ],
            },
            {"name": "小塚 恵", "reading": "コヅカ メグミ", "department": "撮影部", "title": "", "schedule": []},
        ],
        "faq": [
            {
                "q": ["焼き増しはいくらですか", "焼き増しの料金を教えてください"],
                "a": "焼き増しは、一枚八十円でございます。",
            },
            {"q": ["駐車場はありますか"], "a": "店の裏に、三台分の駐車場がございます。"},
        ],
        "beyond": ["ほかのお客様の写真のこと"],
        "reservations": {
            "kind": "撮影",
            "unit_minutes": 60,
            "need": ["caller_name", "number", "party", "purpose"],
            "also_ask": ["着物か洋服か", "撮影の目的"],
            "open": {day: [["09:00", "12:00"]] for day in ("mon", "wed")},
            "closed": ["holiday", "tue"],
            "closed_dates": ["2026-11-30"],
            "full": [{"from": "2026-12-02T09:00", "to": "2026-12-02T10:00"}],
            "existing": [{"caller_name": "ノムラ", "number": "0312340000", "start": "2026-12-02T10:00", "party": 2}],
            "party_max": 8,
            "days_ahead": 45,
            "change_until": "二日前まで",
            "cancel_fee": "前日から半額。当日は全額",
            "rooms": [{"name": "大スタジオ", "seats": 8}, {"name": "小部屋", "seats": 3}],
        },
        "sales": "report",
    }
}


def members_file(folder: Path, members: dict[str, Any] = MEMBERS) -> Path:
    """The file, written into that folder."""
    path = folder / "members.json"
    path.write_text(json.dumps(members, ensure_ascii=False), encoding="utf-8")
    return path
