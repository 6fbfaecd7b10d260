"""Words for places in a company: titles by which staff are asked for, and departments."""

from __future__ import annotations

import re

from nlu.wordlists import either, words

TITLES = words("titles")
"""Among them 責任者 and 担当者, which are roles though no titles."""
_DEPARTMENT_END = r"(?:[一二三四五六七八九十第]*(?:部門|部|課|係|室|科|局|グループ|チーム))"
_DEPARTMENT = re.compile(rf"(?:{either('departments')})+{_DEPARTMENT_END}?")
_BY_ENDING = re.compile(r"[\u3400-\u9fffァ-ヴー々]{2,10}(?:部門|部|課|係|室)")
_NO_DEPARTMENT = words("no departments")
_WORKS = words("work and kin") | TITLES
_OF_DEPARTMENTS = ("担当", "担当者", *sorted(TITLES))
_WHOEVER = (
    "農家", "ドライバー", "スタッフ", "の母", "の担当", "仲間", "同級生", "作家", "労務士", "診断士", "技師", "療法士",
    "相談員", "調査員", "研究員", "指導員", "担当者", "担当", "会計士", "書士", "弁理士", "建築士", "介護士", "保育士",
    "ライター", "インストラクター", "トレーナー", "カウンセラー", "コーディネーター", "プランナー", "アドバイザー",
    "カメラマン",
)  # fmt: skip
"""How words end that say what somebody is."""


def is_department(text: str) -> bool:
    """Whether the words name a department (経理, 営業二課, 経営企画室)."""
    text = text.removeprefix("ご").removesuffix("さん")
    if text in _NO_DEPARTMENT or text.endswith(("倶楽部", "教室", "美容室", "図書室")):
        return False
    return bool(_DEPARTMENT.fullmatch(text) or _BY_ENDING.fullmatch(text))


def is_division(text: str) -> bool:
    """Whether the words can only name a department, and no company (総務部; not 企画, サポート)."""
    return is_department(text) and bool(_BY_ENDING.fullmatch(text))


def is_role(text: str) -> bool:
    """Whether the words say what somebody is (記者, 母, 店長, 営業担当), not who."""
    bare = text.removeprefix("ご").removeprefix("お")
    if bare in _WORKS or text in _WORKS:
        return True
    if bare.endswith(_WHOEVER):
        return True
    if not bare.endswith(_OF_DEPARTMENTS):
        return False
    return any(bare.endswith(work) and is_department(bare[: -len(work)]) for work in _OF_DEPARTMENTS)
