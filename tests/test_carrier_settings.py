"""What the environment may say of carriers, and what is answered when it says something else."""

from __future__ import annotations

import pytest

from bot.environment import SettingsError
from bot.lines.carrier_settings import CarrierSettings, carrier_names, read_carriers

KEY = "k" * 20


def test_nothing_is_set_up_by_itself() -> None:
    assert read_carriers({}) == {}


def test_every_carrier_can_be_set_up() -> None:
    given = {
        "TWILIO_TOKEN": "t",
        "TWILIO_ACCOUNT": "AC1",
        "TWILIO_CALLER_ID": "+81312345678",
        "TWILIO_TRANSFER": "sip:{}@pbx.example.jp",
        "SIGNALWIRE_SIGNING_KEY": "PSK_1",
        "SIGNALWIRE_PROJECT": "p-1",
        "SIGNALWIRE_TOKEN": "PT1",
        "SIGNALWIRE_API": "https://example.signalwire.com",
        "TELNYX_KEY": KEY,
        "TELNYX_ACCOUNT": "o-1",
        "TELNYX_TOKEN": "KEY1",
        "PLIVO_TOKEN": "t",
        "JAMBONZ_KEY": KEY,
        "JAMBONZ_TRANSFER": "sip:{}@pbx.example.jp",
    }
    assert read_carriers(given) == {
        "twilio": CarrierSettings("t", "AC1", "t", "https://api.twilio.com", "+81312345678", "sip:{}@pbx.example.jp"),
        "signalwire": CarrierSettings("PSK_1", "p-1", "PT1", "https://example.signalwire.com"),
        "telnyx": CarrierSettings(KEY, "o-1", "KEY1", "https://api.telnyx.com"),
        "plivo": CarrierSettings("t", api="https://api.plivo.com"),
        "jambonz": CarrierSettings(KEY, transfer="sip:{}@pbx.example.jp"),
    }
    assert set(given) <= set(carrier_names())


@pytest.mark.parametrize(
    ("given", "remedy"),
    [
        ({"TWILIO_ACCOUNT": "AC1"}, "DENWABAN_TWILIO_TOKEN: it is missing, but DENWABAN_TWILIO_ACCOUNT is set"),
        ({"TELNYX_KEY": KEY, "TELNYX_ACCOUNT": "o-1"}, "DENWABAN_TELNYX_TOKEN: it is missing"),
        ({"TELNYX_KEY": "short"}, "DENWABAN_TELNYX_KEY: found '.not shown.'; write 16 to 128"),
        ({"TWILIO_TOKEN": "t", "TWILIO_ACCOUNT": "AC/1"}, "the account's id"),
        (
            {"SIGNALWIRE_SIGNING_KEY": "k", "SIGNALWIRE_PROJECT": "p", "SIGNALWIRE_TOKEN": "t"},
            "DENWABAN_SIGNALWIRE_API: write the origin",
        ),
        ({"TWILIO_TOKEN": "t", "TWILIO_ACCOUNT": "AC1", "TWILIO_API": "api.twilio.com"}, "write the origin"),
        ({"TWILIO_TOKEN": "t", "TWILIO_CALLER_ID": "0312345678"}, "as .81312345678"),
        ({"TWILIO_TOKEN": "t", "TWILIO_TRANSFER": "sip:101@pbx"}, "SIP URI in which {} stands"),
    ],
)
def test_a_bad_value_is_refused_with_its_remedy(given: dict[str, str], remedy: str) -> None:
    with pytest.raises(SettingsError, match=remedy):
        read_carriers(given)


def test_secrets_are_not_shown() -> None:
    assert "secret" not in repr(read_carriers({"TWILIO_TOKEN": "secret", "TWILIO_ACCOUNT": "AC1"}))
