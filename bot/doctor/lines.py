"""The telephone lines: is any set up, are their ports ours, do PBX and Asterisk answer, are we registered?"""

from __future__ import annotations

import importlib.util
import ipaddress
import re
import secrets
import socket
from contextlib import suppress

import httpx

from bot.doctor.finding import Finding, bad, doubt, good
from bot.doctor.reach import PATIENCE_SECONDS, Server
from bot.lines.asterisk_settings import Asterisk
from bot.settings import Settings
from voice.lines.sip.account import Account

RETRY_SECONDS = (0.5, 1.0, 2.0)
"""Between copies of a SIP request (RFC 3261: T1 and its doubles)."""


def lines(settings: Settings, running: Server | None) -> list[Finding]:
    """All of them. `running`: the server, where it runs."""
    found: list[Finding] = []
    if settings.lines.sip is not None:
        found += sip(settings.lines.sip, running)
    found += asterisk(settings.lines.asterisk, running)
    for carrier in settings.lines.carriers:
        found.append(good("line", f"{carrier} が設定されています"))
    if not found:
        remedy = "DENWABAN_SIP_URL、DENWABAN_TWILIO_TOKEN、DENWABAN_AUDIOSOCKET のどれかを設定してください"
        return [bad("line", "電話回線が設定されていません(ブラウザからの電話だけを受けます)", remedy)]
    return [*found, *(_stands(line) for line in (running.lines if running else ()))]


def _stands(line: dict[str, str]) -> Finding:
    text = f"{line['name']}: {line['detail']}"
    match line["state"]:
        case "ready":
            return good("registration", text)
        case "starting" | "draining":
            return doubt("registration", text, "しばらく待って、もう一度ご確認ください")
    return bad("registration", text, "設定と、相手側の登録をご確認ください")


def sip(account: Account, running: Server | None) -> list[Finding]:
    """The agent, its port and its peer."""
    found = []
    if importlib.util.find_spec("baresip") is None:
        found.append(bad("sip-agent", "SIP の部品がありません", "pip install 'denwaban[sip]' を実行してください"))
    if _is_loopback(account.listen_host) and not _is_loopback(account.host):
        remedy = "DENWABAN_SIP_LISTEN に、PBX から届くこの機械の住所を書いてください"
        found.append(bad("sip-port", f"{account.listen_host} で待っているため、PBX から届きません", remedy))
    found.append(_sip_port(account, running))
    return [*found, options(account)]


def _sip_port(account: Account, running: Server | None) -> Finding:
    where = f"UDP {account.listen_host}:{account.listen_port}"
    ours = running is not None and any(line["name"] == "SIP" for line in running.lines)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as trial:
        try:
            trial.bind((account.listen_host, account.listen_port))
        except OSError as error:
            if ours:
                return good("sip-port", f"{where} は電話番が使っています")
            remedy = "DENWABAN_SIP_LISTEN を、この機械の住所と空いているポートにしてください"
            return bad("sip-port", f"{where} が使えません({error.strerror})", remedy)
    if running is None:
        return good("sip-port", f"{where} は空いています(電話番が動くと使います)")
    return bad("sip-port", f"{where} で誰も待っていません", "電話番を、いまの設定で起動し直してください")


def options(account: Account) -> Finding:
    """Does the PBX answer at all? Asked from another port than our own, which some do not answer."""
    here = account.listen_host
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        try:
            asking.bind((here, 0))
            asking.connect((account.host, account.port))
            answer = _asked(asking, _options(account, here, asking.getsockname()[1]))
        except OSError as error:
            remedy = "DENWABAN_SIP_URL の宛先と、ネットワークをご確認ください"
            return bad("sip-peer", f"{account.host}:{account.port} に届きません({error.strerror or error})", remedy)
    if answer:
        return good("sip-peer", f"{account.host}:{account.port} は SIP で答えます({answer})")
    remedy = "宛先とファイアウォール(UDP)をご確認ください。知らない相手に答えない PBX なら、このままで結構です"
    return doubt("sip-peer", f"{account.host}:{account.port} から SIP の返事がありません", remedy)


def _asked(asking: socket.socket, request: bytes) -> str:
    for seconds in RETRY_SECONDS:
        asking.send(request)
        asking.settimeout(seconds)
        with suppress(TimeoutError):
            found = re.match(rb"SIP/2\.0 (\d{3})", asking.recv(4096))
            if found:
                return found[1].decode()
    return ""


def _options(account: Account, here: str, port: int) -> bytes:
    lot = secrets.token_hex(8)
    return (
        f"OPTIONS sip:{account.host}:{account.port} SIP/2.0\r\n"
        f"Via: SIP/2.0/UDP {here}:{port};branch=z9hG4bK{lot};rport\r\n"
        "Max-Forwards: 70\r\n"
        f"From: <sip:doctor@{here}>;tag={lot[:8]}\r\n"
        f"To: <sip:{account.host}:{account.port}>\r\n"
        f"Call-ID: {lot}@{here}\r\n"
        "CSeq: 1 OPTIONS\r\n"
        f"Contact: <sip:doctor@{here}:{port}>\r\n"
        "Accept: application/sdp\r\n"
        "Content-Length: 0\r\n\r\n"
    ).encode()


def asterisk(settings: Asterisk, running: Server | None) -> list[Finding]:
    """The port where AudioSocket connects, and ARI."""
    found = []
    if settings.audiosocket is not None:
        found.append(_audiosocket(*settings.audiosocket, running))
    if settings.ari is not None:
        found.append(_ari(settings.ari.url, settings.ari.user, settings.ari.password))
    return found


def _audiosocket(host: str, port: int, running: Server | None) -> Finding:
    where = f"TCP {host}:{port}"
    if port == 0:
        return doubt(
            "audiosocket", "AudioSocket のポートが決まっていません", "DENWABAN_AUDIOSOCKET に番号を書いてください"
        )
    try:
        socket.create_connection((_near(host), port), PATIENCE_SECONDS).close()
    except OSError:
        if running is None:
            return good("audiosocket", f"{where} は空いています(電話番が動くと使います)")
        return bad("audiosocket", f"{where} で誰も待っていません", "電話番を、いまの設定で起動し直してください")
    if running is None:
        remedy = "そのプログラムを止めるか、DENWABAN_AUDIOSOCKET を変えてください"
        return bad("audiosocket", f"{where} は、ほかのプログラムが使っています", remedy)
    return good("audiosocket", f"{where} で Asterisk を待っています")


def _near(host: str) -> str:
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)


def _ari(url: str, user: str, password: str) -> Finding:
    try:
        answer = httpx.get(f"{url}/ari/asterisk/info", auth=(user, password), timeout=PATIENCE_SECONDS)
    except httpx.TransportError as error:
        remedy = "http.conf の enabled と bindaddr、DENWABAN_ARI_URL をご確認ください"
        return bad("ari", f"Asterisk の ARI に届きません({type(error).__name__})", remedy)
    if answer.status_code == 401:
        remedy = "ari.conf の利用者名・パスワードと DENWABAN_ARI_URL をご確認ください"
        return bad("ari", "Asterisk の ARI に断られました(401)", remedy)
    if answer.status_code != 200:
        remedy = "ari.conf の enabled と、DENWABAN_ARI_URL をご確認ください"
        return bad("ari", f"Asterisk の ARI の答えがおかしいです({answer.status_code})", remedy)
    return good("ari", "Asterisk の ARI は答えます")


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    with suppress(ValueError):
        return ipaddress.ip_address(host).is_loopback
    return False
