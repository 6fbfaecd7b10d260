"""Passwords: kept as argon2id hashes, and refused where they are easily guessed.

Rule: a password is never logged, and compared only by its hash; one kept with weaker parameters than today's is hashed
anew when its owner logs in. A name that nobody bears costs as much time as a wrong password.
"""

from __future__ import annotations

import unicodedata
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError, VerifyMismatchError

from bot.access.user import Flaw, UserError

LEAST = 12
MOST = 256
"""Characters. The upper bound keeps anybody from making us hash books."""

LEAST_DIFFERENT = 5
"""aaaaaaaaaaaa and 121212121212 are long, and guessed first."""

_WORDS = (
    "password passw0rd 123456789 1234567890 0123456789 qwertyuiop asdfghjkl zxcvbnm qwerty letmein welcome admin "
    "administrator iloveyou denwaban denwa operator changeme secret sakura nippon tokyo japan pass abc123"
)
_COMMON = frozenset(_WORDS.split())
"""What is left of these when digits and signs at the ends are taken off, once or repeated, is no password."""

_ROWS = ("01234567890123456789", "qwertyuiopasdfghjklzxcvbnm", "abcdefghijklmnopqrstuvwxyz")
"""No stretch of these is one either."""

_hasher = PasswordHasher()
"""The library's defaults: argon2id, RFC 9106's second recommended option (64 MiB, 3 passes)."""


def hashed(password: str) -> str:
    """For keeping."""
    return _hasher.hash(_bytes(password))


def fits(password: str, kept: str) -> bool:
    """Is it the one that this hash is of? `kept` "" = nobody's: takes as long, and is never true."""
    if len(password) > MOST:
        return False
    try:
        return _hasher.verify(kept or _nobodys(), _bytes(password)) and bool(kept)
    except (VerifyMismatchError, VerificationError, InvalidHashError):
        return False


def outdated(kept: str) -> bool:
    """Was it hashed with other parameters than today's?"""
    return _hasher.check_needs_rehash(kept)


def check_password(password: str, key: str) -> None:
    """Raises UserError where it is too easily guessed; `key`: whose it is to be."""
    plain = _plain(password)
    if len(plain) < LEAST:
        raise UserError(Flaw.SHORT)
    if len(password) > MOST:
        raise UserError(Flaw.LONG)
    words = plain.casefold()
    core = words.strip("0123456789!?.,#$%&*+-_=@ ")
    listed = {*_COMMON, key.casefold(), key.casefold().partition("@")[0]}
    if len(set(words)) < LEAST_DIFFERENT or any(_repeats(part, word) for part in (words, core) for word in listed):
        raise UserError(Flaw.COMMON)
    if any(words in row for row in _ROWS):
        raise UserError(Flaw.COMMON)


def _repeats(text: str, word: str) -> bool:
    return bool(word) and not text.replace(word, "")


@cache
def _nobodys() -> str:
    return hashed("nobody's")


def _plain(password: str) -> str:
    """The same however a keyboard composed it: バ may be one character or two."""
    return unicodedata.normalize("NFKC", password)


def _bytes(password: str) -> bytes:
    return _plain(password).encode("utf-8", "surrogatepass")
