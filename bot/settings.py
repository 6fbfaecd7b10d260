"""The environment, read once: `read_settings(os.environ)` gives everything the server may be told.

Nothing else in the tree looks at the environment. Every value is checked here, and a bad one is refused with its name,
what was found and what to write instead. A company's own choices are not here: they are its script.
"""

from __future__ import annotations

import difflib
import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Literal
from urllib.parse import unquote, urlsplit

from bot.environment import PREFIX, SettingsError, bad, whole
from bot.lines import settings as line_settings
from bot.lines.settings import LineSettings

__all__ = ["PREFIX", "LineSettings", "Settings", "SettingsError", "Smtp", "read_settings", "with_secret"]

_CALDAV = "CALDAV_PASSWORD_"
_SMTP_PORTS: Mapping[str, int] = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}
"""RFC 5321, RFC 6409, RFC 8314."""


@dataclass(frozen=True, slots=True)
class Smtp:
    """The mail server that reports are handed to."""

    host: str
    port: int
    security: Literal["none", "starttls", "tls"]
    user: str = ""
    password: str = ""

    def __repr__(self) -> str:
        return f"Smtp({self.security} {self.host}:{self.port})"


@dataclass(frozen=True, slots=True)
class Settings:
    """What the environment says; the name of each is DENWABAN_ and the field in capitals (smtp: DENWABAN_SMTP_URL)."""

    host: str = "127.0.0.1"
    """Where the server listens; anything but loopback must be asked for."""
    port: int = 8080
    """0 = any free one."""
    scripts_dir: Path = Path("scripts")
    var_dir: Path = Path("var")
    """Journal, recordings, unsent mail, the kept secret."""
    database_url: str = ""
    """SQLAlchemy URL; "" = SQLite in `var_dir`."""
    public_origin: str = ""
    """https://… under which the world reaches this server, without a path; "" = it does not."""
    smtp: Smtp | None = None
    """From DENWABAN_SMTP_URL; None = mail is written under `var_dir`/mail."""
    mail_from: str = "denwaban@localhost"
    secret: str = ""
    """Key of signed links; "" until `with_secret` has found or made one."""
    workers: int = 2
    """Engine processes. Unless told otherwise one a core, but two at least, so that a caller's words need not wait
    for a guess or for preparations, and four at most: each takes some 400 MB."""
    link_days: int = 30
    """How long a link in a report works."""
    audit_days: int = 1095
    """How long it is kept who looked at which call and changed what: three years, as long as claims over personal data
    are usually raised; then it is deleted."""
    models: Path | None = None
    """Folder of models that are not part of the package; None = `models` in `var_dir`."""
    caldav_passwords: Mapping[str, str] = field(default_factory=dict)
    """From DENWABAN_CALDAV_PASSWORD_ and a company's key in capitals, - as _; by that: SMILE_QUIET."""
    dictation: str = "auto"
    """What writes down free speech: auto, domain, vosk or whisper; "vosk:mine" takes the model in that folder. What
    follows a plus hears a call's matter once more after its end, for the report: "auto+whisper"."""
    lines: LineSettings = field(default_factory=LineSettings)
    """The telephone lines; their names are in `bot/lines/settings`."""

    def caldav_password(self, company: str) -> str:
        """Of that company's calendar (`Script.key`); "" = none is set."""
        return self.caldav_passwords.get(re.sub(r"\W", "_", company).upper(), "")

    @property
    def models_dir(self) -> Path:
        return self.models or self.var_dir / "models"

    def __repr__(self) -> str:
        return f"Settings({self.host}:{self.port}, {self.scripts_dir}, {self.var_dir})"


def read_settings(environ: Mapping[str, str]) -> Settings:
    """Settings from an environment; an empty value counts as unset. Raises SettingsError."""
    given = {name[len(PREFIX) :]: value.strip() for name, value in environ.items() if name.startswith(PREFIX)}
    _refuse_misspelt(given)
    given = {name: value for name, value in given.items() if value}
    settings = Settings(
        host=given.get("HOST", "127.0.0.1"),
        port=whole(given, "PORT", 8080, 0, 65535),
        scripts_dir=Path(given.get("SCRIPTS_DIR", "scripts")),
        var_dir=Path(given.get("VAR_DIR", "var")),
        database_url=given.get("DATABASE_URL", ""),
        public_origin=_origin(given.get("PUBLIC_ORIGIN", "")),
        smtp=_smtp(given.get("SMTP_URL", "")),
        mail_from=_address(given.get("MAIL_FROM", "denwaban@localhost")),
        secret=_secret(given.get("SECRET", "")),
        workers=whole(given, "WORKERS", min(4, max(2, os.cpu_count() or 1)), 1, 64),
        link_days=whole(given, "LINK_DAYS", 30, 1, 365),
        audit_days=whole(given, "AUDIT_DAYS", 1095, 1, 36500),
        caldav_passwords={
            name.removeprefix(_CALDAV): value for name, value in given.items() if name.startswith(_CALDAV)
        },
        models=Path(given["MODELS"]) if "MODELS" in given else None,
        dictation=_dictation(given.get("DICTATION", "auto")),
        lines=line_settings.read_lines(given),
    )
    if settings.lines.carriers and not settings.public_origin:
        carrier = next(iter(settings.lines.carriers)).capitalize()
        raise bad("PUBLIC_ORIGIN", "", f"set it to the https:// address that {carrier} calls and connects to")
    return settings


