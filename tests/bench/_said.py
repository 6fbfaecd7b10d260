"""What synthetic callers say to measure the ear with: for each group of questions an utterance and what is in it.

Written apart from the grammars: an answer that no grammar lists counts as missed. Numbers follow the numbering plan,
with runs of one digit, each speaker's own readings, fillers and carriers; surnames are drawn by frequency ("name"),
from the rare listed ones, or put together of halves of listed ones to names in no list ("unlisted"; with companies
"free"); "other" is talk that no grammar covers.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from functools import cache

from nlu.grammars.spoken import given_names, surnames
from nlu.identity.email import reading, spelling
from nlu.identity.romaji import letters_of
from nlu.kana import canonical, morae
from nlu.tables import DATA, rows
from nlu.vocabulary import Person, Vocabulary

COMPANY = Vocabulary(
    "スマイル精工",
    "スマイルセイコウ",
    (
        Person("kurimoto", "栗本", "クリモト", "一郎", "イチロウ", "営業部", "部長"),
        Person("sato", "佐藤", "サトウ", "花子", "ハナコ", "総務部", ""),
        Person("takeda", "武田", "タケダ", "健", "ケン", "営業部", "課長"),
        Person("ono", "小野", "オノ", "美咲", "ミサキ", "経理部", ""),
        Person("oono", "大野", "オオノ", "誠", "マコト", "総務部", "部長"),
        Person("mizuno", "水野", "ミズノ", "次郎", "ジロウ", "品質管理課", "課長"),
    ),
    (("営業部", "エイギョウブ"), ("総務部", "ソウムブ"), ("経理部", "ケイリブ"), ("品質管理課", "ヒンシツカンリカ")),
    words=(
        ("初診", "ショシン"), ("定期健診", "テイキケンシン"), ("歯のクリーニング", "ハノクリーニング"),
        ("カットとカラー", "カットトカラー"), ("パーマ", "パーマ"), ("個室のコース", "コシツノコース"),
        ("テーブル席", "テーブルセキ"), ("精密研削盤", "セイミツケンサクバン"), ("油圧プレス", "ユアツプレス"),
        ("ホワイトニング", "ホワイトニング"), ("矯正の相談", "キョウセイノソウダン"), ("着付け", "キツケ"),
    ),
)  # fmt: skip
WAYS = (
    ("ゼロ", "ゼロ", "レイ", "マル"), ("イチ",), ("ニー", "ニー", "ニ"), ("サン",), ("ヨン", "ヨン", "ヨン", "シー"),
    ("ゴー", "ゴー", "ゴ"), ("ロク",), ("ナナ", "ナナ", "ナナ", "シチ"), ("ハチ",),
    ("キュー", "キュー", "キュー", "ク"),
)  # fmt: skip
PLANS = (
    (("090", (4, 4)), ("080", (4, 4)), ("070", (4, 4))),
    (("03", (4, 4)), ("06", (4, 4))),
    (("0", (2, 3, 4)), ("0", (3, 2, 4))),
)
RUN = 0.25
"""How often a digit is the one before it once more."""
LEADS = ("", "", "", "", "えーと、", "えっと", "はい、", "あ、", "電話番号は", "番号は、", "えー、", "携帯が")
ENDS = ("", "", "です", "です", "になります", "でお願いします", "ですけど", "でございます", "ですね")
BEFORE_NAMES = ("", "", "", "はい、", "えーと", "私、", "あ、", "青葉商事の", "東西運輸の", "株式会社ミライの")
AFTER_NAMES = (
    "です",
    "です",
    "と申します",
    "と申しますが",
    "といいます",
    "ですけど",
    "でございます",
    "",
    "ですけれども",
)
BEFORE_STAFF = (
    "", "", "{department}の", "{department}の", "えーと、", "すみません、", "お世話になっております、",
    "{department}の",
)  # fmt: skip
WISHES = (
    "いらっしゃいますか", "お願いします", "はいらっしゃいますでしょうか", "お願いできますか", "はおいででしょうか",
    "に代わっていただけますか", "をお願いしたいんですが",
)  # fmt: skip
ANSWERS = {
    "yes": (
        "はい", "はい", "はい、そうです", "ええ、そうです", "はい、結構です", "はい、お願いします", "そうです", "ええ",
        "はいはい", "合ってます", "はい、合ってます", "大丈夫です", "はい、大丈夫です", "間違いないです",
        "はい、間違いありません", "それでお願いします", "はい、それでお願いします", "はい、その通りです",
        "ええ、結構です",
        "あ、はい", "えーと、はい、そうです", "ええ、それで合ってます", "はい、よろしくお願いいたします",
    ),
    "no": (
        "いいえ", "いえ", "いえ、違います", "いいえ、違います", "違います", "あ、違います", "ちょっと違います",
        "いや、違うんですけど", "そうじゃないです", "いや、違います", "間違ってます", "違いますね", "それは違います",
        "いえ、そうではありません", "あの、違うんですけど", "いいえ、そうじゃないです",
    ),
    "repeat": (
        "もう一度お願いします", "すみません、もう一度お願いします", "もう一回言ってください", "え、なんですか",
        "聞こえませんでした", "もう一度言っていただけますか", "ちょっと聞き取れませんでした",
        "今なんておっしゃいました",
        "すみません、もう一回お願いします", "もう少しゆっくりお願いします", "よく聞こえなかったんですけど",
    ),
    "hold": (
        "ちょっと待ってください", "少々お待ちください", "ちょっとお待ちください", "あ、ちょっと待って",
        "すみません、ちょっと待ってください", "少し待ってもらえますか", "今確認します", "ちょっと確認しますね",
        "えっと、待ってください", "お待ちください", "待ってくださいね", "今メモしますので待ってください",
    ),
}  # fmt: skip
DAYS = ("今日", "明日", "明後日", "あさって", "来週の{w}曜日", "来週の{w}曜", "今週の{w}曜日", "さ来週の{w}曜日",
        "今度の{w}曜日", "{m}月{d}日", "{m}月{d}日", "{d}日", "来月の{d}日", "{w}曜日", "三日後", "来週末")  # fmt: skip
PARTS = ("", "", "", "午前", "午後", "夜の", "朝の", "夕方の", "お昼の")
MINUTES = ("", "", "", "半", "十五分", "三十分", "ごろ", "過ぎ")
FOR_WHOM = ("", "", "", "に{p}名で", "に{p}人で", "、{p}名", "で{p}人")
AFTER_DAYS = ("", "", "でお願いします", "でお願いしたいんですが", "に予約したいんですけど", "がいいんですけど", "です",
              "は空いてますか", "に伺いたいんですが", "ですね")  # fmt: skip
BEFORE_DAYS = ("", "", "", "えーと、", "えっと、", "じゃあ、", "はい、", "そうですね、", "できれば")
PARTIES = ("{p}名です", "{p}人です", "{p}名でお願いします", "{p}人で", "大人{p}人と子ども{c}人です",
           "えーと、{p}名になります",
           "大人{p}名、子ども{c}名です", "全部で{p}人です", "{p}名様で", "{p}人か{q}人です")  # fmt: skip
NUMERALS = "〇 一 二 三 四 五 六 七 八 九 十 十一 十二".split()  # noqa: SIM905
TALK = (
    "昨日注文した部品がまだ届かないのですが", "駅から歩いて何分くらいかかりますか",
    "見積書の金額が違っているようなのですが",
    "先日の展示会についての資料を送りました", "そちらの営業時間を教えてください",
    "子どもが熱を出しまして相談したいんです",
    "電気代の見直しのご案内でお電話しました", "道に迷ってしまって今駅前にいます", "社長さんはゴルフがお好きでしたよね",
    "隣の工事の音がうるさくて困っています", "部品の型番がよく分からないのですが", "キャンセル料はかかりますか",
    "先週お願いした件はどうなりましたか", "お店は何階にありますか", "ホームページを見てお電話しています",
    "駐車場は近くにありますか", "ポイントカードは使えますか", "荷物が壊れて届いたんですけど",
    "求人の広告を見たのですがまだ募集していますか", "請求書をもう一度送ってほしいんですが",
    "犬を連れて行ってもいいですか",
    "領収書の宛名を変えてもらえますか", "機械が止まってしまって動かないんです", "納期を早めることはできますか",
    "資料を郵送してもらうことはできますか", "前に担当だった方は辞めたと聞きました", "雨で道路が混んでいて遅れそうです",
    "インターネットの回線を安くするお話です", "その商品はどこで売っていますか",
    "返品したいんですけどどうすればいいですか",
)  # fmt: skip
TRADES = ("info", "sales", "shop", "office", "support", "contact", "recruit", "order", "mail", "web")
PROVIDERS = ("gmail.com",) * 5 + ("yahoo.co.jp",) * 3 + ("icloud.com", "docomo.ne.jp", "outlook.jp", "nifty.com")
FIRMS = ("aoba", "mirai", "tozai", "smile", "sakura-web", "hikari", "yamato", "nagomi", "midori", "asahi",
         "kitano-k", "hoshino", "kaede", "nihon-tech", "maruya", "fuji-denki")  # fmt: skip
HOSTS = ("co.jp", "co.jp", "co.jp", "com", "com", "jp", "ne.jp", "net", "or.jp")
CHARACTERS = (
    ("田んぼの田に中心の中です", "田中"), ("山川の山に本と書きます", "山本"), ("江戸の江に川", "江川"),
    ("高い低いの高に橋です", "高橋"), ("きへんの松に田んぼの田です", "松田"), ("石川県の石に井戸の井です", "石井"),
    ("大きい小さいの小に林です", "小林"), ("森林の森に田んぼの田です", "森田"), ("西東の西に村です", "西村"),
    ("青い空の青に木です", "青木"), ("中央の中に野原の野です", "中野"), ("三本川の川に口です", "川口"),
)  # fmt: skip
WORDS = "ア:朝日 イ:いろは ウ:上野 エ:英語 オ:大阪 カ:為替 キ:切手 ク:クラブ ケ:景色 コ:子ども サ:桜 シ:新聞 ス:すずめ セ:世界 ソ:そろばん タ:煙草 チ:千鳥 ツ:つるかめ テ:手紙 ト:東京 ナ:名古屋 ニ:日本 ノ:野原 ハ:はがき ヒ:飛行機 フ:富士山 マ:マッチ ミ:三笠 ム:無線 メ:明治 モ:もみじ ヤ:大和 ヨ:吉野 ラ:ラジオ リ:りんご ル:留守居 レ:れんげ ワ:わらび"  # noqa: E501
ALPHABET = dict(pair.split(":") for pair in WORDS.split())
Drawn = tuple[str, str]
"""What is said, as it is read aloud, and what shall be found in it; "" = what the written words mean."""


def drawn() -> dict[str, Callable[[random.Random], Drawn]]:
    """By group."""
    return {
        "number": _number, "answer": _answer, "staff": _staff, "name": _name, "when": _when, "party": _party,
        "rare": _rare, "unlisted": _unlisted, "full": _full, "kana": _kana,
        "characters": lambda chance: chance.choice(CHARACTERS), "email": _email, "own": _own,
        "free": _free, "other": lambda chance: (chance.choice(TALK), ""),
    }  # fmt: skip


def _run(chance: random.Random, size: int) -> list[int]:
    digits: list[int] = []
    for _ in range(size):
        digits.append(digits[-1] if digits and chance.random() < RUN else chance.randrange(10))
    return digits


def _number(chance: random.Random) -> Drawn:
    prefix, sizes = chance.choice(chance.choices(PLANS, (5, 2, 3))[0])
    head, joined = [int(digit) for digit in prefix], prefix == "0"
    groups = [_run(chance, size) for size in sizes]
    groups = [head + groups[0], *groups[1:]] if joined else [head, *groups]
    style = [chance.choice(ways) for ways in WAYS]
    said = [
        "".join(style[digit] if chance.random() < 0.85 else chance.choice(WAYS[digit]) for digit in group)
        for group in groups
    ]
    text = chance.choice(("の", "の", "、", "、", "の、", "")).join(said)
    return chance.choice(LEADS) + text + chance.choice(ENDS), "".join(str(digit) for group in groups for digit in group)


def _answer(chance: random.Random) -> Drawn:
    kind = chance.choice(sorted(ANSWERS))
    return chance.choice(ANSWERS[kind]), kind


def _staff(chance: random.Random) -> Drawn:
    person = chance.choice(COMPANY.staff)
    lead = chance.choice(BEFORE_STAFF).format(department=person.department)
    name = person.family_kana + (person.given_kana if chance.random() < 0.12 else "")
    title = chance.choice(("さん", "様", person.title or "さん"))
    return lead + name + title + chance.choice(WISHES), person.family


def _named(chance: random.Random, name: str) -> Drawn:
    return chance.choice(BEFORE_NAMES) + name + chance.choice(AFTER_NAMES), name


def _name(chance: random.Random) -> Drawn:
    listed = surnames().items
    return _named(chance, chance.choices(listed, [math.exp(-cost) for _, _, cost in listed])[0][0])


def _rare(chance: random.Random) -> Drawn:
    return _named(chance, chance.choice(surnames().items[300:8000])[0])


@cache
def _halves(names: tuple[str, ...]) -> list[tuple[str, str]]:
    """The first two morae of longer words, and what follows."""
    cut = [morae(name) for name in names]
    return [("".join(name[:2]), "".join(name[2:])) for name in cut if 4 <= len(name) <= 6 and name[2] not in "ーッン"]


def _strange(chance: random.Random, names: tuple[str, ...]) -> str:
    """A word in no list, of the first half of one that is and the other half of another."""
    while True:
        (first, _), (_, second) = chance.sample(_halves(names), 2)
        if canonical(first + second) not in _listed(names):
            return first + second


@cache
def _listed(names: tuple[str, ...]) -> frozenset[str]:
    return frozenset(canonical(name) for name in (*names, *(name for name, _, _ in surnames().items)))


@cache
def _names() -> tuple[str, ...]:
    return tuple(name for name, _, _ in surnames().items[:3000])


@cache
def _heads() -> tuple[str, ...]:
    return tuple(kana for kana, *_ in rows(DATA / "spoken_heads.tsv"))


def _unlisted(chance: random.Random) -> Drawn:
    return _named(chance, _strange(chance, _names()))


def _full(chance: random.Random) -> Drawn:
    family, given = surnames().items, given_names().items
    one = chance.choices(family, [math.exp(-cost) for _, _, cost in family])[0][0]
    other = chance.choices(given, [math.exp(-cost) for _, _, cost in given])[0][0]
    return chance.choice(("", "", "はい、", "えーと")) + one + chance.choice(("", "、")) + other + chance.choice(
        AFTER_NAMES
    ), one + other


def _when(chance: random.Random) -> Drawn:
    day = chance.choice(DAYS).format(
        w=chance.choice("月火水木金土日"), m=chance.randint(1, 12), d=chance.randint(1, 28)
    )
    hour = chance.choice(PARTS)
    low, high = {"午前": (9, 11), "朝の": (8, 10), "午後": (1, 7), "夜の": (6, 9), "夕方の": (4, 6)}.get(hour, (9, 20))
    time = "" if chance.random() < 0.15 else f"{hour}{chance.randint(low, high)}時{chance.choice(MINUTES)}"
    party = chance.choice(FOR_WHOM).format(p=NUMERALS[chance.randint(1, 10)])
    joint = chance.choice(("の", "、", "の")) if time else ""
    return chance.choice(BEFORE_DAYS) + day + joint + time + party + chance.choice(AFTER_DAYS), ""


def _party(chance: random.Random) -> Drawn:
    many = chance.randint(1, 11)
    few = chance.randint(1, 4)
    said = chance.choice(PARTIES).format(p=NUMERALS[many], q=NUMERALS[many + 1], c=NUMERALS[few])
    return chance.choice(("", "", "えーと、", "はい、")) + said, ""


def _kana(chance: random.Random) -> Drawn:
    name = chance.choices(surnames().items, [math.exp(-cost) for _, _, cost in surnames().items])[0][0]
    parts = list(name)
    spelt = all(part in ALPHABET for part in parts) and chance.random() < 0.6
    said = "、".join(f"{ALPHABET[part]}の{part}" if spelt else part for part in parts)
    return said + chance.choice(("", "", "です")), name


def _email(chance: random.Random) -> Drawn:
    """A person's or an office's address; what has a long vowel is spelt, since nobody could hear how it is written."""
    listed = surnames().items[:1000]
    name = chance.choices(listed, [math.exp(-cost) for _, _, cost in listed])[0][0]
    letters = letters_of(name)
    initial = chance.choice("abcdefghijklmnoprstuvwy")
    local = chance.choice((
        letters, letters, f"{initial}.{letters}", f"{initial}-{letters}", f"{letters}.{initial}",
        letters + "".join(str(digit) for digit in _run(chance, 2)), chance.choice(TRADES), f"{initial}{letters}",
    ))  # fmt: skip
    home = chance.random() < 0.5
    host = chance.choice(PROVIDERS) if home else f"{chance.choice(FIRMS)}.{chance.choice(HOSTS)}"
    spelt = chance.random() < 0.3 or any(pair in letters for pair in ("oo", "ou", "uu")) or local == initial + letters
    said = [*(spelling(local) if spelt else reading(local)), "アットマーク"]
    said += spelling(host) if not home and chance.random() < 0.3 else reading(f"x@{host}")[2:]
    return "、".join(said) + chance.choice(("", "です", "になります")), f"{local}@{host}"


def _own(chance: random.Random) -> Drawn:
    word = chance.choice(COMPANY.words)[0]
    before = chance.choice(("", "", "えーと、", "はい、", "あの"))
    return before + word + chance.choice(("でお願いします", "です", "をお願いします", "がいいです", "")), word


def _free(chance: random.Random) -> Drawn:
    word = _strange(chance, _names() if chance.random() < 0.5 else _heads())
    return word + chance.choice(("", "です", "と申します")), word
