"""What the environment says of telephone lines."""

from __future__ import annotations

import pytest

from bot.lines.settings import LineSettings
from bot.settings import SettingsError, read_settings
from voice.lines.sip.account import Account


def lines(**values: str) -> LineSettings:
    return read_settings({f"DENWABAN_{name}": value for name, value in values.items()}).lines


def test_no_line_is_set_up_by_itself() -> None:
    assert lines() == LineSettings(calls_max=20, sip=None)


def test_an_account_is_registered() -> None:
    assert lines(SIP_URL="sip:200:p%40ss@pbx.example.jp").sip == Account(
        host="pbx.example.jp", user="200", password="p@ss", register=True
    )


def test_a_trunk_that_knows_our_address_is_not() -> None:
    assert lines(SIP_URL="sip:203.0.113.5:5080").sip == Account(host="203.0.113.5", port=5080)


def test_everything_can_be_set() -> None:
    assert lines(
        CALLS_MAX="8",
        SIP_URL="sip:200@pbx.example.jp:5062",
        SIP_AUTH_USER="smile-200",
        SIP_REGISTER="yes",
        SIP_LISTEN="192.0.2.5:5070",
        SIP_RTP_PORTS="20000-20019",
        SIP_PEERS="198.51.100.0/24, 192.0.2.7",
        SIP_TRANSFER="sip:{}@192.0.2.7:5062",
        SIP_SILENT_SECONDS="9",
    ) == LineSettings(
        calls_max=8,
        sip=Account(
            host="pbx.example.jp",
            port=5062,
            user="200",
            auth_user="smile-200",
            register=True,
            listen_host="192.0.2.5",
            listen_port=5070,
            rtp_ports=(20000, 20019),
            peers=("198.51.100.0/24", "192.0.2.7/32"),
            transfer="sip:{}@192.0.2.7:5062",
            silent_seconds=9,
        ),
    )


@pytest.mark.parametrize(
    ("name", "value", "remedy"),
    [
        ("URL", "pbx.example.jp", "sip:user:password@host"),
        ("URL", "sip:200:hush@host:99999", "from 1 to 65535"),
        ("URL", 'sip:200:hu"sh@host', "choose another one"),
        ("LISTEN", "0.0.0.0:5060", "the one address that the peers reach"),
        ("LISTEN", "pbx.example.jp", "192.0.2.5:5060"),
        ("LISTEN", "1.2.3.4.5", "192.0.2.5:5060"),
        ("RTP_PORTS", "30000", "30000-30999"),
        ("RTP_PORTS", "30001-30000", "30000-30999"),
        ("PEERS", "pbx.example.jp", "addresses or networks"),
        ("TRANSFER", "sip:101@192.0.2.7", "{} stands for the digits"),
        ("REGISTER", "perhaps", "yes or no"),
        ("SILENT_SECONDS", "0", "from 1 to 3600"),
    ],
)
def test_a_bad_value_is_refused_with_its_remedy(name: str, value: str, remedy: str) -> None:
    given = {"SIP_URL": "sip:200:hush@pbx.example.jp"} | {f"SIP_{name}": value}
    with pytest.raises(SettingsError, match=remedy) as caught:
        lines(**given)
    assert f"DENWABAN_SIP_{name}" in str(caught.value)
    assert "hush" not in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_part_without_its_account_is_refused() -> None:
    with pytest.raises(SettingsError, match=r"DENWABAN_SIP_URL.*DENWABAN_SIP_LISTEN is set"):
        lines(SIP_LISTEN="127.0.0.1:5070")


def test_a_misspelt_name_is_named() -> None:
    with pytest.raises(SettingsError, match="did you mean DENWABAN_SIP_LISTEN"):
        lines(SIP_LISTN="127.0.0.1:5070")


def test_no_password_is_shown() -> None:
    assert "hush" not in repr(lines(SIP_URL="sip:200:hush@pbx.example.jp"))
