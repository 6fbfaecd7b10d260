"""AudioSocket on literal bytes, and its clock over a real TCP connection."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import uuid
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice.lines import Audio, Closed, Key, Line, LineError, Marked, Ring
from voice.lines.asterisk import CallFacts
from voice.lines.audiosocket import AudioSocketWire, Awaited, Frame, Reader, write
from voice.lines.audiosocket_tcp import TimedSocket, listening
from voice.lines.socket import Serve, carry

KEY = "40325ec2-5efd-4bd3-805f-53576e581d13"
FIRST = b"\x01\x00\x10" + bytes.fromhex("40325ec25efd4bd3805f53576e581d13")
FACTS = CallFacts(to="0312345678", caller="+819012345678")
SOUND = b"\x01\x80" * 160
"""Sample -32767, little-endian."""
CALLED = Ring("0312345678", "09012345678", "audiosocket", KEY, 8000, codec="L16")


def known(facts: CallFacts | None = FACTS) -> Callable[[str], CallFacts | None]:
    return lambda key: facts if key == KEY else None


def begun(facts: CallFacts = FACTS) -> AudioSocketWire:
    wire = AudioSocketWire(known(facts))
    assert isinstance(wire.read(FIRST), Ring)
    return wire


def test_the_length_is_big_endian_and_sound_little_endian() -> None:
    assert write(Frame(0x10, b"\x01\x80" * 160)) == b"\x10\x01\x40" + b"\x01\x80" * 160
    assert write(Frame(0x00)) == b"\x00\x00\x00"
    wire = AudioSocketWire(known())
    assert wire.read(FIRST) == CALLED
    assert wire.read(b"\x10\x01\x40" + SOUND) == Audio(SOUND)
    assert wire.read(b"\x03\x00\x015") == Key("5")
    assert wire.read(b"\x03\x00\x01A") is None
    assert wire.read(b"\x10\x00\x00") is None
    assert wire.read(b"\x07\x00\x01x") is None  # a kind of later versions
    assert wire.read(b"\x00\x00\x00") == Closed("caller")
    assert wire.read(b"\xff\x00\x00") == Closed("caller")
    assert wire.read(b"\xff\x00\x01\x01") == Closed("caller")


def test_to_asterisk_go_only_whole_frames_and_the_end() -> None:
    wire = begun()
    assert wire.play(SOUND) == (b"\x10\x01\x40" + SOUND,)
    assert wire.play(SOUND + b"\x02\x00") == (b"\x10\x01\x40" + SOUND,)
    assert wire.play(b"") == ()  # never an empty frame
    assert wire.mark("m") == (b"\x10\x01\x40\x02\x00" + bytes(318), "m")
    assert wire.mark("n") == ("n",)
    assert wire.read("n") == Marked("n")
    assert wire.play(b"\x03\x00") == ()
    assert wire.clear() == ()
    assert wire.play(SOUND) == (b"\x10\x01\x40" + SOUND,)
    assert wire.farewell("us") == b"\x00\x00\x00"
    assert wire.farewell("caller") is None
    assert wire.silence == b"\x10\x01\x40" + bytes(320)


def test_16_khz_where_it_was_registered() -> None:
    wire = AudioSocketWire(known(CallFacts(to="0312345678", format="slin16")))
    ring = wire.read(FIRST)
    assert isinstance(ring, Ring)
    assert ring.rate_hz == 16_000
    assert wire.read(b"\x12\x02\x80" + SOUND * 2) == Audio(SOUND * 2)
    assert wire.play(SOUND * 2) == (b"\x12\x02\x80" + SOUND * 2,)
    with pytest.raises(LineError, match="sound of kind 0x10 where 0x12 was expected"):
        wire.read(b"\x10\x01\x40" + SOUND)


def test_a_uuid_is_registered_before_and_taken_once() -> None:
    now = [1000.0]
    awaited = Awaited(lambda: now[0])
    assert awaited.register(KEY.upper(), FACTS) == KEY
    assert awaited.take(KEY) == FACTS
    assert awaited.take(KEY) is None
    awaited.register(KEY, FACTS)
    now[0] += 61
    assert awaited.take(KEY) is None
    with pytest.raises(LineError, match="'none' is no UUID"):
        awaited.register("none", FACTS)
    with pytest.raises(LineError, match="format is 'ulaw'"):
        awaited.register(KEY, CallFacts(format="ulaw"))
    for _ in range(1000):
        awaited.register(str(uuid.uuid4()), FACTS)
    with pytest.raises(LineError, match="1000 calls were announced"):
        awaited.register(KEY, FACTS)
    now[0] += 61
    awaited.register(KEY, FACTS)


def test_an_unknown_uuid_is_refused_unless_a_company_takes_all() -> None:
    with pytest.raises(LineError, match=f"{KEY} was not registered"):
        AudioSocketWire(known(None)).read(FIRST)
    ring = AudioSocketWire(known(None), company="smile").read(FIRST)
    assert ring == Ring("smile", "", "audiosocket", KEY, 8000, codec="L16")
    ring = AudioSocketWire(known(CallFacts(caller="09012345678")), company="smile").read(FIRST)
    assert ring == Ring("smile", "09012345678", "audiosocket", KEY, 8000, codec="L16")


@pytest.mark.parametrize(
    ("frames", "why"),
    [
        ((b"\x10\x01\x40" + SOUND,), "a frame of kind 0x10 before the UUID"),
        ((b"\x01\x00\x02ab",), "a UUID of 2 bytes; it has 16"),
        ((FIRST, FIRST), "a second UUID"),
        ((FIRST, b"\x10\x00\x03abc"), "sound of 3 bytes; samples have 2"),
        ((FIRST, b"\xff\x00\x01\x02"), "Asterisk reports the error 0x02"),
    ],
)
def test_a_bad_frame_is_named(frames: tuple[bytes, ...], why: str) -> None:
    wire = AudioSocketWire(known())
    *good, bad = frames
    for frame in good:
        wire.read(frame)
    with pytest.raises(LineError, match=why):
        wire.read(bad)


@given(st.lists(st.tuples(st.integers(0, 255), st.binary(max_size=700)), max_size=6), st.data())
def test_reads_may_be_split_anywhere(frames: list[tuple[int, bytes]], data: st.DataObject) -> None:
    stream = b"".join(bytes([kind, len(payload) >> 8, len(payload) & 255]) + payload for kind, payload in frames)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=8)))
    reader, got = Reader(), list[Frame]()
    for start, end in zip([0, *cuts], [*cuts, len(stream)], strict=True):
        got += reader.take(stream[start:end])
    assert got == [Frame(kind, payload) for kind, payload in frames]
    assert reader.whole
    assert reader.take(b"\x10\x01") == []
    assert not reader.whole


@given(st.binary(max_size=2000))
def test_whatever_comes_is_something_or_a_line_error(stream: bytes) -> None:
    wires = (AudioSocketWire(known()), begun())
    for frame in Reader().take(stream):
        for wire in wires:
            with contextlib.suppress(LineError):
                wire.read(write(frame))


@asynccontextmanager
async def line_to(
    serve: Serve, closed: list[Closed]
) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """A connection of Asterisk's, to a server of ours."""
    awaited = Awaited(asyncio.get_running_loop().time)
    awaited.register(KEY, FACTS)

    async def answer(over: TimedSocket, wire: AudioSocketWire) -> None:
        closed.append(await carry(over, wire, serve))

    listener = socket.create_server(("127.0.0.1", 0))
    async with listening(listener, lambda: AudioSocketWire(awaited.take), answer):
        reader, writer = await asyncio.open_connection(*listener.getsockname())
        yield reader, writer
        writer.close()


