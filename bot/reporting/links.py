"""Links in mails: signed, so that nobody can make one up, and ending, so that an old mail opens nothing.

Rule: a token names one clip of one call, or one mark that its reader can make, and the moment it ends; the secret signs
it (HMAC-SHA-256 by itsdangerous), under a salt for each purpose. Pure: `now` is handed in. Left out: the pages behind
the links.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from itsdangerous import BadData, URLSafeSerializer

from bot.settings import Settings

PATH = "/clips/"
"""Where the pages of clips live; the token follows."""
MARK_PATH = "/marks/"
"""Where the pages with a button live."""


@dataclass(frozen=True, slots=True)
class ClipName:
    """One clip of one call."""

    call_id: str
    name: str


class MarkKind(StrEnum):
    """What a button does."""

    DONE = "done"
    """折り返し済み: the caller was rung back."""
    TAKE = "take"
    """対応します: somebody sees to an urgent call."""
    ALLOW = "allow"
    """これは営業ではありませんでした: the caller goes onto the list of those that are never sales."""


@dataclass(frozen=True, slots=True)
class Mark:
    """What one reader can mark of one call."""

    kind: MarkKind
    call_id: str
    by: str
    """The reader's mail address."""


class Links:
    """Makes and opens links under one public origin."""

    def __init__(self, origin: str, secret: str, seconds: float) -> None:
        """`origin`: https://… without a path; `seconds`: how long a link works."""
        self._origin = origin
        self._seconds = seconds
        # Salts of their own: a token signed for another purpose with the same secret opens nothing here.
        self._clips = _signed(secret, "clip")
        self._marks = _signed(secret, "mark")

    def clip(self, clip: ClipName, now: float) -> str:
        """The clip's address, good from `now` on for the links' time."""
        token: str = self._clips.dumps([clip.call_id, clip.name, int(now + self._seconds)])
        return f"{self._origin}{PATH}{token}"

    def open(self, token: str, now: float) -> ClipName | None:
        """What a clip's token names; None where it is forged, broken or over."""
        try:
            call_id, name, until = self._clips.loads(token)
        except (BadData, TypeError, ValueError):
            return None
        return ClipName(call_id, name) if now < until else None

    def mark(self, mark: Mark, now: float) -> str:
        """The address of the page with that button, good as long as a clip's."""
        token: str = self._marks.dumps([mark.kind.value, mark.call_id, mark.by, int(now + self._seconds)])
        return f"{self._origin}{MARK_PATH}{token}"

    def open_mark(self, token: str, now: float) -> Mark | None:
        """What a button's token names; None where it is forged, broken or over."""
        try:
            kind, call_id, by, until = self._marks.loads(token)
            mark = Mark(MarkKind(kind), call_id, by)
        except (BadData, TypeError, ValueError):
            return None
        return mark if now < until else None


def _signed(secret: str, salt: str) -> Any:
    return URLSafeSerializer(secret, salt, signer_kwargs={"digest_method": hashlib.sha256})


def links_for(settings: Settings) -> Links | None:
    """Links under the settings' public origin; None where there is none: clips are then attached."""
    if not settings.public_origin:
        return None
    return Links(settings.public_origin, settings.secret, settings.link_days * 86400.0)
