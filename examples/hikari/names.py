"""Names for invented people: common family and given names with their readings, combined by chance.

Never: a real person's name on purpose; a reading by guesswork.
"""

from random import Random

_FAMILY = """
佐藤 サトウ|鈴木 スズキ|高橋 タカハシ|田中 タナカ|伊藤 イトウ|渡辺 ワタナベ|山本 ヤマモト|中村 ナカムラ
小林 コバヤシ|加藤 カトウ|吉田 ヨシダ|山田 ヤマダ|佐々木 ササキ|山口 ヤマグチ|松本 マツモト|井上 イノウエ
木村 キムラ|斎藤 サイトウ|清水 シミズ|山崎 ヤマザキ|森 モリ|池田 イケダ|橋本 ハシモト|阿部 アベ
石川 イシカワ|山下 ヤマシタ|中島 ナカジマ|石井 イシイ|小川 オガワ|前田 マエダ|岡田 オカダ|長谷川 ハセガワ
藤田 フジタ|後藤 ゴトウ|近藤 コンドウ|村上 ムラカミ|遠藤 エンドウ|坂本 サカモト|福田 フクダ|太田 オオタ
西村 ニシムラ|藤井 フジイ|金子 カネコ|岡本 オカモト|藤原 フジワラ|三浦 ミウラ|中野 ナカノ|原田 ハラダ
松田 マツダ|竹内 タケウチ|上野 ウエノ|田村 タムラ|中山 ナカヤマ|和田 ワダ|石田 イシダ|森田 モリタ
小島 コジマ|柴田 シバタ|原 ハラ|酒井 サカイ|工藤 クドウ|横山 ヨコヤマ|宮崎 ミヤザキ|宮本 ミヤモト
内田 ウチダ|高木 タカギ|谷口 タニグチ|安藤 アンドウ|丸山 マルヤマ|大野 オオノ|今井 イマイ|河野 コウノ
藤本 フジモト|村田 ムラタ|武田 タケダ|上田 ウエダ|杉山 スギヤマ|増田 マスダ|平野 ヒラノ|大塚 オオツカ
千葉 チバ|久保 クボ|松井 マツイ|岩崎 イワサキ|野口 ノグチ|松尾 マツオ|菊地 キクチ|木下 キノシタ
野村 ノムラ|新井 アライ|古川 フルカワ|浜田 ハマダ|水野 ミズノ|小松 コマツ|島田 シマダ|桜井 サクライ
高野 タカノ|川口 カワグチ|吉川 ヨシカワ|星野 ホシノ
"""
_GIRLS = """
陽菜 ヒナ|結衣 ユイ|葵 アオイ|凛 リン|結菜 ユイナ|さくら サクラ|莉子 リコ|美咲 ミサキ
芽依 メイ|心春 コハル|杏 アン|咲良 サクラ|花音 カノン|琴音 コトネ|美月 ミツキ|彩花 アヤカ
ひかり ヒカリ|優奈 ユウナ|楓 カエデ|千尋 チヒロ|紬 ツムギ|澪 ミオ|栞 シオリ|小春 コハル
茜 アカネ|桃子 モモコ|真央 マオ|ゆずは ユズハ|七海 ナナミ|和奏 ワカナ|すみれ スミレ|日和 ヒヨリ
理子 リコ|詩織 シオリ|朱里 アカリ|瑞希 ミズキ|百花 モモカ|つばさ ツバサ|史帆 シホ|夏帆 カホ
"""
_BOYS = """
蓮 レン|陽翔 ハルト|湊 ミナト|蒼 アオ|悠真 ユウマ|樹 イツキ|大和 ヤマト|颯太 ソウタ
陸 リク|悠人 ユウト|海斗 カイト|健太 ケンタ|翔太 ショウタ|拓海 タクミ|朝陽 アサヒ|新 アラタ
律 リツ|奏太 ソウタ|瑛太 エイタ|隼人 ハヤト|大輝 ダイキ|駿 シュン|圭吾 ケイゴ|智也 トモヤ
直樹 ナオキ|航 ワタル|涼介 リョウスケ|誠 マコト|匠 タクミ|宗介 ソウスケ|一樹 カズキ|慎之介 シンノスケ
光希 コウキ|友哉 トモヤ|遥斗 ハルト|歩 アユム|修平 シュウヘイ|こうた コウタ|文哉 フミヤ|晴 ハル
"""
_PARENTS = """
真由美 マユミ|恵 メグミ|智子 トモコ|裕子 ユウコ|久美子 クミコ|直美 ナオミ|香織 カオリ|由香 ユカ
美穂 ミホ|亜希子 アキコ|綾 アヤ|千春 チハル|典子 ノリコ|麻衣 マイ|さゆり サユリ|健一 ケンイチ
浩二 コウジ|大介 ダイスケ|哲也 テツヤ|秀樹 ヒデキ|雅人 マサト|隆 タカシ|洋平 ヨウヘイ|正樹 マサキ
徹 トオル|純一 ジュンイチ|博之 ヒロユキ|聡 サトシ|孝 タカシ|英明 ヒデアキ
"""

Name = tuple[str, str]  # as written, and its reading in katakana


def _read(text: str) -> tuple[Name, ...]:
    pairs = (entry.split(" ") for line in text.split() and text.strip().splitlines() for entry in line.split("|"))
    return tuple((written, kana) for written, kana in pairs)


FAMILY, GIRLS, BOYS, PARENTS = _read(_FAMILY), _read(_GIRLS), _read(_BOYS), _read(_PARENTS)


def family(chance: Random) -> Name:
    """A family name; those at the head of the list come more often, as they do."""
    return FAMILY[int(chance.random() ** 1.6 * len(FAMILY))]


def child(chance: Random, sex: str, besides: set[str]) -> Name:
    """A child's given name that none of its siblings has."""
    names = GIRLS if sex == "female" else BOYS
    return chance.choice([name for name in names if name[0] not in besides])


def parent(chance: Random, besides: set[str]) -> Name:
    """A grown-up's given name."""
    return chance.choice([name for name in PARENTS if name[0] not in besides])
