"""The /phone page in a real browser, calling the real server: sound both ways, buttons, words, and what it says when it
cannot call."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
import soundfile

from tests.chromium import Page, browser
from tests.website import nobody, run, website
from voice.lines import Audio, Closed, Key, Line, LineError, Marked, Quality, Ring

MICROPHONE_HZ = 1000
RECEPTIONIST_HZ = 700


def tone(hz: float, seconds: float, rate_hz: int = 16_000) -> npt.NDArray[np.int16]:
    times = np.arange(int(seconds * rate_hz)) / rate_hz
    return (12_000 * np.sin(2 * np.pi * hz * times)).astype("<i2")


def microphone(folder: Path) -> tuple[str, ...]:
    """Flags for a browser whose microphone hears a beeping tone (a steady one is taken for noise and removed)."""
    beep = np.concatenate([tone(MICROPHONE_HZ, 0.3, 48_000), np.zeros(9_600, np.int16)])
    path = folder / "beeps.wav"
    soundfile.write(path, np.tile(beep, 10), 48_000)
    return (
        "--use-fake-device-for-media-stream",
        "--use-fake-ui-for-media-stream",
        f"--use-file-for-fake-audio-capture={path}",
    )


def loudest_hz(pcm: bytes) -> float:
    samples = np.frombuffer(pcm, "<i2").astype(float)
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples))))
    return float(np.argmax(spectrum) * 16_000 / len(samples))


class Receptionist:
    """Plays a tone and keeps what it is told."""

    def __init__(self, enough_frames: int) -> None:
        self.rings: list[Ring] = []
        self.frames: list[bytes] = []
        self.told: list[object] = []
        self.enough = asyncio.Event()
        self._enough_frames = enough_frames

    async def serve(self, line: Line) -> None:
        self.rings.append(line.ring)
        sound = tone(RECEPTIONIST_HZ, 1.0).tobytes()
        for start in range(0, len(sound), 640):
            line.play(sound[start : start + 640])
        line.mark("heard")
        while not self.told or not isinstance(self.told[-1], Closed):
            match await line.receive():
                case Audio(pcm):
                    self.frames.append(pcm)
                    if len(self.frames) >= self._enough_frames:
                        self.enough.set()
                case other:
                    self.told.append(other)


async def dial(page: Page) -> None:
    await page.evaluate("document.getElementById('call').click()")


def test_a_call_from_the_page(tmp_path: Path) -> None:
    receptionist = Receptionist(enough_frames=100)

    async def test() -> None:
        flags = microphone(tmp_path)
        async with website(receptionist.serve) as site, browser(tmp_path / "profile", *flags) as page:
            await page.open(f"{site.http}/phone?to=aoba-dental")
            await page.evaluate("document.getElementById('caller').value = '０９０-1234-5678'")
            await dial(page)
            await page.until("document.getElementById('heard').value > 0.5")
            await page.until("document.getElementById('spoken').value > 0.5")
            await page.until("document.body.dataset.state === 'talking'")
            words = await page.until(
                "[...document.querySelectorAll('#words li')].map(item => item.textContent).join('|')"
            )
            await receptionist.enough.wait()
            await page.evaluate("document.querySelector('[data-digit=\"5\"]').click()")
            await page.evaluate("document.dispatchEvent(new KeyboardEvent('keydown', {key: '#'})) || 1")
            await page.evaluate("document.body.dispatchEvent(new KeyboardEvent('keydown', {key: '#', bubbles: true}))")
            while Key("#") not in receptionist.told or Marked("heard") not in receptionist.told:
                await asyncio.sleep(0.01)
            await dial(page)  # the same button hangs up
            await page.until("document.body.dataset.state === 'idle'")
            while len(site.calls):
                await asyncio.sleep(0.01)
            status = await page.evaluate("document.getElementById('status').textContent")
        assert words == "受付お電話ありがとうございます。|あなたもしもし|受付<b>恐れ入ります</b>"
        assert status == "電話を切りました。"

    run(test)
    assert [(ring.called, ring.caller, ring.rate_hz) for ring in receptionist.rings] == [
        ("aoba-dental", "09012345678", 16_000)
    ]
    assert {len(frame) for frame in receptionist.frames} == {640}
    assert loudest_hz(b"".join(receptionist.frames)) == pytest.approx(MICROPHONE_HZ, abs=10)
    *told, measured, closed = receptionist.told
    assert set(told) == {Marked("heard"), Key("5"), Key("#")}
    assert isinstance(measured, Quality)
    assert measured.packets > 0
    assert closed == Closed("caller")


def test_what_is_cleared_is_not_played_and_its_mark_comes_back(tmp_path: Path) -> None:
    told: list[object] = []

    async def serve(line: Line) -> None:
        for _ in range(60):
            line.play(tone(RECEPTIONIST_HZ, 2.0).tobytes())  # two minutes: far more than the test may take
        line.mark("cleared")
        line.mark("also")
        while len([item for item in told if isinstance(item, Audio)]) < 25:
            told.append(await line.receive())
        line.clear()
        while told[-1] != Marked("also"):
            told.append(await line.receive())
        line.play(tone(RECEPTIONIST_HZ, 0.03).tobytes())
        line.mark("short")
        while told[-1] != Marked("short"):
            told.append(await line.receive())

    async def test() -> None:
        async with website(serve) as site, browser(tmp_path / "profile", *microphone(tmp_path)) as page:
            await page.open(f"{site.http}/phone")
            await dial(page)
            await page.until("document.getElementById('status').textContent === '通話が終わりました。'")

    run(test)
    assert [item for item in told if isinstance(item, Marked)] == [Marked("cleared"), Marked("also"), Marked("short")]


def test_a_refused_call_says_why(tmp_path: Path) -> None:
    async def serve(line: Line) -> None:
        raise LineError("本日は受け付けていません")

    async def test() -> None:
        async with website(serve) as site, browser(tmp_path / "profile", *microphone(tmp_path)) as page:
            await page.open(f"{site.http}/phone")
            await dial(page)
            await page.until("document.getElementById('status').textContent.includes('本日は受け付けていません')")
            assert await page.evaluate("document.getElementById('call').textContent") == "電話をかける"

    run(test)


def test_a_server_that_stops_takes_no_call_from_the_page(tmp_path: Path) -> None:
    async def test() -> None:
        async with website(nobody) as site, browser(tmp_path / "profile", *microphone(tmp_path)) as page:
            await page.open(f"{site.http}/phone")
            site.calls.stop()
            await dial(page)
            await page.until("document.getElementById('trouble').textContent.includes('つながりませんでした')")

    run(test)


def test_an_insecure_page_says_why_the_microphone_is_refused(tmp_path: Path) -> None:
    async def test() -> None:
        mapped = "--host-resolver-rules=MAP phone.test 127.0.0.1"
        async with website(nobody) as site, browser(tmp_path / "profile", mapped) as page:
            port = site.http.rsplit(":", 1)[1]
            await page.open(f"http://phone.test:{port}/phone")
            trouble = await page.until("document.getElementById('trouble').textContent")
            assert await page.evaluate("document.getElementById('call').disabled")
            assert not await page.evaluate("document.getElementById('trouble').hidden")
        assert "https://" in trouble
        assert f"http://localhost:{port}/phone" in trouble

    run(test)


def test_a_refused_microphone_is_told_with_the_remedy(tmp_path: Path) -> None:
    async def test() -> None:
        fake = "--use-fake-device-for-media-stream"
        async with website(nobody) as site, browser(tmp_path / "profile", fake) as page:
            await page.open(f"{site.http}/phone")
            await page.order(
                "Browser.setPermission", permission={"name": "microphone"}, setting="denied", origin=site.http
            )
            await dial(page)
            await page.until("document.getElementById('trouble').textContent.includes('許可されていません')")
            assert await page.evaluate("document.body.dataset.state") == "idle"

    run(test)


@pytest.mark.parametrize("width", [390, 1280])
def test_the_page_fits_and_every_control_has_a_name(tmp_path: Path, width: int) -> None:
    async def test() -> None:
        async with website(nobody) as site, browser(tmp_path / "profile") as page:
            await page.resize(width, 900)
            await page.open(f"{site.http}/phone")
            assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
            box = await page.evaluate("JSON.stringify(document.getElementById('call').getBoundingClientRect())")
            assert json.loads(box)["height"] >= 48
            assert json.loads(box)["bottom"] <= 900
            tree = await page.order("Accessibility.getFullAXTree")
        controls = [node for node in tree["nodes"] if role(node) in ("button", "combobox", "textbox", "meter")]
        assert len(controls) == 17
        assert all(node["name"]["value"] for node in controls)

    run(test)


def role(node: dict[str, Any]) -> str:
    return str(node.get("role", {}).get("value", ""))


RESAMPLE = """
import("/static/resample.js").then(({ Resampler }) => {
  const out = {};
  const cases = [[48000, 16000, 1000], [44100, 16000, 1000], [16000, 48000, 1000], [48000, 16000, 9500]];
  for (const [from, to, hz] of cases) {
    const sound = Float32Array.from({ length: from }, (_, n) => Math.sin((2 * Math.PI * hz * n) / from));
    const whole = new Resampler(from, to).push(sound);
    const pieces = new Resampler(from, to);
    const cut = [];
    for (let at = 0; at < from; at += 128) cut.push(...pieces.push(sound.subarray(at, at + 128)));
    let crossings = 0;
    for (let n = 1; n < whole.length; n += 1) crossings += whole[n - 1] < 0 && whole[n] >= 0 ? 1 : 0;
    const middle = whole.subarray(whole.length / 4, (whole.length * 3) / 4);
    const rms = Math.sqrt(middle.reduce((sum, sample) => sum + sample * sample, 0) / middle.length);
    const same = cut.length === whole.length && cut.every((sample, n) => Math.abs(sample - whole[n]) < 1e-5);
    out[`${from}-${to}-${hz}`] = { length: whole.length, crossings, rms, same };
  }
  return JSON.stringify(out);
})
"""


def test_rate_conversion_keeps_a_tone_and_drops_what_would_fold(tmp_path: Path) -> None:
    found: dict[str, dict[str, float]] = {}

    async def test() -> None:
        async with website(nobody) as site, browser(tmp_path / "profile") as page:
            await page.open(f"{site.http}/phone")
            found.update(json.loads(await page.evaluate(RESAMPLE)))

    run(test)
    for name, rate_hz in (("48000-16000-1000", 16_000), ("44100-16000-1000", 16_000), ("16000-48000-1000", 48_000)):
        converted = found[name]
        assert converted["length"] == pytest.approx(rate_hz, rel=0.005)
        assert converted["crossings"] == pytest.approx(1000, rel=0.005)
        assert converted["rms"] == pytest.approx(2**-0.5, rel=0.01)
        assert converted["same"]
    assert found["48000-16000-9500"]["rms"] < 0.01
