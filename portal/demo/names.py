"""Names in the forms that residence cards show: capitals, and for some the kanji beside them.

Parts are common ones, put together by chance. Nobody in particular is meant.
"""

from collections.abc import Callable
from random import Random

_Pairs = tuple[tuple[str, str], ...]


def _words(text: str) -> tuple[str, ...]:
    """The names of a list; “~” is a blank within one name."""
    return tuple(text.split())


def _pairs(text: str) -> _Pairs:
    """“WANG=王 LI=李” as pairs of letters and kanji (or hangul)."""
    return tuple((one.partition("=")[0], one.partition("=")[2]) for one in text.split())


_CHINESE_FAMILY = _pairs(
    "WANG=王 LI=李 ZHANG=张 LIU=刘 CHEN=陈 YANG=杨 ZHAO=赵 HUANG=黄 ZHOU=周 WU=吴 XU=徐 SUN=孙 "
    "HU=胡 ZHU=朱 GAO=高 LIN=林 HE=何 GUO=郭 MA=马 LUO=罗 OUYANG=欧阳 JIN=金 LYU=吕 PIAO=朴"
)
_CHINESE_GIVEN = _pairs(
    "NA=娜 WEI=伟 FANG=芳 MIN=敏 JING=静 QIANG=强 LEI=磊 YANG=洋 YONG=勇 JIE=杰 XIAOMING=晓明 "
    "JIAHUI=佳慧 YUXUAN=宇轩 ZIHAN=子涵 MENGYAO=梦瑶 HAORAN=浩然 XINYI=欣怡 JIANGUO=建国 "
    "XIULAN=秀兰 GUIYING=桂英 TIANYU=天宇 SIQI=思琪 RUOXI=若曦 ZHIYUAN=志远"
)
_TAIWANESE_FAMILY = _pairs(
    "CHEN=陳 LIN=林 HUANG=黃 CHANG=張 LEE=李 WANG=王 WU=吳 LIU=劉 TSAI=蔡 YANG=楊 HSU=許 CHENG=鄭"
)
_TAIWANESE_GIVEN = _pairs(
    "CHIH-HAO=志豪 YA-TING=雅婷 CHIA-LING=佳玲 CHUN-CHIEH=俊傑 SHU-FEN=淑芬 YI-CHUN=怡君 "
    "TSUNG-HAN=宗翰 PEI-SHAN=佩珊 KUAN-YU=冠宇 HSIN-YI=欣怡 MEI-HUI=美惠 PO-HAN=柏翰"
)
_KOREAN_FAMILY = _pairs(
    "KIM=金 LEE=李 PARK=朴 CHOI=崔 JUNG=鄭 KANG=姜 CHO=趙 YOON=尹 JANG=張 LIM=林 HAN=韓 SHIN=申"
)
_KOREAN_GIVEN = _pairs(
    "MINJUN=敏俊 SEOYEON=瑞妍 JIHOON=志勳 YOUNGSOO=英洙 EUNJI=銀智 SUNGMIN=成民 HYEJIN=惠珍 "
    "DONGHYUN=東賢 JIWOO=智友 MIKYUNG=美京 SOOJIN=秀珍 TAEYANG=太陽"
)
_KOREAN_HANGUL = dict(
    _pairs(
        "KIM=김 LEE=이 PARK=박 CHOI=최 JUNG=정 KANG=강 CHO=조 YOON=윤 JANG=장 LIM=임 HAN=한 "
        "SHIN=신 MINJUN=민준 SEOYEON=서연 JIHOON=지훈 YOUNGSOO=영수 EUNJI=은지 SUNGMIN=성민 "
        "HYEJIN=혜진 DONGHYUN=동현 JIWOO=지우 MIKYUNG=미경 SOOJIN=수진 TAEYANG=태양"
    )
)
_VIETNAMESE = (
    _words("NGUYEN NGUYEN NGUYEN TRAN TRAN LE LE PHAM HOANG PHAN VU DANG BUI DO HO NGO DUONG LY"),
    _words("THI THI VAN VAN DUC MINH THANH QUOC NGOC HONG"),
    _words(
        "HUONG LINH LAN THAO TRANG MAI NAM HUNG DUNG TUAN HIEU LONG QUAN PHUONG YEN HA SON DAT "
        "NHUNG ANH KHANH VY"
    ),
)
_FILIPINO = (
    _words("SANTOS REYES CRUZ BAUTISTA OCAMPO GARCIA MENDOZA TORRES CASTILLO DELA~CRUZ VILLANUEVA"),
    _words("MARIA JOSE MARK JENNY ANGELICA CHRISTIAN ROWENA JOY MICHAEL GRACE ROSALIE EDUARDO"),
)
_NEPALI = (
    _words("SHRESTHA TAMANG GURUNG THAPA RAI MAGAR ADHIKARI KARKI BHANDARI SHERPA KHADKA BASNET"),
    _words("BISHNU SITA RAMESH SUNITA PRAKASH ANJALI DIPAK SARITA KIRAN NABIN PUJA BIKASH PEMBA"),
    _words("BAHADUR KUMAR KUMARI MAYA PRASAD DEVI"),
)
_INDONESIAN = (
    _words(
        "SUHARTONO WAHYUNI SULASTRI SUPRIYADI HARTATI MULYONO KUSNADI RATNAWATI SUGIANTO YULIANA"
    ),
    _words("SITI MUHAMMAD DEWI AHMAD NUR PUTRI RIZKY BUDI AGUS INDAH KADEK WAYAN EKA FITRI"),
    _words("PRATAMA NURHALIZAH SETIAWAN LESTARI HIDAYAT SAPUTRA RAHAYU WIBOWO SARI FIRMANSYAH"),
)
_BRAZILIAN = (
    _words("DA~SILVA DOS~SANTOS OLIVEIRA SOUZA PEREIRA LIMA FERREIRA COSTA ALMEIDA NASCIMENTO"),
    _words("TANAKA SATO YAMAMOTO NAKAMURA HIGA OSHIRO WATANABE KOBAYASHI MIYASHIRO"),
    _words(
        "LUIZ ANA CARLOS MARCIA RODRIGO FERNANDA PAULO JULIANA EDUARDO PATRICIA GABRIEL BEATRIZ"
    ),
    _words("HENRIQUE CAROLINA AUGUSTO CRISTINA EIJI KAZUMI AKEMI YUKIO APARECIDA"),
)
_MYANMAR = _words(
    "AUNG KYAW MOE HLA THIDA WIN SU MYAT NYEIN CHAN ZAW MIN THU EI PHYO KHIN MAR SOE YADANAR HTET"
)
_SRI_LANKAN = (
    _words(
        "WARNAKULASURIYA HETTIARACHCHIGE RAJAPAKSHA MUDIYANSELAGE KURUPPU ARACHCHIGE "
        "WICKRAMASINGHE PATABENDIGE GAMAGE DISSANAYAKE HERATH KANKANAMGE"
    ),
    _words("ISHARA DILHANI NUWAN CHAMINDA THARUSHI KASUN SANDUNI LAHIRU MADHAVI RUWAN"),
    _words("FERNANDO PERERA SILVA BANDARA JAYASINGHE KUMARA GUNAWARDENA SENEVIRATNE"),
)
_AMERICAN = (
    _words("SMITH JOHNSON WILLIAMS O'BRIEN MILLER GARCIA-LOPEZ ANDERSON LEE TAYLOR DAVIS NGUYEN"),
    _words("JOHN EMILY MICHAEL SARAH DAVID JESSICA KEVIN LAURA DANIEL HANNAH TYLER MEGAN"),
    _words("MICHAEL ANN JAMES ELIZABETH LEE MARIE ROBERT GRACE"),
)
_THAI = (
    _words(
        "SRISUWANNAPHONG CHAROENWONGSAKUL WATTANAKITTIPAISARN THONGCHAI PHROMMA SAELIM "
        "RATTANAPORNSOMPONG KAEWKLA INTHARAPRASIT BOONMEE"
    ),
    _words("THANAPORN SOMCHAI PIMCHANOK NATTAPONG SIRIPORN KITTISAK WARAPORN ANAN MALEE SUPATRA"),
)
_PERUVIAN = (
    _words("QUISPE HUAMAN FLORES RODRIGUEZ SANCHEZ MAMANI ROJAS VASQUEZ RAMOS"),
    _words("YAMASHIRO HIGA NAKASONE SHIMABUKURO CONDORI CHAVEZ TORRES DIAZ"),
    _words("JOSE ROSA LUIS CARMEN MIGUEL JULIA JORGE MILAGROS VICTOR GLADYS"),
    _words("ALBERTO LUISA ANTONIO ELENA ENRIQUE DEL~CARMEN MANUEL"),
)


