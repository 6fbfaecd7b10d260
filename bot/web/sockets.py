"""Where calls come in over web sockets: the /phone page, Twilio always, and the other carriers that are set up."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from fastapi import APIRouter

from bot.carrier_settings import CarrierSettings
from bot.settings import Settings
from bot.web.carriers import CarrierCalls
from bot.web.jambonz import JambonzCalls
from bot.web.live import LiveCalls
from bot.web.media import Media
from bot.web.phone import phone
from bot.web.tickets import Tickets
from voice.lines.carrier import Carrier
from voice.lines.plivo import Plivo, plivo_account
from voice.lines.rest import Account, Rest
from voice.lines.signalwire import signalwire, signalwire_account
from voice.lines.socket import Serve
from voice.lines.telnyx import Telnyx, telnyx_account
from voice.lines.twilio import Twilio, account

_CARRIERS: Mapping[str, Callable[[str], Carrier]] = {
    "twilio": Twilio,
    "signalwire": signalwire,
    "telnyx": Telnyx,
    "plivo": Plivo,
}
"""By what proves their requests."""
_ACCOUNTS: Mapping[str, tuple[str, Callable[[str, str, str], Account]]] = {
    "twilio": ("Twilio", account),
    "signalwire": ("SignalWire", signalwire_account),
    "telnyx": ("Telnyx", telnyx_account),
    "plivo": ("Plivo", plivo_account),
}


def sockets(settings: Settings, serve: Serve, calls: LiveCalls, tickets: Tickets) -> APIRouter:
    """All routes of calls."""
    media = Media(serve, calls)
    router = APIRouter()
    router.include_router(phone(media, settings.public_origin, tickets))
    for name, carrier in _CARRIERS.items():
        found = settings.lines.carriers.get(name)
        if found is not None or name == "twilio":
            routes = CarrierCalls(
                carrier(found.key if found else ""), found, _rest(name, found), settings.public_origin
            )
            router.include_router(routes.router(media))
    if jambonz := settings.lines.carriers.get("jambonz"):
        router.include_router(JambonzCalls(jambonz, settings.public_origin, media).router())
    return router


def _rest(name: str, settings: CarrierSettings | None) -> Rest | None:
    if settings is None or not settings.account:
        return None
    shown, made = _ACCOUNTS[name]
    return Rest(shown, made(settings.api, settings.account, settings.token))
