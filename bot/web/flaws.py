"""What is told to people who want an account as it cannot be."""

from __future__ import annotations

from collections.abc import Mapping

from bot.access.passwords import LEAST, MOST
from bot.access.user import Flaw

FLAWS: Mapping[Flaw, str] = {
    Flaw.KEY: "ログイン名は、小文字の英数字で始め、英数字と . _ @ + - だけで64文字までにしてください。",
    Flaw.NAME: "名前を60文字までで入力してください。",
    Flaw.ROLE: "役割を選んでください。",
    Flaw.TAKEN: "そのログイン名は、すでに使われています。",
    Flaw.NOBODY: "そのアカウントは見つかりません。",
    Flaw.NO_COMPANY: "担当する会社を選んでください。",
    Flaw.ONE_COMPANY: "会社の利用者が見られるのは、1社だけです。会社を1つ選んでください。",
    Flaw.COMPANY: "その会社は見つかりません。",
    Flaw.CAPACITY: "同時に受ける件数は、0から9までで入力してください。",
    Flaw.SHORT: f"パスワードは{LEAST}文字以上にしてください。",
    Flaw.LONG: f"パスワードは{MOST}文字までにしてください。",
    Flaw.COMMON: "そのパスワードは推測されやすいため使えません。別のものにしてください。",
    Flaw.LAST_ADMIN: "管理者がいなくなるため、この操作はできません。先に別の管理者を追加してください。",
}