def name_of(nationality: str, chance: Random) -> str:
    """A name as somebody of this nationality might have it on the card."""
    return _FORMS[nationality](chance).replace("~", " ")


def _with_characters(chance: Random, family: _Pairs, given: _Pairs, share: float) -> str:
    one, other = chance.choice(family), chance.choice(given)
    letters = f"{one[0]} {other[0]}"
    return f"{letters} {one[1]}{other[1]}" if chance.random() < share else letters


def _chinese(chance: Random) -> str:
    return _with_characters(chance, _CHINESE_FAMILY, _CHINESE_GIVEN, 0.5)


def _taiwanese(chance: Random) -> str:
    return _with_characters(chance, _TAIWANESE_FAMILY, _TAIWANESE_GIVEN, 0.6)


def _korean(chance: Random) -> str:
    if chance.random() < 0.15:
        family, given = chance.choice(_KOREAN_FAMILY)[0], chance.choice(_KOREAN_GIVEN)[0]
        return f"{family} {given} {_KOREAN_HANGUL[family]}{_KOREAN_HANGUL[given]}"
    return _with_characters(chance, _KOREAN_FAMILY, _KOREAN_GIVEN, 0.5)


def _vietnamese(chance: Random) -> str:
    family, middle, given = _VIETNAMESE
    second = [chance.choice(given)] if chance.random() < 0.4 else []
    return " ".join([chance.choice(family), chance.choice(middle), *second, chance.choice(given)])


