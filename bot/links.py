"""Links in reports: signed, so that nobody can make one up, and ending, so that an old mail opens nothing.

Rule: a token names one clip of one call and the moment it ends; the secret signs it (HMAC-SHA-256 by itsdangerous).
Pure: `now` is handed in. Left out: the page behind the link.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

from itsdangerous import BadData, URLSafeSerializer

from bot.settings import Settings

PATH = "/clips/"
"""Where the pages of clips live; the token follows."""


@dataclass(frozen=True, slots=True)
class ClipName:
    """One clip of one call."""

    call_id: str
    name: str


class Links:
    """Makes and opens links under one public origin."""

    def __init__(self, origin: str, secret: str, seconds: float) -> None:
        """`origin`: https://… without a path; `seconds`: how long a link works."""
        self._origin = origin
        self._seconds = seconds
        # Its own salt: a token signed for another purpose with the same secret is not a clip's.
        self._signed: Any = URLSafeSerializer(secret, "clip", signer_kwargs={"digest_method": hashlib.sha256})

    def clip(self, clip: ClipName, now: float) -> str:
        """The clip's address, good from `now` on for the links' time."""
        token: str = self._signed.dumps([clip.call_id, clip.name, int(now + self._seconds)])
        return f"{self._origin}{PATH}{token}"

    def open(self, token: str, now: float) -> ClipName | None:
        """What a token names; None where it is forged, broken or over."""
        try:
            call_id, name, until = self._signed.loads(token)
        except (BadData, TypeError, ValueError):
            return None
        return ClipName(call_id, name) if now < until else None


def links_for(settings: Settings) -> Links | None:
    """Links under the settings' public origin; None where there is none: clips are then attached."""
    if not settings.public_origin:
        return None
    return Links(settings.public_origin, settings.secret, settings.link_days * 86400.0)
