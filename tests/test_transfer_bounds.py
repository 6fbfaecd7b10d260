"""What holds between the carriers' patience and the dialogue's, and a transfer of which nothing more is heard."""

from __future__ import annotations

import asyncio

import pytest

from bot.dialogue.repair import TRANSFER_MARGIN_SECONDS
from bot.lines.carrier_settings import CarrierSettings
from bot.web.jambonz import VerbRemote
from bot.web.transfers import BEGIN_SECONDS, MOST_EXPECTED, TELLING_SECONDS, Expected, Transfer, Transfers, destination
from tests.test_socket_line import Peer, on_virtual_time
from voice.lines import Closed, LineError, Ring
from voice.lines.socket import Outcome
from voice.lines.streams import Facts

RING = Ring("smile", "", "jambonz", "c1", 8000)
WITH_EXTENSIONS = CarrierSettings("k", transfer="sip:{}@pbx.example.jp;transport=tcp")


def test_an_outcome_is_known_before_the_dialogue_gives_up() -> None:
    assert TELLING_SECONDS < TRANSFER_MARGIN_SECONDS


async def rung(transfer: Transfer) -> tuple[Outcome, float]:
    outcome = await transfer.ended()
    return outcome, asyncio.get_running_loop().time()


def test_a_transfer_of_which_nothing_more_is_heard_has_an_unknown_outcome() -> None:
    async def call() -> tuple[Outcome, float]:
        transfer = Transfer("+81398765432", 20.0)
        asyncio.get_running_loop().call_later(2.0, transfer.begun.set)
        return await rung(transfer)

    outcome, at = on_virtual_time(call)
    assert outcome == Outcome(Closed("lost"))
    assert 20.0 < at <= 20.0 + TELLING_SECONDS


def test_a_transfer_that_the_carrier_does_not_begin_has_failed_soon() -> None:
    async def call() -> float:
        peer = Peer()
        with pytest.raises(LineError, match="did not ask whom to ring"):
            await VerbRemote(WITH_EXTENSIONS, Transfers(), peer).transfer(RING, "101", 20.0)
        assert peer.sent == ['{"type":"disconnect"}']
        return asyncio.get_running_loop().time()

    assert on_virtual_time(call) == pytest.approx(BEGIN_SECONDS)


def test_a_socket_that_has_gone_cannot_be_let_go() -> None:
    class Gone(Peer):
        async def send(self, message: str | bytes) -> None:
            raise ConnectionError("the peer has gone")

    with pytest.raises(LineError, match="the socket has gone"):
        on_virtual_time(lambda: VerbRemote(WITH_EXTENSIONS, Transfers(), Gone()).transfer(RING, "101", 20.0))


@pytest.mark.parametrize(
    ("to", "settings", "rung"),
    [
        ("101", WITH_EXTENSIONS, "sip:101@pbx.example.jp;transport=tcp"),
        ("101", CarrierSettings("k"), ""),
        ("0398765432", CarrierSettings("k"), "+81398765432"),
        ("09012345678", WITH_EXTENSIONS, "+819012345678"),
        ("operators", WITH_EXTENSIONS, ""),
    ],
)
def test_only_what_a_carrier_can_ring_is_rung(to: str, settings: CarrierSettings, rung: str) -> None:
    assert destination(to, settings) == rung


def test_sockets_that_never_come_are_forgotten() -> None:
    expected = Expected()
    tickets = [expected.ticket(Facts(call_id=str(number))) for number in range(MOST_EXPECTED + 1)]
    assert expected.take(tickets[0]) is None
    assert expected.take(tickets[1]) == Facts(call_id="1")
    assert expected.take(tickets[1]) is None
