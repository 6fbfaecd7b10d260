"""Where calls come in over web sockets: the /phone page, Twilio always, and the other carriers that are set up."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from fastapi import APIRouter

from bot.settings import Settings
from bot.web.carriers import CarrierCalls
from bot.web.jambonz import JambonzCalls
from bot.web.live import LiveCalls
from bot.web.media import Media
from bot.web.phone import phone
from bot.web.seen import Seen
from bot.web.tickets import Tickets
from voice.lines.carrier import Carrier
from voice.lines.plivo import Plivo, plivo_account
from voice.lines.rest import Account, Rest
from voice.lines.signalwire import signalwire, signalwire_account
from voice.lines.socket import Serve
from voice.lines.telnyx import Telnyx, telnyx_account
from voice.lines.twilio import Twilio, account

_CARRIERS: Mapping[str, tuple[str, Callable[[str], Carrier]]] = {
    "twilio": ("Twilio", Twilio),
    "signalwire": ("SignalWire", signalwire),
    "telnyx": ("Telnyx", Telnyx),
    "plivo": ("Plivo", Plivo),
}
"""As people write it; and the carrier, by what proves its requests."""
_ACCOUNTS: Mapping[str, Callable[[str, str, str], Account]] = {
    "twilio": account,
    "signalwire": signalwire_account,
    "telnyx": telnyx_account,
    "plivo": plivo_account,
}


@dataclass(frozen=True, slots=True)
class Sockets:
    """All routes of calls, and what has come from each carrier that is set up."""

    router: APIRouter
    seen: tuple[Seen, ...]


def sockets(settings: Settings, serve: Serve, calls: LiveCalls, tickets: Tickets) -> Sockets:
    """To be put into the application."""
    media, origin = Media(serve, calls), settings.public_origin
    router = APIRouter()
    router.include_router(phone(media, origin, tickets))
    told: list[Seen] = []
    for name, (shown, carrier) in _CARRIERS.items():
        found = settings.lines.carriers.get(name)
        if found is None and name != "twilio":
            continue
        made = carrier(found.key if found else "")
        seen = Seen(shown, f"{origin}/{name}/{'(鍵)/' if made.key else ''}voice")
        rest = Rest(shown, _ACCOUNTS[name](found.api, found.account, found.token)) if found and found.account else None
        router.include_router(CarrierCalls(made, found, rest, origin, seen).router(media))
        told += [seen] if found else []
    if jambonz := settings.lines.carriers.get("jambonz"):
        told.append(Seen("jambonz", f"{origin}/jambonz/(鍵)/voice"))
        router.include_router(JambonzCalls(jambonz, origin, media, told[-1]).router())
    return Sockets(router, tuple(told))
