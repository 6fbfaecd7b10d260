"""Debian's baresip as a telephone: it dials, speaks from files, presses keys, holds, and records what it hears."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import socket
import wave
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from voice.audio import Sound
from voice.resample import convert

PATIENCE_SECONDS = 60.0
"""With a machine that has much else to do."""
CONFIG = """\
sip_listen 127.0.0.1:{sip}
net_interface 127.0.0.1
audio_source aufile,{folder}/nothing.wav
audio_player aubridge,nil
audio_alert aubridge,nil
audio_buffer 20-160
rtp_ports 41000-48999
module_path {modules}
module g711.so
module g722.so
module opus.so
module aufile.so
module aubridge.so
module sndfile.so
snd_path {folder}/heard
module_tmp uuid.so
module_tmp account.so
module_app menu.so
module_app ctrl_tcp.so
ctrl_tcp_listen 127.0.0.1:{control}
"""
MODULES = ("/usr/lib/baresip/modules", "/usr/lib/x86_64-linux-gnu/baresip/modules")


def program(name: str, package: str) -> str:
    """Its path; where there is none the test is skipped, but fails under CI."""
    path = shutil.which(name)
    if path:
        return path
    if os.environ.get("CI"):
        pytest.fail(f"{name} is missing: apt-get install {package}")
    pytest.skip(f"{name} is not installed")


def free_ports(count: int, kind: int = socket.SOCK_DGRAM) -> list[int]:
    with ExitStack() as opened:
        sockets = [opened.enter_context(socket.socket(socket.AF_INET, kind)) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [int(each.getsockname()[1]) for each in sockets]


@dataclass(frozen=True)
class Format:
    """Of the program's sound files: they must be of the codec's own."""

    codec: str
    rate_hz: int
    channels: int = 1


PCMU = Format("pcmu", 8000)
PCMA = Format("pcma", 8000)
G722 = Format("g722/16000/1", 16_000)
OPUS = Format("opus/48000/2", 48_000, 2)


def write_wav(path: Path, sound: Sound, form: Format) -> Path:
    samples = convert(sound, form.rate_hz).samples()
    with wave.open(str(path), "wb") as file:
        file.setnchannels(form.channels)
        file.setsampwidth(2)
        file.setframerate(form.rate_hz)
        file.writeframes(np.repeat(samples, form.channels).tobytes())
    return path


@dataclass
class Phone:
    """One that runs."""

    folder: Path
    form: Format
    sip_port: int
    control: tuple[asyncio.StreamReader, asyncio.StreamWriter]
    events: list[dict[str, Any]] = field(default_factory=list)
    """All that happened, in order."""
    process: asyncio.subprocess.Process | None = None
    answers: asyncio.Queue[dict[str, Any]] = field(default_factory=asyncio.Queue)
    news: asyncio.Event = field(default_factory=asyncio.Event)
    spoken: int = 0

    @property
    def uri(self) -> str:
        return f"sip:phone@127.0.0.1:{self.sip_port}"

    async def order(self, command: str, parameters: str = "") -> str:
        """One command of its menu; what it answers."""
        body = json.dumps({"command": command, "params": parameters}).encode()
        self.control[1].write(b"%d:%s," % (len(body), body))
        async with asyncio.timeout(PATIENCE_SECONDS):
            answer = await self.answers.get()
        assert answer.get("ok"), (command, answer)
        return str(answer.get("data", ""))

    async def until(self, kind: str, count: int = 1) -> dict[str, Any]:
        """The event of that kind that was the `count`th."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while len(found := [each for each in self.events if each["type"] == kind]) < count:
                self.news.clear()
                await self.news.wait()
        return found[count - 1]

    def count(self, kind: str) -> int:
        return sum(each["type"] == kind for each in self.events)

    async def dial(self, uri: str) -> None:
        """Until it is answered."""
        before = self.count("CALL_ESTABLISHED")
        await self.order("dial", uri)
        await self.until("CALL_ESTABLISHED", before + 1)

    async def say(self, sound: Sound) -> None:
        """Begin to speak; silence follows the last word."""
        self.spoken += 1
        padded = Sound(sound.pcm + bytes(2 * 60 * sound.rate_hz), sound.rate_hz)
        path = write_wav(self.folder / f"say-{self.spoken}.wav", padded, self.form)
        await self.order("ausrc", f"aufile,{path}")

    async def press(self, digits: str) -> None:
        for digit in digits:
            await self.order("sndcode", digit)
            await asyncio.sleep(0.3)  # a finger's pace: the program sends one tone at a time

    def vanish(self) -> None:
        """Without a good-bye, as when the power fails."""
        assert self.process is not None
        self.process.kill()

    def heard(self) -> Sound:
        """All that has come to it in its calls so far."""
        parts = sorted((self.folder / "heard").glob("dump-*-dec.wav"), key=lambda path: path.stat().st_mtime_ns)
        samples = np.concatenate([np.zeros(0, "<i2"), *(_samples(path) for path in parts)])
        return Sound(samples[:: self.form.channels].tobytes(), self.form.rate_hz)

    async def _read(self) -> None:
        reader = self.control[0]
        while True:
            try:
                length = int((await reader.readuntil(b":"))[:-1])
                message = json.loads((await reader.readexactly(length + 1))[:-1])
            except (asyncio.IncompleteReadError, ConnectionError):
                return
            if message.get("response"):
                self.answers.put_nowait(message)
            else:
                self.events.append(message)
                self.news.set()


def _samples(path: Path) -> npt.NDArray[np.int16]:
    """Of a file that may still be written: whatever follows the header."""
    content = path.read_bytes()[44:]
    return np.frombuffer(content[: len(content) & ~3], "<i2")


@asynccontextmanager
async def phone(folder: Path, answers: bool = False, form: Format = PCMU, account: str = "") -> AsyncIterator[Phone]:
    """A telephone; with `answers` it takes every call at once."""
    path = program("baresip", "baresip-core")
    modules = next((each for each in MODULES if Path(each).is_dir()), MODULES[0])
    (folder / "heard").mkdir(parents=True)
    sip, control = free_ports(1)[0], free_ports(1, socket.SOCK_STREAM)[0]
    write_wav(folder / "nothing.wav", Sound(bytes(2 * 600 * form.rate_hz), form.rate_hz), form)
    (folder / "config").write_text(CONFIG.format(sip=sip, control=control, folder=folder, modules=modules))
    mode = "auto" if answers else "manual"
    parameters = f";regint=0;audio_codecs={form.codec};answermode={mode}{account}"
    (folder / "accounts").write_text(f"<sip:phone@127.0.0.1:{sip}>{parameters}\n")
    (folder / "contacts").write_text("")
    with (folder / "log").open("wb") as log:
        process = await asyncio.create_subprocess_exec(
            *(path, "-f", str(folder)), stdin=asyncio.subprocess.DEVNULL, stdout=log, stderr=log
        )
    try:
        made = Phone(folder, form, sip, await _connect(control), process=process)
        reading = asyncio.create_task(made._read())
        try:
            yield made
        finally:
            made.control[1].close()
            reading.cancel()
    finally:
        if process.returncode is None:
            process.terminate()
        try:
            async with asyncio.timeout(5):
                await process.wait()
        except TimeoutError:
            process.kill()
            await process.wait()


async def _connect(port: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            try:
                return await asyncio.open_connection("127.0.0.1", port)
            except ConnectionRefusedError:
                await asyncio.sleep(0.05)
