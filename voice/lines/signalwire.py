"""SignalWire: Twilio's messages, markup and orders under its own names; nothing here touches a socket.

Each project has a space (example.signalwire.com), an API token, and a key of its own that webhooks are signed with.
Sockets are not known to be signed.

Source: SignalWire's documentation of its compatibility interface and of webhook security.
"""

from __future__ import annotations

from voice.lines.rest import Account
from voice.lines.twilio import Twilio, account


def signalwire(signing_key: str) -> Twilio:
    """The carrier."""
    return Twilio(signing_key, "signalwire", signs_sockets=False, header="x-signalwire-signature")


def signalwire_account(api: str, project: str, token: str) -> Account:
    """The REST interface of the space under `api` (https://example.signalwire.com)."""
    return account(f"{api}/api/laml", project, token)
