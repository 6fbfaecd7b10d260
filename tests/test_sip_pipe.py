"""What the call process and the SIP agent say to one another: the literal bytes, and whatever else may come."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice.lines import LineError
from voice.lines.sip.pipe import (
    Answered,
    Clear,
    Decoder,
    Drain,
    Message,
    Overheard,
    Play,
    Rang,
    Refuse,
    Sound,
    Stood,
    encode,
)

FRAMES: tuple[tuple[Message, bytes], ...] = (
    (Refuse(7, 486), b"\x01\x00\x00\x00\x07\x00\x00\x00\x05[486]"),
    (Play(1, b"\x01\x02"), b"\x02\x00\x00\x00\x01\x00\x00\x00\x02\x01\x02"),
    (Clear(1), b"\x04\x00\x00\x00\x01\x00\x00\x00\x00"),
    (Drain(), b"\x07\x00\x00\x00\x00\x00\x00\x00\x00"),
    (Stood(0, "failed", "401 Unauthorized"), b'\x08\x00\x00\x00\x00\x00\x00\x00\x1d["failed","401 Unauthorized"]'),
    (Answered(258, "PCMU", 8000), b'\x0a\x00\x00\x01\x02\x00\x00\x00\x0d["PCMU",8000]'),
    (Sound(1, b"\xff\x7f"), b"\x0b\x00\x00\x00\x01\x00\x00\x00\x02\xff\x7f"),
    (Overheard(1, b"\xff\x7f"), b"\x15\x00\x00\x00\x01\x00\x00\x00\x02\xff\x7f"),
)


@pytest.mark.parametrize(("message", "frame"), FRAMES)
def test_frames(message: Message, frame: bytes) -> None:
    assert encode(message) == frame
    assert list(Decoder().feed(frame)) == [message]


@given(st.lists(st.integers(1, 40)))
def test_however_the_bytes_are_cut_the_same_messages_come(sizes: list[int]) -> None:
    rang = Rang(3, ("0312345678", "smile"), "", True, "0355551234", "no_answer", "7@x")
    sent = [*(message for message, _ in FRAMES), rang]
    stream, decoder = b"".join(map(encode, sent)), Decoder()
    got: list[Message] = []
    for size in [*sizes, len(stream)]:
        got += decoder.feed(stream[:size])
        stream = stream[size:]
    assert got == sent


@given(st.binary(max_size=200))
def test_no_bytes_break_it(chunk: bytes) -> None:
    try:
        for message in Decoder().feed(chunk):
            assert isinstance(message.call, int)
    except LineError:
        pass


@pytest.mark.parametrize("frame", [b"\xff" * 9, b"\x01\x00\x00\x00\x01\x7f\xff\xff\xff", b"\x01\0\0\0\x01\0\0\0\x02{]"])
def test_what_is_no_frame_is_told(frame: bytes) -> None:
    with pytest.raises(LineError, match="frame"):
        list(Decoder().feed(frame))
