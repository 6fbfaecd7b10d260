"""The SIP stack (baresip) as this package needs it: how it is set up, a call's sound without its exceptions, and the
first events of a call that we dial.

Rule: imported in the agent's process only, for its threads and its memory are not to be the call process's. Its jitter
buffer is off: of packets that are due together it plays the last and throws the others away, so that a hold-up of 60 ms
on the network, or in one of its own threads, cost the caller's words of that time; who listens rather has them late.
Leaves out: what is done with calls (`agent`, `call`).
"""

from __future__ import annotations

from collections import deque
from contextlib import suppress

from baresip import Account as StackAccount
from baresip import Config
from baresip.audio import CallAudio
from baresip.call import Call
from baresip.errors import AudioNotActive, AudioRestarted
from baresip.events import StackEvent

from voice.lines.sip.account import Account

CODECS = ("opus/16000/1", "g722/16000/1", "pcmu", "pcma")
"""The caller's order counts; wide ones at the rate at which we listen and speak."""
_READ_BYTES = 65_536
EARLY_EVENTS = 200
"""More than all calls together bring about while one `dial` comes back."""
_DIRECTIVES = """\
sip_listen {host}:{port}
sip_transports udp
rtp_ports {first}-{last}
audio_jitter_buffer_type off
opus_stereo no
opus_sprop_stereo no
opus_samplerate 16000
"""
HEADERS = ("To", "P-Asserted-Identity", "Remote-Party-ID", "Privacy", "Diversion", "History-Info", "P-Called-Party-ID")
"""Told with a call in case that its INVITE was too long to be traced."""


def config_of(account: Account) -> Config:
    """The stack's own cap on calls is off: calls that it leaks would count (capacity is ours to know)."""
    first, last = account.rtp_ports
    return Config(
        net_interface=account.listen_host,
        max_concurrent_calls=None,
        sip_trace=True,
        native_log_level="error",
        expose_headers=HEADERS,
        extra_config_text=_DIRECTIVES.format(
            host=account.listen_host, port=account.listen_port, first=first, last=last
        ),
    )


def account_of(account: Account) -> StackAccount:
    return StackAccount(
        user=account.user,
        domain=account.domain,
        password=account.password,
        auth_user=account.auth_user or None,
        reg_interval=account.register_seconds if account.register else 0,
        audio_codecs=CODECS,
        extra_params=("catchall=yes",),
    )


class Early:
    """What the stack tells of a call that we dial before `dial` is back with it, for nobody listens to the call until
    then: an answer, or a refusal, that comes within a millisecond would never be known."""

    def __init__(self) -> None:
        self._told: deque[StackEvent] = deque(maxlen=EARLY_EVENTS)

    def keep(self, event: StackEvent) -> None:
        """Any event of the stack."""
        if event.call:
            self._told.append(event)

    def replay(self, call: Call) -> None:
        """To the call itself and to who listens to it; at once after `dial`, before anything else can come."""
        for event in [each for each in self._told if each.call == call.handle]:
            call._on_stack_event(event)  # it has no other door


class StackStream:
    """A call's sound. A re-INVITE replaces the stack's streams: the next reading or writing finds the new ones."""

    def __init__(self, audio: CallAudio) -> None:
        self._audio = audio

    def read(self) -> bytes:
        try:
            return self._audio.read(_READ_BYTES)
        except (AudioNotActive, AudioRestarted):
            return b""

    def write(self, pcm: bytes) -> int:
        try:
            return self._audio.write(pcm)
        except (AudioNotActive, AudioRestarted):
            return 0

    def buffered(self) -> int:
        try:
            return self._audio.info().tx_buffered
        except (AudioNotActive, AudioRestarted):
            return 0

    def flush(self) -> None:
        with suppress(AudioNotActive, AudioRestarted):  # then there is nothing in it
            self._audio.flush_tx()

    def rate_hz(self) -> int:
        """0 = there is no sound yet."""
        try:
            return self._audio.info().rx_sample_rate
        except (AudioNotActive, AudioRestarted):
            return 0
