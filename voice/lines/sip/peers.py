"""Known peers only: a packet filter on our own sockets, by which a stranger's packets never leave the kernel.

Rule: the stack behind the socket holds sockets and memory for some broken calls for ever, and a stranger's packet on a
media port silences a caller; so who may send is decided before anything is parsed. The filter is classic BPF, which
needs no privilege. Where the system has none (it is no Linux), the firewall must do it, and the log says so once.
Leaves out: IPv6.

Source: socket(7), the kernel's networking/filter documentation (SO_ATTACH_FILTER, the network header's offset).
"""

from __future__ import annotations

import ctypes
import ipaddress
import os
import socket
import struct
from collections.abc import Iterable, Sequence

LOOPBACK = "127.0.0.0/8"
_SOURCE = 0x100000000 - 0x100000 + 12
"""Of a packet: the network header's offset for the filter, and the source address in an IPv4 header."""
_LOAD, _AND, _EQUAL, _RETURN = 0x20, 0x54, 0x15, 0x06
_ALL = 0xFFFFFFFF


def program(networks: Iterable[str]) -> bytes:
    """Instructions that let through what comes from one of these IPv4 networks, and nothing else."""
    made = []
    for network in map(ipaddress.IPv4Network, networks):
        made += [
            _instruction(_LOAD, _SOURCE),
            _instruction(_AND, int(network.netmask)),
            _instruction(_EQUAL, int(network.network_address), otherwise=1),
            _instruction(_RETURN, _ALL),
        ]
    return b"".join([*made, _instruction(_RETURN, 0)])


def _instruction(code: int, value: int, otherwise: int = 0) -> bytes:
    """`otherwise`: instructions to pass over where a comparison fails."""
    return struct.pack("=HBBI", code, 0, otherwise, value)


def admit(descriptor: int, networks: Sequence[str]) -> bool:
    """From now on this socket takes packets from those networks only; False: this system cannot do that."""
    option = getattr(socket, "SO_ATTACH_FILTER", 26)
    instructions = program(networks)
    held = ctypes.create_string_buffer(instructions, len(instructions))
    told = struct.pack("@HL", len(instructions) // 8, ctypes.addressof(held))
    with socket.socket(fileno=os.dup(descriptor)) as ours:
        try:
            ours.setsockopt(socket.SOL_SOCKET, option, told)
        except OSError:
            return False
    return True


def bound(ports: Iterable[int]) -> dict[int, int]:
    """Descriptors of this process's UDP sockets by port, for those ports."""
    wanted, found = set(ports), {}
    for name in os.listdir("/proc/self/fd"):
        try:
            if not os.readlink(f"/proc/self/fd/{name}").startswith("socket:"):
                continue
            with socket.socket(fileno=os.dup(int(name))) as ours:
                if ours.type == socket.SOCK_DGRAM and ours.family in (socket.AF_INET, socket.AF_INET6):
                    port = ours.getsockname()[1]
                    if port in wanted:
                        found[port] = int(name)
        except OSError:
            continue  # it was closed meanwhile
    return found


def addresses(host: str) -> tuple[str, ...]:
    """IPv4 networks of one address each; empty where the name is not known now."""
    try:
        found = socket.getaddrinfo(host, None, socket.AF_INET, socket.SOCK_DGRAM)
    except OSError:
        return ()
    return tuple(dict.fromkeys(f"{each[4][0]}/32" for each in found))
