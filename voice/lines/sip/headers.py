"""What the headers of a SIP INVITE say of a call: who calls whom, and from where and why it was passed on.

Rule: whatever the text is, something comes out; a header that cannot be read says nothing. The network's own word
(P-Asserted-Identity) goes before what a caller wrote (From), and a number that is to be kept back is not told at all.
Leaves out: whether the sender may be believed, which is for whoever lets peers in.

Source: RFC 3261 (headers), 3966 (tel), 3323 and 3325 (privacy, identity), 5806 (Diversion), 7044 and 4458 (History-Info
and its causes), 7315 (P-Called-Party-ID); the display names by which Japan's networks say why a number is missing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import unquote

_COMPACT: Mapping[str, str] = {"f": "from", "t": "to", "i": "call-id", "m": "contact", "v": "via", "c": "content-type"}
_REASONS: Mapping[str, str] = {
    "no-answer": "no_answer",
    "user-busy": "busy",
    "unconditional": "always",
    "time-of-day": "always",
    "do-not-disturb": "always",
    "follow-me": "always",
    "away": "always",
    "out-of-service": "always",
}
"""Of a Diversion; the rest (deflection, unavailable, unknown) does not say whether it rang."""
_CAUSES: Mapping[str, str] = {"408": "no_answer", "486": "busy", "302": "always"}
"""Of a History-Info."""
_MOST_HEADERS = 200
_COMPANY_KEY = re.compile(r"[a-z][a-z0-9_-]{0,63}")


@dataclass(frozen=True, slots=True)
class SipMessage:
    """A request or answer, taken apart."""

    first: str
    """Request or status line."""
    headers: tuple[tuple[str, str], ...]
    """Names in small letters, long form."""
    body: str

    def all(self, name: str) -> tuple[str, ...]:
        """Values of every header of that name."""
        return tuple(value for key, value in self.headers if key == name)

    def one(self, name: str) -> str:
        """Value of the first header of that name; "" = there is none."""
        return next(iter(self.all(name)), "")


@dataclass(frozen=True, slots=True)
class Facts:
    """What an INVITE says of a call; numbers as digits that can be dialled in Japan."""

    called: tuple[str, ...]
    """Numbers or names by which the company may be found, likeliest first; those that passed the call on come last."""
    caller: str = ""
    withheld: bool = False
    """The caller keeps the number back on purpose."""
    forwarded_from: str = ""
    forwarded_why: str = ""
    """As `Ring.forwarded_why`."""
    call_id: str = ""


@dataclass(frozen=True, slots=True)
class _Party:
    """An address header: "name" <uri>;parameters"""

    name: str
    uri: str
    parameters: Mapping[str, str]


def read_message(text: str) -> SipMessage:
    """A whole message; folded lines are joined, and what is no header is passed over."""
    head, _, body = text.replace("\r\n", "\n").partition("\n\n")
    first, *lines = re.sub(r"\n[ \t]+", " ", head).split("\n")
    headers = []
    for line in lines[:_MOST_HEADERS]:
        name, colon, value = line.partition(":")
        if colon:
            name = name.strip().lower()
            headers.append((_COMPACT.get(name, name), value.strip()))
    return SipMessage(first.strip(), tuple(headers), body)


def facts(invite: SipMessage) -> Facts:
    """Who calls whom, and why it came here."""
    caller, withheld = _caller(invite)
    passed = tuple(_diversions(invite)) or tuple(_history(invite))
    words = invite.first.split(" ")
    targets = [*_parties(invite.one("p-called-party-id")), _Party("", words[1] if len(words) > 1 else "", {})]
    targets += [*_parties(invite.one("to"))]
    called = [number_or_key(target.uri) for target in targets] + [number for number, _ in passed]
    return Facts(
        called=tuple(dict.fromkeys(each for each in called if each)),
        caller=caller,
        withheld=withheld,
        forwarded_from=passed[0][0] if passed else "",
        forwarded_why=passed[0][1] if passed else "",
        call_id=invite.one("call-id"),
    )


def number(uri: str) -> str:
    """The number in a sip:, sips: or tel: URI as digits that can be dialled in Japan; "" if there is none.

    +81312345678 is 0312345678, +1… is 0101…, and 81312345678 is taken for the former: no number in Japan begins so.
    """
    user = _user(uri)
    digits = re.sub(r"[-.()\s]", "", user)
    if not re.fullmatch(r"\+?[0-9]{2,40}", digits, re.ASCII):
        return ""
    context = re.search(r";phone-context=\+?([0-9]+)", uri, re.IGNORECASE | re.ASCII)
    if context and not digits.startswith(("+", "0")):
        digits = f"+{context[1]}{digits}"
    if digits.startswith("+81") or (digits.startswith("81") and 11 <= len(digits) <= 12):
        national = digits.lstrip("+")[2:]
        return national if national.startswith("0") else f"0{national}"
    return f"010{digits[1:]}" if digits.startswith("+") else digits


def number_or_key(uri: str) -> str:
    """The same, or a company's key in a number's place."""
    user = _user(uri)
    return number(uri) or (user if _COMPANY_KEY.fullmatch(user) else "")


def _user(uri: str) -> str:
    """What stands before the host, without parameters and password."""
    scheme, _, rest = uri.strip().partition(":")
    if scheme.lower() in ("sip", "sips"):
        rest, at, _ = rest.rpartition("@")
        rest = rest if at else ""
    elif scheme.lower() != "tel":
        return ""
    return unquote(re.split(r"[;:?]", rest, maxsplit=1)[0]).strip()


def _caller(invite: SipMessage) -> tuple[str, bool]:
    """Digits of the caller's number, and whether it is kept back."""
    asserted = [party for value in invite.all("p-asserted-identity") for party in _parties(value)]
    remote = [party for value in invite.all("remote-party-id") for party in _parties(value)]
    remote = [party for party in remote if party.parameters.get("party", "calling").lower() == "calling"]
    wrote = list(_parties(invite.one("from")))
    private = {word.strip().lower() for value in invite.all("privacy") for word in re.split("[;,]", value)}
    hidden = any(party.parameters.get("privacy", "off").lower() in ("full", "uri") for party in remote)
    if private & {"id", "user", "full"} or hidden or any(_is_anonymous(party) for party in wrote):
        return "", _on_purpose(wrote) or bool(private & {"id", "user", "full"}) or hidden
    found = (number(party.uri) for party in (*asserted, *remote, *wrote))
    return next((digits for digits in found if digits), ""), False


