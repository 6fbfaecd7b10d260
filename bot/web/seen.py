"""What has come from a carrier so far, told to who wonders why no call arrives."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.lines.state import LastCall, LineState


@dataclass(slots=True)
class Seen:
    """Of one carrier, since the start."""

    name: str
    """As people write it."""
    webhook: str
    """Address to be entered at the carrier; a key in it is not shown."""
    asked: int = 0
    """Calls whose webhook was answered."""
    opened: int = 0
    """Sockets of calls."""
    unsigned: bool = False
    """The last request was not signed as it should be."""
    last: LastCall = field(default_factory=LastCall)

    def state(self) -> LineState:
        if self.unsigned:
            return LineState(
                self.name,
                "failed",
                f"{self.webhook} への直前の要求は署名が合いません。鍵と DENWABAN_PUBLIC_ORIGIN をご確認ください。",
            )
        if self.asked and not self.opened:
            return LineState(
                self.name,
                "failed",
                f"照会が {self.asked} 件来ましたが、音声の接続がまだ来ません。wss が外から通るか、ご確認ください。",
            )
        if not self.asked and not self.opened:
            return self.last.state(self.name, f"{self.webhook} への照会を待っています。まだ一度も来ていません。")
        return self.last.state(self.name, f"{self.webhook} で受けています。これまでに {self.opened} 件。")
