"""A person with an account, and what their role lets them do.

Rule: a member belongs to one company and sees its calls; an operator sees and takes the calls of the companies they
serve; an admin may everything. Pure. Leaves out passwords and sessions.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

ALL = "*"
"""In `User.companies` of an operator: every company, those to come as well."""

_KEY = re.compile(r"[a-z0-9][a-z0-9._@+-]{0,63}")


class Role(StrEnum):
    """What somebody may do; each may what those before may."""

    MEMBER = "member"
    OPERATOR = "operator"
    ADMIN = "admin"


class Flaw(StrEnum):
    """Why an account cannot be made or changed so."""

    KEY = "key"
    NAME = "name"
    ROLE = "role"
    TAKEN = "taken"
    NOBODY = "nobody"
    NO_COMPANY = "no_company"
    ONE_COMPANY = "one_company"
    COMPANY = "company"
    CAPACITY = "capacity"
    SHORT = "short"
    LONG = "long"
    COMMON = "common"
    LAST_ADMIN = "last_admin"


class UserError(Exception):
    """An account cannot be so."""

    def __init__(self, flaw: Flaw) -> None:
        super().__init__(flaw.value)
        self.flaw = flaw


@dataclass(frozen=True, slots=True)
class User:
    """A person with an account."""

    key: str
    """Login name."""
    name: str
    """As colleagues and companies read it: 佐藤."""
    role: Role
    companies: tuple[str, ...] = ()
    """Keys of scripts (`Script.key`): one for a member, those served for an operator; nothing is asked of an admin."""
    voice_calls: int = 1
    """How many calls an operator may have by voice."""
    text_calls: int = 3
    """The same by text."""
    enabled: bool = True

    def may(self, role: Role | str) -> bool:
        """What somebody of that role may do?"""
        ranks = list(Role)
        return ranks.index(self.role) >= ranks.index(Role(role))

    def sees(self, company: str) -> bool:
        """That company's calls?"""
        return self.role is Role.ADMIN or company in self.companies or self.sees_all

    @property
    def sees_all(self) -> bool:
        """The calls of every company?"""
        return self.role is Role.ADMIN or (self.role is Role.OPERATOR and ALL in self.companies)


def is_key(text: str) -> bool:
    """Can it be a login name? In lower case, as it is kept."""
    return _KEY.fullmatch(text) is not None


def check_user(user: User, known: Collection[str]) -> None:
    """Raises UserError where the account cannot be so; `known`: keys of the companies that there are."""
    if not is_key(user.key):
        raise UserError(Flaw.KEY)
    if not user.name.strip() or len(user.name) > 60 or not user.name.isprintable():
        raise UserError(Flaw.NAME)
    if user.role is not Role.ADMIN and not user.companies:
        raise UserError(Flaw.NO_COMPANY)
    if user.role is Role.MEMBER and (len(user.companies) > 1 or ALL in user.companies):
        raise UserError(Flaw.ONE_COMPANY)
    if not set(user.companies) <= {*known, ALL}:
        raise UserError(Flaw.COMPANY)
    if not (0 <= user.voice_calls <= 9 and 0 <= user.text_calls <= 9):
        raise UserError(Flaw.CAPACITY)
