"""What the environment says of an Asterisk."""

from __future__ import annotations

import pytest

from bot.lines.asterisk_settings import Asterisk
from bot.settings import SettingsError, read_settings
from voice.lines.ari import Account

URL = "http://denwaban:p%40ss@asterisk.example.jp:8088"
SECRET = "0123456789abcdef"


def asterisk(**values: str) -> Asterisk:
    return read_settings({f"DENWABAN_{name}": value for name, value in values.items()}).lines.asterisk


def test_no_asterisk_is_set_up_by_itself() -> None:
    assert asterisk() == Asterisk(secret="", sockets="", audiosocket=None, company="", ari=None)


def test_everything_can_be_set() -> None:
    assert asterisk(
        ASTERISK_SECRET=SECRET,
        ASTERISK_SOCKETS="wss://asterisk.example.jp:8089/pbx/",
        AUDIOSOCKET="[::1]:9092",
        AUDIOSOCKET_COMPANY="smile",
        ARI_URL="https://denwaban:p%40ss@asterisk.example.jp/pbx/ari",
        ARI_APP="rezeption",
        ARI_MEDIA="audiosocket",
        ARI_FORMAT="slin16",
        ARI_TRANSFER="Local/{}@from-internal",
    ) == Asterisk(
        SECRET,
        "wss://asterisk.example.jp:8089/pbx",
        ("::1", 9092),
        "smile",
        Account(
            "https://asterisk.example.jp/pbx", "denwaban", "p@ss", "rezeption", "audiosocket", "slin16",
            "Local/{}@from-internal",
        ),
    )  # fmt: skip


def test_where_ari_is_its_sockets_are() -> None:
    found = asterisk(ARI_URL=URL)
    assert found.sockets == "ws://asterisk.example.jp:8088"
    assert found.ari == Account("http://asterisk.example.jp:8088", "denwaban", "p@ss")


def test_no_secret_is_shown() -> None:
    shown = repr(asterisk(ARI_URL=URL, ASTERISK_SECRET=SECRET))
    assert "p@ss" not in shown
    assert SECRET not in shown


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({"ASTERISK_SECRET": "short"}, "ASTERISK_SECRET: found '(not shown)'; write 16 letters and digits"),
        ({"ASTERISK_SECRET": "with a space and &"}, "ASTERISK_SECRET: found '(not shown)'"),
        ({"ASTERISK_SOCKETS": "http://asterisk:8088"}, "ASTERISK_SOCKETS: found 'http://asterisk:8088'; write"),
        ({"AUDIOSOCKET": "9092"}, "AUDIOSOCKET: found '9092'; write an address"),
        ({"AUDIOSOCKET": "127.0.0.1:99999"}, "AUDIOSOCKET: found '127.0.0.1:99999'"),
        ({"AUDIOSOCKET_COMPANY": "smile"}, "AUDIOSOCKET: write where we listen"),
        ({"ARI_APP": "denwaban"}, "ARI_URL: it is missing, but DENWABAN_ARI_APP is set"),
        ({"ARI_URL": "http://asterisk:8088"}, "ARI_URL: found '(not shown)'; write http://user:password@host"),
        ({"ARI_URL": "http://u:p@[asterisk"}, "ARI_URL: found '(not shown)'"),
        ({"ARI_URL": "ftp://u:p@asterisk"}, "ARI_URL: found '(not shown)'"),
        ({"ARI_URL": f"{URL}?a=b"}, "ARI_URL: found '(not shown)'"),
        ({"ARI_URL": URL, "ARI_APP": "a b"}, "ARI_APP: found 'a b'"),
        ({"ARI_URL": URL, "ARI_MEDIA": "rtp"}, "ARI_MEDIA: found 'rtp'; write websocket"),
        ({"ARI_URL": URL, "ARI_MEDIA": "audiosocket"}, "AUDIOSOCKET: write where we listen"),
        ({"ARI_URL": URL, "ARI_MEDIA": "audiosocket", "AUDIOSOCKET": "0.0.0.0:9092"}, "write the one address"),
        ({"ARI_URL": URL, "ARI_FORMAT": "opus"}, "ARI_FORMAT: found 'opus'; write one of ulaw, alaw, slin, slin16"),
        ({"ARI_URL": URL, "ARI_TRANSFER": "PJSIP/101"}, "ARI_TRANSFER: found 'PJSIP/101'"),
        ({"ARI_ULR": URL}, "did you mean DENWABAN_ARI_URL"),
    ],
)
def test_a_bad_value_is_named_with_its_remedy(values: dict[str, str], why: str) -> None:
    with pytest.raises(SettingsError) as caught:
        asterisk(**values)
    assert why in str(caught.value)
    assert "p@ss" not in str(caught.value)
