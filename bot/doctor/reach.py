"""Is the server there, and does the world reach it? Its port, its public address, its certificate, its proxy.

Rule: everything is tried for real, over a socket, as a caller's carrier would: the certificate is checked against the
machine's own store, and a request is signed with our own token. Nothing that is sent starts a call.
"""

from __future__ import annotations

import ipaddress
import socket
import ssl
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httpx
from websockets.exceptions import InvalidHandshake, InvalidStatus
from websockets.sync.client import connect

from bot.doctor.finding import Finding, bad, doubt, good
from bot.settings import Settings, SettingsError
from bot.web.pages import LINES_PATH
from bot.web.server import listen
from voice.lines.twilio import signature

PATIENCE_SECONDS = 5.0
EXPIRING_DAYS = 14
"""A certificate that lasts no longer is not renewed by itself: those who renew do so a month before."""

_FAULTS = {
    9: ("まだ有効期間に入っていません", "この機械の時計と、証明書の有効期間をご確認ください"),
    10: (
        "期限が切れています",
        "証明書を更新し、プロキシに読み直させてください。自動更新もご確認ください",
    ),
    18: ("自己署名です", "公の認証局の証明書にしてください。電話会社は自己署名を認めません"),
    62: ("別の名前のものです", "この名前で証明書を取り直すか、DENWABAN_PUBLIC_ORIGIN を証明書の名前に合わせてください"),
    64: ("この住所のものではありません", "DENWABAN_PUBLIC_ORIGIN を、証明書にある名前で書いてください"),
}
"""X509_V_ERR_… of a certificate: what is wrong with it, and what to do."""
_UNTRUSTED = ("公の認証局までつながりません", "中間証明書も含めて、プロキシに設定してください")

_FORM = {"To": "+810000000000", "From": "", "CallSid": "CAdenwaban-doctor"}
"""Of a call that is nobody's."""


@dataclass(frozen=True, slots=True)
class Server:
    """The one that runs on this machine."""

    where: str
    """http://…"""
    calls: int
    lines: tuple[dict[str, str], ...]
    """`LineState` as a mapping."""


def server(settings: Settings, ticket: str) -> tuple[Finding, Server | None]:
    """Does it run, and is it ours? `ticket`: opens /api/lines."""
    if settings.port == 0:
        remedy = "DENWABAN_PORT に決まった番号を書いて、もう一度 denwaban doctor を実行してください"
        return doubt("server", "空いているポートを使う設定のため、電話番を見つけられません", remedy), None
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings.host, settings.host)
    where = f"http://[{host}]:{settings.port}" if ":" in host else f"http://{host}:{settings.port}"
    try:
        answer = _lines(where, ticket)
    except httpx.TransportError:
        return _not_running(settings), None
    if answer.status_code == 403:
        remedy = "その電話番を止めるか、同じ DENWABAN_VAR_DIR と DENWABAN_SECRET で doctor を実行してください"
        return bad("server", f"{where} では、別の設定の電話番が動いています", remedy), None
    told = _standing(answer)
    if told is None:
        remedy = "そのプログラムを止めるか、DENWABAN_PORT を変えてください"
        return bad("server", f"{where} は、ほかのプログラムが使っています", remedy), None
    found = Server(where, told["calls"], tuple(told["lines"]))
    if told["status"] != "ok":
        remedy = "止まるのを待って、denwaban serve で起動し直してください"
        return bad("server", f"{where} の電話番は停止中で、新しい電話を受けません", remedy), found
    if told["calls"] >= told["most"]:
        remedy = "DENWABAN_CALLS_MAX を増やすか、機械を増やしてください"
        return doubt("server", f"通話が上限の {told['most']} 件に達しています", remedy), found
    return good("server", f"{where} で動いています(通話中 {told['calls']} 件、上限 {told['most']} 件)"), found


def _not_running(settings: Settings) -> Finding:
    try:
        listen(settings.host, settings.port).close()
    except SettingsError as error:
        remedy = "DENWABAN_HOST と DENWABAN_PORT をご確認ください"
        return bad("server", f"電話番が動いておらず、起動もできません: {error}", remedy)
    return bad("server", "電話番が動いていません", "denwaban serve を実行してください")


def public(settings: Settings, ticket: str, now: float) -> list[Finding]:
    """The public origin: its name, its certificate, and whether this very server is behind it."""
    parts = urlsplit(settings.public_origin)
    host = parts.hostname or ""
    port = parts.port or (443 if parts.scheme == "https" else 80)
    try:
        found = {str(each[4][0]) for each in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)}
    except OSError:
        remedy = "DNS の設定か、DENWABAN_PUBLIC_ORIGIN の綴りをご確認ください"
        return [bad("origin", f"{host} の住所(IP アドレス)が引けません", remedy)]
    findings = [_name(host, found)]
    if parts.scheme != "https":
        remedy = (
            "証明書を用意し、DENWABAN_PUBLIC_ORIGIN を https:// で始めてください(電話会社は wss:// にしかつなぎません)"
        )
        return [*findings, bad("tls", f"{settings.public_origin} は暗号化されていません", remedy)]
    findings.append(certificate(host, port, now))
    return [*findings, _behind(settings.public_origin, ticket)]


