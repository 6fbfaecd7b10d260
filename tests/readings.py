"""What a network accepts, searched as a graph over katakana without any sound."""

from __future__ import annotations

from collections import defaultdict

from nlu.grammars.networks import Network


def readings(net: Network, said: str) -> list[list[tuple[str, str]]]:
    """All ways the network says `said`, cheapest first: (text, label) of their words."""
    following = defaultdict(list)
    for arc in net.arcs:
        following[arc.source].append(arc)
    finals, found = dict(net.finals), []
    ways: list[tuple[float, int, int, tuple[tuple[str, str], ...]]] = [(0.0, 0, 0, ())]
    best: dict[tuple[int, int], float] = {}
    while ways:
        ways.sort(key=lambda way: way[0])
        cost, state, place, words = ways.pop(0)
        if best.get((state, place), cost) < cost - 3.0:
            continue
        best.setdefault((state, place), cost)
        if state in finals and place == len(said):
            found.append((cost, words))
            if len(found) > 2:
                break
        for arc in following[state]:
            if said.startswith(arc.kana, place):
                more = (*words, (arc.text, arc.label)) if arc.text or arc.label else words
                ways.append((cost + arc.cost, arc.target, place + len(arc.kana), more))
    return [list(words) for _, words in sorted(found)]


def value(net: Network, said: str, label: str) -> str:
    ways = readings(net, said)
    return "".join(text for text, what in ways[0] if what.removeprefix("+") == label) if ways else "not accepted"
