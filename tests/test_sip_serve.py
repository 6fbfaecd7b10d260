"""The whole server as a telephone finds it over SIP: a conversation with its report, and how calls are greeted."""

from __future__ import annotations

import asyncio
import re
from contextlib import closing
from pathlib import Path

import httpx
import numpy as np
import numpy.typing as npt

from bot.company.load import load_script
from bot.rehearsal.live import Api
from bot.reporting.account import Account, Words
from tests.baresip import Phone, free_ports, phone
from tests.served import START_SECONDS, Server, environ, one_company, run, serving
from tests.sip import loud
from tests.sip_caller import caller
from voice.audio import Sound
from voice.engines.openjtalk import OpenJTalk
from voice.reading import read_aloud
from voice.resample import convert

NUMBER = "0421118855"
QUIET_SECONDS = 0.8
TURN_SECONDS = 60.0
HOLD_SECONDS = 12.0
"""Longer than the patience of `always_open` with a silent caller."""
WISH = "スマイル企画の江川と申します。営業の栗本様をお願いいたします。"
ANSWERS = {"エガワ様でいらっしゃいますね": "そうです。", "ご用件": "お見積もりの件です。"}
"""What the caller says to words of ours; the wish to any others."""
FORWARDED = "Diversion: <sip:+81421118800@pbx.example>;reason=no-answer"