def _filipino(chance: Random) -> str:
    families, given = _FILIPINO
    family, mother = chance.sample(families, 2)
    return " ".join([family, *chance.sample(given, chance.choice((1, 2))), mother])


def _nepali(chance: Random) -> str:
    family, given, middle = (chance.choice(part) for part in _NEPALI)
    return f"{family} {given} {middle}" if chance.random() < 0.5 else f"{family} {given}"


def _indonesian(chance: Random) -> str:
    alone, first, second = _INDONESIAN
    if chance.random() < 0.35:
        return chance.choice(alone)
    return " ".join([*chance.sample(first, chance.choice((1, 2))), chance.choice(second)])


def _brazilian(chance: Random) -> str:
    plain, japanese, first, second = (chance.choice(part) for part in _BRAZILIAN)
    families = (f"{plain} {japanese}", plain, f"{japanese} {plain}")
    return f"{chance.choice(families)} {first} {second}"


def _myanmar(chance: Random) -> str:
    return " ".join(chance.sample(_MYANMAR, chance.choice((1, 2, 2, 3, 3, 4))))


def _sri_lankan(chance: Random) -> str:
    house, given, family = _SRI_LANKAN
    return " ".join([*chance.sample(house, 2), *chance.sample(given, 2), chance.choice(family)])


def _american(chance: Random) -> str:
    return " ".join(chance.choice(part) for part in _AMERICAN)


def _thai(chance: Random) -> str:
    return " ".join(chance.choice(part) for part in _THAI)


def _peruvian(chance: Random) -> str:
    return " ".join(chance.choice(part) for part in _PERUVIAN)


_FORMS: dict[str, Callable[[Random], str]] = {
    "China": _chinese,
    "Viet Nam": _vietnamese,
    "Korea": _korean,
    "Philippines": _filipino,
    "Nepal": _nepali,
    "Indonesia": _indonesian,
    "Brazil": _brazilian,
    "Myanmar": _myanmar,
    "Sri Lanka": _sri_lankan,
    "Taiwan": _taiwanese,
    "USA": _american,
    "Thailand": _thai,
    "Peru": _peruvian,
}
