"""Known peers only: real sockets, real packets from the addresses of the loopback network."""

from __future__ import annotations

import socket
from contextlib import ExitStack

import pytest

from voice.lines.sip.peers import addresses, admit, bound, program


def test_the_program_is_what_the_kernel_expects() -> None:
    assert program(["192.0.2.0/24"]).hex() == (
        "20000000" "0c00f0ff"  # load the source address
        "54000000" "00ffffff"  # and with the mask
        "15000001" "000200c0"  # is it that network? else pass over one
        "06000000" "ffffffff"  # let it through, whole
        "06000000" "00000000"  # drop it
    )  # fmt: skip


def received(taken: list[str], senders: list[str]) -> list[bytes]:
    with ExitStack() as opened:
        ours = opened.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
        ours.bind(("127.0.0.1", 0))
        assert admit(ours.fileno(), taken)
        ours.setblocking(False)
        for sender in senders:
            theirs = opened.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
            theirs.bind((sender, 0))
            theirs.sendto(sender.encode(), ours.getsockname())
        got = []
        while True:  # loopback delivers within the sending call
            try:
                got.append(ours.recv(100))
            except BlockingIOError:
                return got


def test_a_strangers_packets_never_come() -> None:
    senders = ["127.0.0.2", "127.0.0.3", "127.0.1.9", "127.1.0.1"]
    assert received(["127.0.0.2/32", "127.0.1.0/24"], senders) == [b"127.0.0.2", b"127.0.1.9"]
    assert len(received(["127.0.0.0/8"], senders)) == 4
    assert received([], senders) == []


def test_a_filter_may_be_changed() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as ours:
        assert admit(ours.fileno(), ["10.0.0.0/8"])
        assert admit(ours.fileno(), ["127.0.0.0/8"])
        ours.bind(("127.0.0.1", 0))
        ours.sendto(b"x", ours.getsockname())
        assert ours.recv(10) == b"x"


def test_our_sockets_are_found_by_their_port() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as ours:
        ours.bind(("0.0.0.0", 0))
        port = ours.getsockname()[1]
        assert bound([port]) == {port: ours.fileno()}
    assert bound([port]) == {}


@pytest.mark.parametrize(("host", "networks"), [("192.0.2.7", ("192.0.2.7/32",)), ("no.such.host.invalid", ())])
def test_addresses_of_a_host(host: str, networks: tuple[str, ...]) -> None:
    assert addresses(host) == networks
