"""Encodings are found by how a text would read, however short it is."""

from __future__ import annotations

import random

import pytest

from ingest.encoding import NotText, decode_text

SIMPLIFIED = (
    "本机为家用净水壶，第一次使用前请用清水冲洗两遍。加水时不要超过最高水位，以免热水溢出烫伤。"
    "若电源线损坏，必须由厂家或维修站更换。清洁之前务必拔下插头，等机身完全冷却。指示灯不亮时，"
    "请检查插座是否有电。连续工作四小时后，建议休息十分钟。客户投诉时，应当先安抚情绪，再核对订单"
    "编号与购买日期。退货自签收之日起七日内可以办理，运费由买方承担。升级过程中切勿断电。"
)
TRADITIONAL = (
    "本機為家用淨水壺，第一次使用前請用清水沖洗兩遍。加水時不要超過最高水位，以免熱水溢出燙傷。"
    "若電源線損壞，必須由廠家或維修站更換。清潔之前務必拔下插頭，等機身完全冷卻。指示燈不亮時，"
    "請檢查插座是否有電。連續工作四小時後，建議休息十分鐘。客戶投訴時，應當先安撫情緒，再核對訂單"
    "編號與購買日期。退貨自簽收之日起七日內可以辦理，運費由買方承擔。升級過程中切勿斷電。"
)
JAPANESE = (
    "初めてお使いになる前に、きれいな水で二回すすいでください。水は線を超えないように入れます。"
    "電源コードが傷んだときは、販売店に交換を依頼してください。お手入れの前にはプラグを抜き、本体が"
    "冷めるまでお待ちください。ランプがつかないときは、コンセントを確認します。四時間使った後は、"
    "十分ほど休ませてください。返品は受け取りから七日以内に申請できます。更新中は電源を切らないで。"
)
KOREAN = (
    "처음 사용하기 전에 깨끗한 물로 두 번 헹구어 주십시오. 전원 코드가 손상된 경우에는 서비스 "
    "센터에 교환을 요청하십시오. 청소하기 전에 반드시 플러그를 뽑고 식을 때까지 기다리십시오. "
    "표시등이 켜지지 않으면 콘센트를 확인하십시오. 반품은 칠 일 이내에 신청할 수 있습니다."
)


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (SIMPLIFIED, "utf-8"),
        (SIMPLIFIED, "utf-8-sig"),
        (SIMPLIFIED, "gb18030"),
        (SIMPLIFIED, "utf-16"),
        (SIMPLIFIED, "utf-16-le"),
        (SIMPLIFIED, "utf-16-be"),
        (TRADITIONAL, "big5"),
        (TRADITIONAL, "gb18030"),
        (TRADITIONAL, "utf-16-be"),
        (JAPANESE, "cp932"),
        (JAPANESE, "euc_jp"),
        (JAPANESE, "utf-16-le"),
        (JAPANESE, "iso2022_jp"),
        (KOREAN, "euc_kr"),
    ],
)
@pytest.mark.parametrize(("length", "wanted"), [(20, 0.97), (60, 0.99)])
def test_even_a_line_of_text_is_read_in_its_encoding(
    text: str, encoding: str, length: int, wanted: float
) -> None:
    chosen = random.Random(7)
    starts = [chosen.randrange(len(text) - length) for _ in range(200)]
    parts = [text[start : start + length] for start in starts]
    right = sum(decode_text(part.encode(encoding)) == part for part in parts)
    assert right >= wanted * len(parts)


def test_words_far_behind_a_long_english_preface_decide_the_encoding() -> None:
    text = "This licence is long. " * 6000 + "\n" + SIMPLIFIED
    assert decode_text(text.encode("gb18030")) == text


@pytest.mark.parametrize(
    "text",
    [
        "Über die Größe des Gerätes können Sie sich im Handbuch informieren.",
        "L’appareil s’éteint après trente secondes – côté électrique, prix: 25 €.",
        "The unit runs at 25 °C ± 2 and the user’s manual says so.",
    ],
)
def test_western_letters_are_not_taken_for_chinese(text: str) -> None:
    assert decode_text(text.encode("cp1252")) == text


@pytest.mark.parametrize("size", [200, 5000])
def test_random_bytes_are_no_text(size: int) -> None:
    chosen = random.Random(1)
    for _ in range(50):
        with pytest.raises(NotText):
            decode_text(chosen.randbytes(size))


def test_an_empty_file_is_an_empty_text() -> None:
    assert decode_text(b"") == ""