def run(test: Callable[[], Coroutine[Any, Any, None]]) -> None:
    async def limited() -> None:
        async with asyncio.timeout(60):
            await test()

    asyncio.run(limited())


def test_a_call_over_tcp_hears_marks_and_ends() -> None:
    told, closed = list[object](), list[Closed]()

    async def serve(line: Line) -> None:
        line.play(SOUND * 3)
        line.mark("heard")
        while not isinstance(came := await line.receive(), Marked):
            told.append(came)
        told.append(came)
        line.hang_up()

    async def test() -> None:
        async with line_to(serve, closed) as (reader, writer):
            for byte in FIRST + b"\x03\x00\x015":  # as slowly as a network may bring it
                writer.write(bytes([byte]))
                await writer.drain()
            sent = Reader().take(await reader.read(-1))
            await asyncio.sleep(0)
        sound = [frame for frame in sent if frame.kind == 0x10 and frame.payload != bytes(320)]
        assert sound == [Frame(0x10, SOUND)] * 3
        assert {len(frame.payload) for frame in sent[:-1]} == {320}
        assert sent[-1] == Frame(0x00)

    run(test)
    assert told == [Key("5"), Marked("heard")]
    assert closed == [Closed("us")]


def test_a_frame_goes_out_every_20_ms_and_what_is_not_due_can_be_thrown_away() -> None:
    """A second of sound is ordered and thrown away at once: of it only what was due then has left us."""
    closed, took = list[Closed](), list[float]()

    async def serve(line: Line) -> None:
        loop = asyncio.get_running_loop()
        line.play(SOUND * 50)
        while not isinstance(came := await line.receive(), Key):
            assert isinstance(came, Audio)
        line.clear()
        line.mark("over")
        assert await line.receive() == Marked("over")
        began = loop.time()
        line.play(SOUND * 25)
        line.mark("said")
        assert await line.receive() == Marked("said")
        took.append(loop.time() - began)

    async def test() -> None:
        async with line_to(serve, closed) as (reader, writer):
            writer.write(FIRST)
            first = await reader.readexactly(323)
            assert first == b"\x10\x01\x40" + SOUND
            writer.write(b"\x03\x00\x01#")
            sent = Reader().take(await reader.read(-1))
        sound = [frame for frame in sent if frame.payload == SOUND]
        assert 25 <= len(sound) < 70  # not the whole second that was thrown away

    run(test)
    assert took[0] > 0.38  # twenty-five frames are half a second, less what a late clock makes up for
    assert closed == [Closed("us")]