def with_secret(settings: Settings) -> Settings:
    """The same with a secret: the given one, else the one kept in `var_dir`/secret, else a new one kept there."""
    if settings.secret:
        return settings
    path = settings.var_dir / "secret"
    try:
        settings.var_dir.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            _keep_new_secret(path)
        kept = path.read_text("ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path} cannot be used ({error}): make it writable or set {PREFIX}SECRET") from error
    if len(kept) < 32:
        raise SettingsError(f"{path} holds no usable secret: delete it, and a new one is made (old links then end)")
    return replace(settings, secret=kept)


def _keep_new_secret(path: Path) -> None:
    """Written aside and linked into place, so that two servers starting at once agree on one whole secret."""
    aside = path.with_name(f"secret.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(secrets.token_hex(32) + "\n")
    try:
        os.link(aside, path)
    except FileExistsError:
        pass
    finally:
        aside.unlink()


def _refuse_misspelt(given: Mapping[str, str]) -> None:
    known = ["SMTP_URL" if each.name == "smtp" else each.name.upper() for each in fields(Settings)]
    known = [*(name for name in known if name not in ("CALDAV_PASSWORDS", "LINES")), *line_settings.names()]
    for name in given:
        near = [] if name in known or name.startswith(_CALDAV) else difflib.get_close_matches(name, known, 1, 0.75)
        if near:
            raise SettingsError(f"{PREFIX}{name}: there is no such setting; did you mean {PREFIX}{near[0]}?")


def _origin(found: str) -> str:
    remedy = "write scheme and host only, as https://phone.example.jp"
    if not found:
        return ""
    try:
        parts = urlsplit(found)
        port = parts.port
    except ValueError as error:
        raise bad("PUBLIC_ORIGIN", found, remedy) from error
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username is not None:
        raise bad("PUBLIC_ORIGIN", found, remedy)
    if parts.path not in ("", "/") or parts.query or parts.fragment:
        raise bad("PUBLIC_ORIGIN", found, remedy)
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return f"{parts.scheme}://{host}" + (f":{port}" if port else "")


def _smtp(found: str) -> Smtp | None:
    remedy = "write smtp://, smtp+starttls:// or smtps://, then user:password@ if needed, host and :port"
    if not found:
        return None
    try:
        parts = urlsplit(found)
        port = parts.port
    except ValueError as error:
        raise bad("SMTP_URL", "(not shown)", remedy) from error
    if parts.scheme not in _SMTP_PORTS or not parts.hostname or parts.path not in ("", "/") or parts.query:
        raise bad("SMTP_URL", f"{parts.scheme}://…", remedy)  # the rest may hold a password
    security: Mapping[str, Literal["none", "starttls", "tls"]]
    security = {"smtp": "none", "smtp+starttls": "starttls", "smtps": "tls"}
    return Smtp(
        host=parts.hostname,
        port=port or _SMTP_PORTS[parts.scheme],
        security=security[parts.scheme],
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
    )


def _address(found: str) -> str:
    local, at, domain = found.rpartition("@")
    if not (local and at and domain) or not found.isascii() or any(sign in found for sign in " <>,;\r\n"):
        raise bad("MAIL_FROM", found, "write one bare mail address, as denwaban@example.jp")
    return found


def _dictation(found: str) -> str:
    first, plus, again = found.partition("+")
    if plus:
        return f"{_dictation(first)}+{_dictation(again)}"
    engine, colon, model = found.partition(":")
    named = engine in ("vosk", "whisper") and bool(model) and not set(model) & set("/\\") and not model.startswith(".")
    if engine not in ("auto", "domain", "vosk", "whisper") or (colon and not named):
        raise bad("DICTATION", found, "write auto, domain, vosk or whisper, the last two with :FOLDER if need be")
    return found


def _secret(found: str) -> str:
    if found and len(found) < 32:
        raise bad("SECRET", "(not shown)", "it is too short: at least 32 characters, as from `openssl rand -hex 32`")
    return found
