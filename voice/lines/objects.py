"""Messages in JSON, read with care: what is wrong with one is a LineError that names the place, short and printable."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping

from voice.lines import LineError

Body = Mapping[str, object]
MAX_MESSAGE_CHARS = 65_536
"""A frame of 20 ms makes about 350; a second of sound 11,000."""
_IDENTIFIER = re.compile(r"[A-Za-z0-9_.:-]{1,256}")


def read_object(message: str) -> Body:
    """One text frame. Raises LineError."""
    if len(message) > MAX_MESSAGE_CHARS:
        raise LineError(f"message of {len(message)} characters; at most {MAX_MESSAGE_CHARS} are taken")
    try:
        body = json.loads(message)
    except (ValueError, RecursionError) as error:
        raise LineError(f"not JSON: {shown(message)}") from error
    if not isinstance(body, dict):
        raise LineError(f"not a JSON object: {shown(message)}")
    return body


def part(body: Body, key: str) -> Body:
    """An object within. Raises LineError."""
    found = body.get(key)
    if not isinstance(found, dict):
        raise LineError(f"{key} is missing" if found is None else f"{key} is {shown(found)}, not an object")
    return found


def text(body: Body, key: str, where: str) -> str:
    """Raises LineError."""
    found = body.get(key)
    if not isinstance(found, str):
        raise LineError(f"{where}.{key} is missing" if found is None else f"{where}.{key} is not a string")
    return found


def identifier(body: Body, key: str, where: str) -> str:
    """A name that the carrier gave. Raises LineError."""
    found = text(body, key, where)
    if not _IDENTIFIER.fullmatch(found):
        raise LineError(f"{where}.{key} is {shown(found)}, not an identifier")
    return found


def optional(body: Body, key: str) -> str:
    """ "" where it is missing or no text."""
    found = body.get(key)
    return found if isinstance(found, str) else ""


def texts(body: Body, key: str, where: str) -> Mapping[str, str]:
    """A flat object that may be missing; what is no text in it is left out. Raises LineError."""
    found = body.get(key) or {}
    if not isinstance(found, dict):
        raise LineError(f"{where}.{key} is {shown(found)}, not an object")
    return {name: value for name, value in found.items() if isinstance(value, str)}


def count(body: Body, key: str) -> int | None:
    """A whole number, which some carriers write as text; None: missing or none."""
    found = str(body.get(key, ""))
    return int(found) if re.fullmatch(r"[0-9]{1,15}", found, re.ASCII) else None


def sound(body: Body, where: str) -> bytes:
    """The payload. Raises LineError."""
    payload = text(body, "payload", where)
    try:
        return base64.b64decode(payload, validate=True)
    except ValueError as error:
        raise LineError(f"{where}.payload is not base64: {shown(payload)}") from error


def coded(payload: bytes) -> str:
    """Sound as it goes into a message."""
    return base64.b64encode(payload).decode("ascii")


def shown(value: object) -> str:
    """Short and printable: it goes into a log line and a close frame."""
    return ascii(value)[:60]


def compact(body: Body) -> str:
    return json.dumps(body, separators=(",", ":"))
