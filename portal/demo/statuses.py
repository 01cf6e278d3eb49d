"""Statuses of residence by their official names, with who has them: age and length of stay."""

from dataclasses import dataclass
from random import Random


@dataclass(frozen=True, slots=True)
class Stay:
    """Somebody's status of residence, the length of their period of stay, and their age."""

    status: str
    years: float
    age: int


@dataclass(frozen=True, slots=True)
class _Status:
    years: tuple[float, ...]
    ages: tuple[int, int]


_STATUSES: dict[str, _Status] = {
    "永住者": _Status((7,), (26, 81)),
    "定住者": _Status((1, 3, 5), (3, 68)),
    "日本人の配偶者等": _Status((1, 3, 5), (24, 66)),
    "永住者の配偶者等": _Status((1, 3, 5), (1, 55)),
    "技術・人文知識・国際業務": _Status((1, 3, 3, 5), (22, 49)),
    "高度専門職1号ロ": _Status((5,), (25, 46)),
    "経営・管理": _Status((1, 3), (30, 60)),
    "企業内転勤": _Status((1, 3), (25, 50)),
    "教育": _Status((1, 3), (22, 55)),
    "技能": _Status((1, 3), (25, 55)),
    "技能実習1号ロ": _Status((1,), (18, 34)),
    "技能実習2号ロ": _Status((1, 2), (19, 36)),
    "特定技能1号": _Status((0.5, 1, 1), (19, 42)),
    "特定活動": _Status((0.5, 1), (20, 48)),
    "介護": _Status((1, 3), (22, 45)),
    "留学": _Status((1, 1.25, 2, 2), (18, 30)),
    "家族滞在": _Status((1, 3, 5), (0, 17)),
}
# Husbands and wives come with the same status as children.
_SPOUSES = (23, 48)

# Which statuses a nationality's people have, in parts.
_PARTS: dict[str, str] = {
    "China": "永住者 8 技術・人文知識・国際業務 4 留学 4 家族滞在 3 高度専門職1号ロ 1 経営・管理 1",
    "Viet Nam": "技能実習2号ロ 4 技能実習1号ロ 3 特定技能1号 5 技術・人文知識・国際業務 4 留学 2 "
    "家族滞在 2",
    "Korea": "永住者 5 技術・人文知識・国際業務 4 日本人の配偶者等 2 留学 2 企業内転勤 1 "
    "家族滞在 1",
    "Philippines": "永住者 9 定住者 4 日本人の配偶者等 2 特定技能1号 2 技能実習2号ロ 2 介護 1",
    "Nepal": "留学 5 家族滞在 5 技術・人文知識・国際業務 4 技能 2 特定技能1号 2",
    "Indonesia": "技能実習2号ロ 5 技能実習1号ロ 3 特定技能1号 6 留学 1 介護 1",
    "Brazil": "永住者 10 定住者 7 日本人の配偶者等 2 永住者の配偶者等 1",
    "Myanmar": "特定技能1号 5 技能実習2号ロ 4 特定活動 3 留学 3 技術・人文知識・国際業務 3",
    "Sri Lanka": "留学 3 技術・人文知識・国際業務 4 家族滞在 4 特定技能1号 2",
    "Taiwan": "技術・人文知識・国際業務 6 永住者 5 留学 2 日本人の配偶者等 1",
    "USA": "永住者 6 技術・人文知識・国際業務 4 日本人の配偶者等 3 教育 2 家族滞在 1",
    "Thailand": "永住者 6 日本人の配偶者等 3 技能実習2号ロ 3 特定技能1号 2 留学 1",
    "Peru": "永住者 7 定住者 3 永住者の配偶者等 1",
}


def stay_of(nationality: str, chance: Random) -> Stay:
    """A status that somebody of this nationality may well have."""
    words = _PARTS[nationality].split()
    name = chance.choices(words[::2], [int(part) for part in words[1::2]])[0]
    status = _STATUSES[name]
    youngest, oldest = status.ages
    if name == "家族滞在" and chance.random() < 0.45:
        youngest, oldest = _SPOUSES
    return Stay(name, chance.choice(status.years), chance.randint(youngest, oldest))
