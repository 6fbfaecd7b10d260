"""Whether somebody calls for an authority, and what such calls hold."""

from __future__ import annotations

import pytest

from nlu.reasons import offices


@pytest.mark.parametrize(
    "name", ["横浜地方裁判所", "高津警察署", "環境省", "日本年金機構", "早瀬法律事務所", "保健所", "三鷹市役所"]
)
def test_an_office(name: str) -> None:
    assert offices.is_office(name)


@pytest.mark.parametrize(
    "name", ["省エネ商会", "みなみ信用金庫", "部品センター", "東商事", "庁舎サービス", "PTA実行委員会"]
)
def test_no_office(name: str) -> None:
    assert not offices.is_office(name)


def test_what_a_call_holds() -> None:
    assert offices.reference("令和八年のワの第四四〇号です") == "令和八年のワの第四四〇号"
    assert offices.deadline("明日の正午までにお返事を") == "明日の正午まで"
    assert offices.deadline("今月中にお願いします") == "今月中"
    assert offices.deadline("会議中にお電話しました") == ""
    assert offices.reference("特にございません") == offices.deadline("特にございません") == ""
    assert offices.plainly("えっと、四四一二になります") == "四四一二"
    assert offices.is_exact("四四一二です")
    assert not offices.is_exact("番号は特にありません")