def _is_anonymous(party: _Party) -> bool:
    user, _, host = party.uri.partition("@")
    return user.lower().endswith(":anonymous") or host.lower().startswith("anonymous.invalid")


def _on_purpose(wrote: list[_Party]) -> bool:
    """From a payphone, or out of the service's reach, a number is missing without anybody's will."""
    names = " ".join(party.name.lower() for party in wrote if _is_anonymous(party))
    return bool(names) and not re.search("unavailable|payphone|coin line|interaction", names)


def _diversions(invite: SipMessage) -> Iterator[tuple[str, str]]:
    """Number and reason of each, the latest first (RFC 5806: each is put before the earlier ones)."""
    for value in invite.all("diversion"):
        for party in _parties(value):
            why = _REASONS.get(party.parameters.get("reason", "").lower(), "")
            yield number(party.uri), why


def _history(invite: SipMessage) -> Iterator[tuple[str, str]]:
    """Number and cause of each passing on, the latest first. The cause stands in the address that it was passed on to
    (RFC 4458), or as a Reason in the address that passed it on."""
    entries = [party for value in invite.all("history-info") for party in _parties(value)]
    for place in reversed(range(len(entries))):
        before, after = entries[place], entries[place + 1].uri if place + 1 < len(entries) else ""
        cause = re.search(r";cause=([0-9]{3})", after, re.ASCII | re.IGNORECASE)
        reason = re.search(r"[?&]reason=[^&]*cause=([0-9]{3})", unquote(before.uri), re.ASCII | re.IGNORECASE)
        if found := cause or reason:
            yield number(before.uri), _CAUSES.get(found[1], "")


def _parties(value: str) -> Iterator[_Party]:
    """The addresses of a header, divided by commas outside quotes and brackets."""
    for part in re.findall(r'(?:"(?:\\.|[^"\\])*"|<[^>]*>|[^,"<])+', value):
        found = re.fullmatch(r'\s*(?:"((?:\\.|[^"\\])*)"|([^<]*?))\s*<([^>]*)>(.*)', part, re.DOTALL)
        if found:
            yield _Party(found[1] or found[2] or "", found[3].strip(), _parameters(found[4]))
        elif ":" in part:
            uri, _, rest = part.strip().partition(";")
            yield _Party("", uri, _parameters(f";{rest}"))


def _parameters(text: str) -> Mapping[str, str]:
    pairs = (each.partition("=") for each in text.split(";") if each.strip())
    return {name.strip().lower(): value.strip().strip('"') for name, _, value in pairs}
