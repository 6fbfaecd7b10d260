"""What this machine brings along: scripts with their numbers, engines, mail, disk, clock."""

from __future__ import annotations

import asyncio
import ctypes
import shutil
from collections.abc import Mapping
from pathlib import Path

import aiosmtplib

from bot.company.load import ScriptError, load_all
from bot.company.script import Script
from bot.doctor.finding import Finding, bad, doubt, good
from bot.doctor.reach import PATIENCE_SECONDS
from bot.models import choice
from bot.reporting.letter import is_number
from bot.reporting.mail import client_of
from bot.settings import Settings, Smtp
from voice.engines import EngineError

GIGABYTE = 1 << 30
LEAST_BYTES, LITTLE_BYTES = GIGABYTE // 2, 5 * GIGABYTE
"""Half a gigabyte is a day of a busy bureau's recordings; five are a week and more."""
_UNSYNCHRONISED = 0x40
"""STA_UNSYNC of adjtimex(2)."""


def scripts(settings: Settings) -> list[Finding]:
    """Which companies are answered for, and by which numbers they are known."""
    try:
        standing, errors = load_all(settings.scripts_dir)
    except ScriptError as error:
        return [bad("scripts", f"会社がありません: {error}", "scripts/ に会社のフォルダーを置いてください")]
    remedy = "denwaban check を実行し、書かれたとおりに直してください"
    found = [bad("scripts", f"{name} は使えません: {error}", remedy) for name, error in sorted(errors.items())]
    return [*found, *_numbers(standing), *_unrung(standing, settings)]


def _unrung(standing: Mapping[str, Script], settings: Settings) -> list[Finding]:
    """Companies whose urgent route has numbers that no line rings."""
    routes = [(script, [step.address for step in script.rules.follow_up.route]) for script in standing.values()]
    unrung = [script.company.text for script, route in routes if any(map(is_number, route))]
    if settings.lines.sip is not None or not unrung:
        return []
    remedy = "電話をかけられる回線は SIP だけです。DENWABAN_SIP_URL を設定するか、番号の代わりにメールを書いてください"
    return [bad("urgent", f"緊急の連絡先の番号に電話をかけられません: {'、'.join(unrung)}", remedy)]


def _numbers(standing: Mapping[str, Script]) -> list[Finding]:
    remedy = 'script.toml の [company] に numbers = ["03…"] と、かかってくる番号を書いてください'
    silent = [script.company.text for script in standing.values() if not script.numbers]
    known = [script for script in standing.values() if script.numbers]
    found = []
    if known:
        told = "、".join(f"{script.company.text}({'・'.join(script.numbers)})" for script in known)
        found.append(good("numbers", f"番号で受ける会社: {told}"))
    if silent and not known:
        return [bad("numbers", "どの会社にも番号がなく、かかってきた電話がどの会社のものか分かりません", remedy)]
    if silent:
        found.append(doubt("numbers", f"番号のない会社: {'、'.join(silent)}", remedy))
    return found


def engines(settings: Settings) -> list[Finding]:
    """Ears and voice."""
    from voice.engines.dictation import chosen
    from voice.engines.openjtalk import OpenJTalk

    found = []
    try:
        used = chosen(choice(settings))
        name = f" {used.model.name}" if used.model else ""
        found.append(good("ear", f"聞き取り: {used.engine}{name}"))
    except EngineError as error:
        found.append(bad("ear", f"聞き取りのモデルが使えません: {error}", "denwaban models list でご確認ください"))
    try:
        seconds = OpenJTalk().speak("はい").seconds
        found.append(good("voice", f"声: OpenJTalk(試しに {seconds:.1f} 秒、作れました)"))
    except EngineError as error:
        found.append(bad("voice", f"声が作れません: {error}", "pip install pyopenjtalk-plus を実行してください"))
    return found


def mail(settings: Settings) -> Finding:
    """Do reports leave the house?"""
    if settings.smtp is None:
        remedy = "DENWABAN_SMTP_URL に smtps://利用者:パスワード@メールサーバー を書いてください"
        return doubt("mail", f"報告はメールで送られず、{settings.var_dir / 'mail'} に置かれます", remedy)
    return asyncio.run(_greet(settings.smtp))


async def _greet(server: Smtp) -> Finding:
    where = f"{server.host}:{server.port}"
    client = client_of(server, PATIENCE_SECONDS)
    remedy = "DENWABAN_SMTP_URL の宛先・利用者・パスワードをご確認ください"
    try:
        async with asyncio.timeout(2 * PATIENCE_SECONDS), client:
            return good("mail", f"メールサーバー {where} に入れます")
    except aiosmtplib.SMTPAuthenticationError as error:
        return bad("mail", f"メールサーバー {where} に断られました({error.code})", remedy)
    except (aiosmtplib.SMTPException, OSError, TimeoutError) as error:
        return bad("mail", f"メールサーバー {where} につながりません({type(error).__name__})", remedy)


def disk(folder: Path) -> Finding:
    """Room for journal and recordings, and the right to write there."""
    there = next(each for each in (folder, *folder.absolute().parents) if each.exists())
    try:
        free = shutil.disk_usage(there).free
        trial = there / ".denwaban-doctor"
        trial.touch()
        trial.unlink()
    except OSError as error:
        remedy = "DENWABAN_VAR_DIR に、書き込めるフォルダーを指定してください"
        return bad("disk", f"{there} に書き込めません({error.strerror})", remedy)
    told, remedy = f"{there} の空きは {free / GIGABYTE:.1f} GB", "古い録音を移すか、広いディスクを用意してください"
    if free < LEAST_BYTES:
        return bad("disk", told, remedy)
    return doubt("disk", told, remedy) if free < LITTLE_BYTES else good("disk", told)


def clock(now: float, latest: float) -> Finding:
    """`latest`: when the newest call began; a clock that is before it was put back."""
    remedy = "時刻合わせ(chrony や systemd-timesyncd)を動かしてください"
    if now < latest - 60:
        return bad("clock", "時計が、最後の電話より前を指しています", remedy)
    state = _kernel_clock()
    if state is None:
        return good("clock", "時計に目立った狂いはありません")
    if state & _UNSYNCHRONISED:
        return doubt("clock", "時計が時刻合わせをしていません(報告の時刻と営業時間がずれます)", remedy)
    return good("clock", "時計は合わせられています")


def _kernel_clock() -> int | None:
    """The status word of adjtimex(2); None: not Linux."""
    state = (ctypes.c_byte * 256)()  # struct timex, which is 208 bytes long; modes 0: nothing is set
    try:
        if ctypes.CDLL(None, use_errno=True).adjtimex(ctypes.byref(state)) < 0:
            return None
    except (OSError, AttributeError):
        return None
    word = 4 * ctypes.sizeof(ctypes.c_long) + ctypes.sizeof(ctypes.c_long)  # modes (padded), offset, freq, two errors
    return int.from_bytes(bytes(state[word : word + 4]), "little")
