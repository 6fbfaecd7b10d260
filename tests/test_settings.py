"""What the environment may say, and what is answered when it says something else."""

from __future__ import annotations

import dataclasses
import stat
from pathlib import Path

import pytest

from bot.lines.carrier_settings import CarrierSettings
from bot.lines.settings import LineSettings
from bot.settings import Settings, SettingsError, Smtp, read_settings, with_secret


def test_an_empty_environment_gives_a_server_on_loopback() -> None:
    settings = read_settings({})
    assert settings.host == "127.0.0.1"
    assert settings.public_origin == ""
    assert settings.smtp is None
    assert settings.workers >= 1


def test_there_are_few_settings() -> None:
    assert len(dataclasses.fields(Settings)) <= 16


def test_everything_can_be_set() -> None:
    settings = read_settings(
        {
            "DENWABAN_HOST": "0.0.0.0",
            "DENWABAN_PORT": "0",
            "DENWABAN_SCRIPTS_DIR": "/srv/scripts",
            "DENWABAN_VAR_DIR": "/srv/var",
            "DENWABAN_DATABASE_URL": "postgresql+psycopg://db/denwaban",
            "DENWABAN_PUBLIC_ORIGIN": "https://phone.example.jp/",
            "DENWABAN_TWILIO_TOKEN": "abc",
            "DENWABAN_SMTP_URL": "smtp+starttls://taro%40example.jp:p%3Aw@mail.example.jp",
            "DENWABAN_MAIL_FROM": "desk@example.jp",
            "DENWABAN_SECRET": "s" * 32,
            "DENWABAN_WORKERS": "3",
            "DENWABAN_LINK_DAYS": "7",
            "DENWABAN_AUDIT_DAYS": "400",
            "DENWABAN_MODELS": "/srv/models",
            "DENWABAN_DICTATION": "vosk:mine",
            "PATH": "/bin",
        }
    )
    assert settings == Settings(
        host="0.0.0.0",
        port=0,
        scripts_dir=Path("/srv/scripts"),
        var_dir=Path("/srv/var"),
        database_url="postgresql+psycopg://db/denwaban",
        public_origin="https://phone.example.jp",
        smtp=Smtp("mail.example.jp", 587, "starttls", "taro@example.jp", "p:w"),
        mail_from="desk@example.jp",
        secret="s" * 32,
        workers=3,
        link_days=7,
        audit_days=400,
        models=Path("/srv/models"),
        dictation="vosk:mine",
        lines=LineSettings(carriers={"twilio": CarrierSettings("abc", api="https://api.twilio.com")}),
    )


def test_models_lie_beside_the_records_unless_told_otherwise() -> None:
    assert read_settings({"DENWABAN_VAR_DIR": "/srv/var"}).models_dir == Path("/srv/var/models")
    assert read_settings({"DENWABAN_MODELS": "/srv/models"}).models_dir == Path("/srv/models")


def test_an_empty_value_counts_as_unset() -> None:
    assert read_settings({"DENWABAN_PORT": " ", "DENWABAN_SMTP_URL": ""}).smtp is None


@pytest.mark.parametrize(
    ("url", "smtp"),
    [
        ("smtp://127.0.0.1:2525", Smtp("127.0.0.1", 2525, "none")),
        ("smtps://u:p@mail.example.jp", Smtp("mail.example.jp", 465, "tls", "u", "p")),
        ("smtp://[::1]", Smtp("::1", 25, "none")),
    ],
)
def test_mail_servers(url: str, smtp: Smtp) -> None:
    assert read_settings({"DENWABAN_SMTP_URL": url}).smtp == smtp


@pytest.mark.parametrize(
    ("name", "value", "remedy"),
    [
        ("PORT", "http", "write a whole number from 0 to 65535"),
        ("PORT", "70000", "write a whole number from 0 to 65535"),
        ("PORT", "８０８０", "write a whole number"),
        ("PORT", "9" * 5000, "write a whole number"),
        ("WORKERS", "0", "from 1 to 64"),
        ("PUBLIC_ORIGIN", "phone.example.jp", "https://phone.example.jp"),
        ("PUBLIC_ORIGIN", "https://phone.example.jp/line", "scheme and host only"),
        ("PUBLIC_ORIGIN", "https://phone.example.jp:port", "scheme and host only"),
        ("SMTP_URL", "mail.example.jp:25", "smtps://"),
        ("SMTP_URL", "http://mail.example.jp", "smtps://"),
        ("MAIL_FROM", "電話番 <desk@example.jp>", "one bare mail address"),
        ("SECRET", "short", "at least 32 characters"),
        ("DICTATION", "kaldi", "auto, domain, vosk or whisper"),
        ("DICTATION", "auto:mine", "auto, domain, vosk or whisper"),
        ("DICTATION", "vosk:../mine", ":FOLDER"),
        ("DICTATION", "whisper:", ":FOLDER"),
        ("TWILIO_TOKEN", "abc", "DENWABAN_PUBLIC_ORIGIN"),
        ("TWILIO_ACCOUNT", "AC1", "DENWABAN_TWILIO_TOKEN: it is missing"),
        ("TELNYX_KEY", "short", "16 to 128 letters"),
        ("JAMBONZ_KEY", "a/b/c/d/e/f/g/h/i", "16 to 128 letters"),
    ],
)
def test_a_bad_value_is_refused_with_its_remedy(name: str, value: str, remedy: str) -> None:
    with pytest.raises(SettingsError, match=remedy) as caught:
        read_settings({f"DENWABAN_{name}": value})
    assert "DENWABAN_" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_no_error_shows_a_password() -> None:
    for environ in (
        {"DENWABAN_SMTP_URL": "mail://u:hush@host"},
        {"DENWABAN_SMTP_URL": "smtp://u:hush@host:port"},
        {"DENWABAN_SECRET": "hush"},
    ):
        with pytest.raises(SettingsError) as caught:
            read_settings(environ)
        assert "hush" not in str(caught.value)
    shown = repr(read_settings({"DENWABAN_SMTP_URL": "smtp://u:hush@host", "DENWABAN_SECRET": "hush" * 8}))
    assert "hush" not in shown


def test_a_misspelt_setting_is_named() -> None:
    with pytest.raises(SettingsError, match="did you mean DENWABAN_PUBLIC_ORIGIN"):
        read_settings({"DENWABAN_PUBLIC_ORIGN": "https://phone.example.jp"})
    read_settings({"DENWABAN_SHARED": "/somewhere"})


def test_a_secret_is_made_once_and_kept_private(tmp_path: Path) -> None:
    settings = read_settings({"DENWABAN_VAR_DIR": str(tmp_path / "var")})
    first, second = with_secret(settings), with_secret(settings)
    assert first.secret == second.secret
    assert len(first.secret) >= 32
    assert stat.S_IMODE((tmp_path / "var" / "secret").stat().st_mode) == 0o600
    assert [path.name for path in (tmp_path / "var").iterdir()] == ["secret"]


def test_a_given_secret_is_not_written_down(tmp_path: Path) -> None:
    settings = read_settings({"DENWABAN_VAR_DIR": str(tmp_path / "var"), "DENWABAN_SECRET": "s" * 32})
    assert with_secret(settings).secret == "s" * 32
    assert not (tmp_path / "var").exists()


@pytest.mark.parametrize("content", [b"", b"\xff\xfe" * 40])
def test_a_spoilt_secret_is_named(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "secret").write_bytes(content)
    with pytest.raises(SettingsError, match="secret"):
        with_secret(read_settings({"DENWABAN_VAR_DIR": str(tmp_path)}))
