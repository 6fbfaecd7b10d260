"""The simulated caller's telephone: its line, its voice, its hearing, and its end of a media stream."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from bot.rehearsal.book import book_of
from bot.rehearsal.channel import RATE_HZ, Channel, Drawn, draw
from bot.rehearsal.far import dial
from bot.rehearsal.hearing import LONGEST_PAUSE, Hearing, seconds_of
from bot.rehearsal.plan import Telephone, load_plan
from bot.rehearsal.voice import voiced
from tests.website import get, run, website
from voice.audio import FRAME_SECONDS, Sound
from voice.lines import Closed, Key, Line, LineError, Marked
from voice.lines.streams import RATE_HZ as TWILIO_HZ

PLANS = Path(__file__).parent.parent / "scripts" / "smile" / "rehearsals"
SILENCE = bytes(320)
LOUD = np.full(160, 8000, "<i2").tobytes()


def tone(hz: float, seconds: float = 1.0) -> Sound:
    time = np.arange(int(16_000 * seconds)) / 16_000
    return Sound((8000 * np.sin(2 * np.pi * hz * time)).astype("<i2").tobytes(), 16_000)


def rms(samples: npt.NDArray[np.int16]) -> float:
    return float(np.sqrt(np.mean(samples.astype(np.float64) ** 2)))


def power(sound: bytes, hz: float) -> float:
    """Of one tone in a second of 8 kHz sound."""
    return float(np.abs(np.fft.rfft(np.frombuffer(sound, "<i2").astype(np.float64))[round(hz)]))


def test_the_line_carries_the_band_and_no_more() -> None:
    channel = Channel(Drawn("white", 60.0, -20.0), 1)
    mixed = tone(1000).samples() // 3 + tone(100).samples() // 3 + tone(3700).samples() // 3
    out = channel.voice(Sound(mixed.astype("<i2").tobytes(), 16_000)).tobytes()
    assert power(out, 1000) > 50 * power(out, 100)
    assert power(out, 1000) > 50 * power(out, 3700)


@pytest.mark.parametrize("noise", ["white", "pink", "brown"])
def test_level_and_noise_are_as_drawn(noise: str) -> None:
    channel = Channel(Drawn(noise, 20.0, -20.0), 7)
    voice = channel.voice(tone(1000))
    under = np.frombuffer(channel.frame(np.zeros(0, np.int16), RATE_HZ), "<i2")
    assert 20 * np.log10(rms(voice) / 32768) == pytest.approx(-20, abs=1)
    assert 20 * np.log10(rms(voice) / rms(under)) == pytest.approx(20, abs=1)


def test_a_line_is_its_seeds() -> None:
    lines = {draw(Telephone(), seed) for seed in range(30)}
    assert draw(Telephone(), 3) == draw(Telephone(), 3)
    assert {line.noise for line in lines} == {"white", "pink", "brown", "babble"}
    assert draw(Telephone(snr_db=9.0, noise="pink"), 3).snr_db == 9.0


def test_a_voice_knows_its_last_sound_and_its_pauses() -> None:
    plan = load_plan(PLANS / "hesitating.toml")
    book = {key: line for key, line in book_of(plan, 1).items() if key in ("number", "yes_right")}
    made = voiced(plan, book, 1)
    clip = made.clips["number"]
    assert len(clip.pauses) == 2
    assert 0 < clip.pauses[0][0] < clip.pauses[-1][1] < clip.last_sound <= len(clip.samples) / RATE_HZ
    for start, end in clip.pauses:
        assert rms(clip.samples[int(start * RATE_HZ) + 80 : int(end * RATE_HZ) - 80]) == 0
    assert made.mumbled == {}
    assert not np.array_equal(voiced(plan, book, 2).clips["number"].samples, clip.samples)


def test_she_has_finished_when_her_words_are_out_and_not_at_a_breath() -> None:
    words = "復唱いたします。012-3456-7890。以上でよろしいでしょうか。"
    hearing, now = Hearing(), 0.0
    half = round(seconds_of(words) / 2 / FRAME_SECONDS)
    for _ in range(half):
        assert hearing.push(LOUD, now) is not None
        now += FRAME_SECONDS
    assert not hearing.finished(words, 0.4, now + 0.9)
    assert hearing.finished(words, 0.4, now + LONGEST_PAUSE + FRAME_SECONDS)
    for _ in range(half):
        hearing.push(LOUD, now)
        now += FRAME_SECONDS
    assert not hearing.finished(words, 0.4, now + 0.3)
    assert hearing.finished(words, 0.4, now + 0.5)
    hearing.settle()
    assert not hearing.finished(words, 0.4, now + 9.0)


def test_the_first_audible_sample_is_found_within_its_frame() -> None:
    hearing = Hearing()
    assert hearing.push(SILENCE, 1.0) is None
    late = np.zeros(160, "<i2")
    late[80:] = 8000
    assert hearing.push(late.tobytes(), 2.0) == pytest.approx(2.01)
    assert hearing.first == pytest.approx(2.01)


def test_a_spelled_address_takes_longer_than_one_that_is_read() -> None:
    read = "それでは申し上げます。kurimoto@smilecorp.example。"
    assert seconds_of(read) > 3 * seconds_of("それでは申し上げます。")
    assert seconds_of(f"一文字ずつ申し上げます。{read[11:]}") > seconds_of(read)


def test_the_far_end_behaves_as_twilio_does() -> None:
    told: list[object] = []
    times: list[float] = []

    async def serve(line: Line) -> None:
        assert (line.ring.called, line.ring.caller, line.ring.rate_hz) == ("smile", "09012345678", TWILIO_HZ)
        loop = asyncio.get_running_loop()
        begun = loop.time()
        line.play(LOUD * 10)
        line.mark("played")
        while not isinstance(came := await line.receive(), Closed):
            told.append(came)
            times.append(loop.time() - begun)
            if came == Marked("played"):
                line.play(LOUD * 500)
                line.mark("cleared")
                line.clear()

    async def test() -> None:
        async with website(serve) as site, dial(site.http, "smile", "09012345678", "CA7") as far:
            frames = [await far.receive() for _ in range(10)]
            far.press("5")
            await asyncio.wait_for(_until(lambda: Marked("cleared") in told and Key("5") in told), 5)
            far.hang_up()
        assert all(frame is not None and rms(np.frombuffer(frame, "<i2")) > 5000 for frame in frames)

    run(test)
    assert times[told.index(Marked("played"))] >= 0.19
    assert times[told.index(Marked("cleared"))] < times[told.index(Marked("played"))] + 5


async def _until(true: Callable[[], bool]) -> None:
    while not true():
        await asyncio.sleep(0.01)


def test_a_refusal_is_told_in_the_servers_words() -> None:
    async def serve(line: Line) -> None:
        raise LineError("called number unknown")

    async def test() -> None:
        async with website(serve) as site:
            with pytest.raises(LineError, match="refused the call: called number unknown"):
                async with dial(site.http, "nobody", "", "CA8") as far:
                    assert await far.receive() is None

    run(test)


def test_reports_are_shown_to_this_machine_only() -> None:
    async def serve(line: Line) -> None:
        raise AssertionError("no call was to come in")

    async def test() -> None:
        async with website(serve) as site:
            mine, none = await get(site, "/api/calls/CA1/report"), await get(site, "/api/calls/CA2/report")
            foreign = await get(site, "/api/calls/CA1/report", host="phone.example.jp")
        async with website(serve, public_origin="https://phone.example.jp") as site:
            behind = await get(site, "/api/calls/CA1/report")
        assert (mine.status_code, mine.json()["facts"]["name"]["value"]) == (200, "エガワ")
        assert [none.status_code, foreign.status_code, behind.status_code] == [404, 403, 403]

    run(test)