def test_no_frame_is_ever_split() -> None:
    """Older receivers begin a header anew in which they were interrupted: each frame leaves in one piece, and while one
    is not wholly taken none follows. What a slow peer reads are whole frames, then."""
    closed, sizes = list[Closed](), list[int]()

    async def serve(line: Line) -> None:
        line.play(SOUND * 25 + b"\x02\x00")
        line.mark("said")
        while not isinstance(await line.receive(), Marked):
            pass

    async def test() -> None:
        awaited = Awaited(asyncio.get_running_loop().time)
        awaited.register(KEY, FACTS)

        async def answer(over: TimedSocket, wire: AudioSocketWire) -> None:
            closed.append(await carry(over, wire, serve))

        listener, loop = socket.create_server(("127.0.0.1", 0)), asyncio.get_running_loop()
        async with listening(listener, lambda: AudioSocketWire(awaited.take), answer):
            with socket.create_connection(listener.getsockname()) as peer:
                peer.setblocking(False)
                await loop.sock_sendall(peer, FIRST)
                while data := await loop.sock_recv(peer, 65_536):
                    sizes.append(len(data))
            while not closed:
                await asyncio.sleep(0.01)

    run(test)
    assert closed == [Closed("us")]
    *frames, last = sizes
    assert {size % 323 for size in frames} == {0}
    assert last % 323 in (0, 3)  # the end of the call, by itself or behind a frame


@pytest.mark.parametrize(
    ("last", "why"),
    [(b"\x00\x00\x00", "caller"), (b"", "caller"), (b"\x10\x01", "lost"), (b"\xff\x00\x01\x04", "error")],
)
def test_how_asterisk_ends_a_call(last: bytes, why: str) -> None:
    closed = list[Closed]()

    async def serve(line: Line) -> None:
        while not isinstance(await line.receive(), Closed):
            pass

    async def test() -> None:
        async with line_to(serve, closed) as (reader, writer):
            writer.write(FIRST + b"\x10\x01\x40" + SOUND + last)
            writer.write_eof()
            await reader.read(-1)
            while not closed:
                await asyncio.sleep(0.01)

    run(test)
    assert closed == [Closed("Asterisk reports the error 0x04" if why == "error" else why)]


def test_a_call_that_nobody_registered_is_hung_up() -> None:
    closed = list[Closed]()

    async def nobody(line: Line) -> None:
        raise AssertionError("no call was to come in")

    async def test() -> None:
        async with line_to(nobody, closed) as (reader, writer):
            writer.write(b"\x01\x00\x10" + bytes(16))
            assert (await reader.read(-1))[-3:] == b"\x00\x00\x00"

    run(test)
    assert closed == [
        Closed("00000000-0000-0000-0000-000000000000 was not registered: register each call before it is dialled")
    ]
