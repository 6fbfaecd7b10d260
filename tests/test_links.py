"""A link opens what it was made for, until it ends, and nothing else."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from itsdangerous import URLSafeSerializer

from bot.reporting.links import MARK_PATH, PATH, ClipName, Links, Mark, MarkKind

SECRET = "s" * 32
LINKS = Links("https://phone.example.jp", SECRET, 3600.0)
CLIP = ClipName("call-1", "name.flac")


def token_of(address: str) -> str:
    origin, path, token = address.partition(PATH)
    assert (origin, path) == ("https://phone.example.jp", PATH)
    return token


@given(st.text(), st.text(), st.floats(0, 4e9))
def test_a_link_names_its_clip_until_it_ends(call_id: str, name: str, now: float) -> None:
    token = token_of(LINKS.clip(ClipName(call_id, name), now))
    assert token.replace("-", "").replace("_", "").replace(".", "").isalnum()
    assert LINKS.open(token, now) == ClipName(call_id, name)
    assert LINKS.open(token, now + 3598.0) == ClipName(call_id, name)
    assert LINKS.open(token, now + 3600.0) is None


def test_a_changed_link_opens_nothing() -> None:
    token = token_of(LINKS.clip(CLIP, 0.0))
    for place in range(len(token)):
        # The last character of a part may hold bits that stand for nothing: changing those changes no value.
        other = token[:place] + ("A" if token[place] != "A" else "B") + token[place + 1 :]
        assert LINKS.open(other, 0.0) in (None, CLIP)
    payload, _, signature = token.rpartition(".")
    assert LINKS.open(payload, 0.0) is None
    assert LINKS.open(payload[:-3] + "." + signature, 0.0) is None
    assert LINKS.open("", 0.0) is None


@given(st.text())
def test_noise_opens_nothing(token: str) -> None:
    assert LINKS.open(token, 0.0) is None


def test_another_secret_or_purpose_opens_nothing() -> None:
    assert LINKS.open(token_of(Links("https://phone.example.jp", "t" * 32, 3600.0).clip(CLIP, 0.0)), 0.0) is None
    assert LINKS.open(str(URLSafeSerializer(SECRET, "login").dumps(["call-1", "name.flac", 9999])), 0.0) is None


@given(st.sampled_from(MarkKind), st.text(), st.emails(), st.floats(0, 4e9))
def test_a_mark_is_its_readers_until_it_ends(kind: MarkKind, call_id: str, by: str, now: float) -> None:
    mark = Mark(kind, call_id, by)
    origin, path, token = LINKS.mark(mark, now).partition(MARK_PATH)
    assert (origin, path) == ("https://phone.example.jp", MARK_PATH)
    assert LINKS.open_mark(token, now + 3598.0) == mark
    assert LINKS.open_mark(token, now + 3600.0) is None


def test_a_clips_link_marks_nothing_and_a_marks_opens_no_clip() -> None:
    mark = LINKS.mark(Mark(MarkKind.DONE, "call-1", "eigyo@smilecorp.example"), 0.0).partition(MARK_PATH)[2]
    assert LINKS.open(mark, 0.0) is None
    assert LINKS.open_mark(token_of(LINKS.clip(CLIP, 0.0)), 0.0) is None
    forged = URLSafeSerializer(SECRET, "clip").dumps(["done", "call-1", "x@y.example", 9_000_000_000])
    assert LINKS.open_mark(forged, 0.0) is None