def always_open(tmp_path: Path) -> Path:
    """The company at any hour of any day, patient with a busy machine; a call passed on to it has rung for a while."""
    scripts = one_company(tmp_path)
    path = scripts / "smile" / "script.toml"
    week = "\n".join(f'{day} = ["00:00-23:59"]' for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun"))
    hours = f"{week}\nclosed_on_holidays = false"
    text = path.read_text("utf-8").replace('weekdays = "08:30-17:30"', hours)
    path.write_text(f'{text}\n[call]\npatience = "relaxed"\nforwarded_after_seconds = 15\n', "utf-8")
    return scripts


async def says(api: Api, call_id: str, after: int = -1) -> Words:
    """The receptionist's newest words, once there are any after that number."""
    for _ in range(int(TURN_SECONDS / 0.1)):
        if found := [each for each in await api.said(call_id, after) if each.who == "receptionist"]:
            return found[-1]
        await asyncio.sleep(0.1)
    raise AssertionError(f"nothing more is said after {await api.said(call_id, -1)}")


async def heard_out(theirs: Phone) -> npt.NDArray[np.int16]:
    """What has come to the telephone once the receptionist has spoken and is silent."""
    size = int(QUIET_SECONDS * 8000)
    before = len(loud(theirs.heard().samples()))
    async with asyncio.timeout(START_SECONDS):
        while True:
            await asyncio.sleep(0.1)
            samples = theirs.heard().samples()
            if len(loud(samples)) > before + 4000 and not len(loud(samples[-size:])):
                return samples


def said(text: str) -> Sound:
    return convert(OpenJTalk(half_tone=-2).speak(text), 8000)


def likeness(heard: npt.NDArray[np.int16], words: Sound) -> float:
    """How much of these words is found in what was heard: the median over stretches of a fifth of a second, each
    wherever it fits best, since two clocks and a jitter buffer lie between."""
    made, size = words.samples().astype(np.float64), 1600
    spectrum = np.fft.rfft(heard.astype(np.float64), len(heard) + size)
    power = np.convolve(heard.astype(np.float64) ** 2, np.ones(size))[size - 1 : len(heard)]
    found = []
    for start in range(0, len(made) - size, size):
        part = made[start : start + size]
        if np.abs(part).max() > 1000:
            match = np.fft.irfft(spectrum * np.conj(np.fft.rfft(part, len(heard) + size)))[: len(power)]
            found.append(float((match / np.sqrt(np.maximum(power, 1.0) * (part @ part))).max()))
    return float(np.median(found))


async def account_of(api: Api, call_id: str) -> Account:
    async with asyncio.timeout(START_SECONDS):
        while (found := await api.account(call_id)) is None:
            await asyncio.sleep(0.1)
    return found


async def converses(api: Api, theirs: Phone, port: int) -> None:
    """A caller who says who calls, whom for and what about, and hangs up once told that nobody is there."""
    await theirs.order("dial", f"sip:{NUMBER}@127.0.0.1:{port}")
    call_id = (await theirs.until("CALL_ESTABLISHED", 2))["id"]
    words = await says(api, call_id)
    heard, first = await heard_out(theirs), re.match(r".*?。", words.text)
    assert first is not None
    assert likeness(heard, convert(OpenJTalk().speak(read_aloud(first[0])), 8000)) > 0.9
    assert likeness(heard, said("全く別の言葉を、ここで話しております。")) < 0.6
    while "栗本は" not in words.text:
        await theirs.say(said(next((answer for asked, answer in ANSWERS.items() if asked in words.text), WISH)))
        words = await says(api, call_id, words.n)
        await heard_out(theirs)
    await theirs.order("hangup")
    account = await account_of(api, call_id)
    assert [account.facts[name].value for name in ("name", "staff")] == ["エガワ", "栗本"]
    assert account.outcome == "abandoned", account.text
    assert "お名前:エガワ 様" in account.text


async def is_held(api: Api, theirs: Phone, port: int) -> None:
    """A caller who holds us hears nothing of us for longer than anybody would be silent, and the greeting again."""
    await theirs.order("dial", f"sip:{NUMBER}@127.0.0.1:{port}")
    call_id = (await theirs.until("CALL_ESTABLISHED"))["id"]
    greeting = await says(api, call_id)
    await heard_out(theirs)
    await theirs.order("hold")
    await asyncio.sleep(HOLD_SECONDS)
    assert [each.text for each in await api.said(call_id, -1)] == [greeting.text]
    await theirs.order("resume")
    assert (await says(api, call_id, greeting.n)).text == greeting.text
    await theirs.order("hangup")
    assert (await account_of(api, call_id)).outcome == "nothing"


async def is_greeted(api: Api, port: int, number: int, *headers: str) -> str:
    """The first words to a call with these headers."""
    async with caller(("127.0.0.1", port), call_id=f"{number}@greeted") as theirs:
        assert await theirs.call(*headers, called=NUMBER) == 200
        words = (await says(api, theirs.call_id)).text
        assert await theirs.hang_up() == 200
        return words


async def stops_after_its_calls(server: Server, port: int) -> None:
    """A call that is live when the server is asked to stop goes on; the next hears 503."""
    address = ("127.0.0.1", port)
    async with caller(address, call_id="4@live") as live, caller(address, call_id="5@late") as late:
        assert await live.call(called=NUMBER) == 200
        stopping = asyncio.create_task(server.stopped())
        async with httpx.AsyncClient() as client:
            while (await client.get(f"{server.url}/healthz")).status_code == 200:
                await asyncio.sleep(0.05)
        assert await late.call(called=NUMBER) == 503
        assert not stopping.done()
        assert await live.hang_up() == 200
        assert await stopping == 0


def test_a_conversation_over_sip_and_what_its_headers_change(tmp_path: Path) -> None:
    scripts = always_open(tmp_path)
    (port,) = free_ports(1)
    sip = {"DENWABAN_SIP_URL": "sip:127.0.0.1:5099", "DENWABAN_SIP_LISTEN": f"127.0.0.1:{port}"}

    async def test() -> None:
        async with serving(environ(tmp_path, scripts, **sip)) as server, phone(tmp_path / "phone") as theirs:
            assert load_script(scripts / "smile").numbers == (NUMBER,)
            with closing(Api(server.url)) as api:
                await is_held(api, theirs, port)
                await converses(api, theirs, port)
                assert "お待たせ" not in await is_greeted(api, port, 1)
                assert "大変お待たせいたしました" in await is_greeted(api, port, 2, FORWARDED)
            async with caller(("127.0.0.1", port), call_id="3@nobody") as wrong:
                assert await wrong.call(called="0399990000") == 404
            async with httpx.AsyncClient() as client:
                async with asyncio.timeout(30.0):  # the last caller's report is still being made
                    while "通話中: 0 件" not in (await client.get(server.url)).text:
                        await asyncio.sleep(0.1)
            await stops_after_its_calls(server, port)

    run(test)
    log = (tmp_path / "server.log").read_text()
    assert "Traceback" not in log
    assert "0987654321" not in log  # the caller's number