def _name(host: str, found: set[str]) -> Finding:
    shown = "、".join(sorted(found))
    if not any(ipaddress.ip_address(each.partition("%")[0]).is_global for each in found):
        remedy = "電話会社から見える住所を DNS に書いてください(社内だけで使うなら、このままで結構です)"
        return doubt("origin", f"{host} は、外からは届かない住所です({shown})", remedy)
    return good("origin", f"{host} は {shown} です")


def certificate(host: str, port: int, now: float, trusting: ssl.SSLContext | None = None) -> Finding:
    """Does it hold, for this name, and for how long? `trusting`: whom; None: whom this machine trusts."""
    context = trusting or ssl.create_default_context()
    try:
        with (
            socket.create_connection((host, port), PATIENCE_SECONDS) as raw,
            context.wrap_socket(raw, server_hostname=host) as secured,
        ):
            told: Any = secured.getpeercert()
    except ssl.SSLCertVerificationError as error:
        fault, remedy = _FAULTS.get(error.verify_code, _UNTRUSTED)
        return bad("tls", f"{host} の証明書は認められません。{fault}({error.verify_message})", remedy)
    except ssl.SSLError as error:
        return bad("tls", f"{host}:{port} は TLS で答えません({error.reason})", "プロキシの TLS の設定をご確認ください")
    except OSError as error:
        remedy = "プロキシが動いているか、ファイアウォールが 443 番を通すか、ご確認ください"
        return bad("tls", f"{host}:{port} につながりません({error.strerror or error})", remedy)
    days = int((ssl.cert_time_to_seconds(told["notAfter"]) - now) // 86_400)
    if days < EXPIRING_DAYS:
        return doubt("tls", f"{host} の証明書は、あと {days} 日で切れます", "自動更新が動いているか、ご確認ください")
    return good("tls", f"{host} の証明書は有効です(あと {days} 日)")


def _behind(origin: str, ticket: str) -> Finding:
    try:
        answer = _lines(origin, ticket)
    except httpx.TransportError as error:
        remedy = "プロキシの設定をご確認ください"
        return bad("proxy", f"{origin} が答えません({type(error).__name__})", remedy)
    if _standing(answer) is None:
        remedy = "プロキシの転送先を、この電話番の DENWABAN_HOST と DENWABAN_PORT にしてください"
        return bad("proxy", f"{origin} の後ろにいるのは、この電話番ではありません({answer.status_code})", remedy)
    return good("proxy", f"{origin} は、この電話番に届きます")


def signed(origin: str, where: str, token: str) -> list[Finding]:
    """A request such as Twilio's, signed with our own token: is it taken, and is a socket opened?

    `origin`: what is signed; `where`: whom it is sent to, the server itself or the origin. Each by its scheme and host.
    """
    way = "公開アドレス経由" if where == origin else "この機械から直接"
    path = "/twilio/voice"
    try:
        answer = httpx.post(
            where + path,
            data=_FORM,
            headers={"X-Twilio-Signature": signature(token, origin + path, _FORM.items())},
            timeout=PATIENCE_SECONDS,
            verify=ssl.create_default_context(),
        )
    except httpx.TransportError as error:
        remedy = "公開アドレスとプロキシの設定をご確認ください"
        return [bad("signature", f"webhook に届きません({way}、{type(error).__name__})", remedy)]
    if answer.status_code == 403:
        remedy = "DENWABAN_TWILIO_TOKEN と DENWABAN_PUBLIC_ORIGIN を変えたあとなら、電話番を起動し直してください"
        return [bad("signature", f"自分で署名した webhook が断られました({way})", remedy)]
    if answer.status_code != 200 or "<Response>" not in answer.text:
        remedy = "プロキシが /twilio/ 以下をそのまま通すか、ご確認ください"
        return [bad("signature", f"webhook の答えがおかしいです({way}、{answer.status_code})", remedy)]
    return [good("signature", f"署名付きの webhook が通ります({way})"), _socket(origin, where, token, way)]


def _socket(origin: str, where: str, token: str, way: str) -> Finding:
    path = "/twilio/media"
    header = {"X-Twilio-Signature": signature(token, f"wss://{urlsplit(origin).netloc}{path}")}
    remedy = "プロキシで WebSocket(Upgrade ヘッダー)を通してください"
    try:
        connect(
            where.replace("http", "ws", 1) + path, additional_headers=header, open_timeout=PATIENCE_SECONDS, proxy=None
        ).close()
    except InvalidStatus as error:
        return bad("socket", f"音声の WebSocket が断られました({way}、{error.response.status_code})", remedy)
    except (InvalidHandshake, OSError) as error:
        return bad("socket", f"音声の WebSocket が開きません({way}、{type(error).__name__})", remedy)
    return good("socket", f"音声の WebSocket が開きます({way})")


def _lines(origin: str, ticket: str) -> httpx.Response:
    headers, context = {"Authorization": f"Bearer {ticket}"}, ssl.create_default_context()
    return httpx.get(origin + LINES_PATH, headers=headers, timeout=PATIENCE_SECONDS, verify=context)


def _standing(answer: httpx.Response) -> dict[str, Any] | None:
    """What our server tells of itself; None: it is not ours."""
    try:
        told = answer.json()
    except ValueError:
        return None
    whole = isinstance(told, dict) and {"status", "calls", "most", "lines"} <= told.keys()
    return told if answer.status_code == 200 and whole else None
