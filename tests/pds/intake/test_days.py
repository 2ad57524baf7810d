from datetime import date, timedelta

import pytest

from pds.intake.days import ERA, day_in, says_one_day


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("令和5年4月6日", date(2023, 4, 6)),
        ("令和05年04月06日", date(2023, 4, 6)),
        ("令和５年４月６日", date(2023, 4, 6)),
        ("令和元年5月1日", date(2019, 5, 1)),
        ("㋿5年4月6日", date(2023, 4, 6)),
        ("令5.4.6", date(2023, 4, 6)),
        ("R5.4.6", date(2023, 4, 6)),
        ("R05/04/06", date(2023, 4, 6)),
        ("R050406", date(2023, 4, 6)),
        ("Ｒ５－４－６", date(2023, 4, 6)),
        ("H28.5.14", date(2016, 5, 14)),
        ("平成31年4月30日", date(2019, 4, 30)),
        ("S64.1.7", date(1989, 1, 7)),
        ("昭和 20年 8月 15日", date(1945, 8, 15)),
    ],
)
def test_a_day_of_an_era_is_read_in_its_era(text: str, day: date) -> None:
    assert day_in(text, ERA) == day


@pytest.mark.parametrize(
    "text",
    ["05-04-06", "5.4.6", "2023-04-06", "令和5", "令和5年", "令和0年4月6日", "令和00年4月6日",
     "R5.13.1", "R5.2.30", "X5.4.6", "平成35年3月31日",
     "令和元年4月30日", "平成31年5月2日", "昭和64年1月9日", "r5.4.6", "令和5年4月6日生", "R5046", ""],
)  # fmt: skip
def test_what_is_no_day_of_an_era_is_none(text: str) -> None:
    assert day_in(text, ERA) is None


@pytest.mark.parametrize("text", ["03/04/2026", "04/03/2026", "2026/04/03", "令和5年4月6日", "05-04-06", "46118"])
def test_without_a_declared_form_only_iso_is_a_day(text: str) -> None:
    assert day_in(text, None) is None
    assert day_in("2026-04-03", None) == date(2026, 4, 3)


def test_month_and_day_stand_as_declared() -> None:
    assert day_in("03/04/2026", "%d/%m/%Y") == date(2026, 4, 3)
    assert day_in("03/04/2026", "%m/%d/%Y") == date(2026, 3, 4)
    assert day_in("０３/04/2026", "%d/%m/%Y") is None


@pytest.mark.parametrize("pattern", ["%y-%m-%d", "令和%y年%m月%d日", "R%y.%m.%d", "%d/%m", "%Y", "%x", "%q", ""])
def test_a_form_that_leaves_year_or_month_open_is_none(pattern: str) -> None:
    assert not says_one_day(pattern)


@pytest.mark.parametrize("pattern", ["%Y-%m-%d", "%Y%m%d", "%d/%m/%Y", "%Y年%m月%d日", "%b %d, %Y", ERA])
def test_a_form_with_a_whole_day_is_one(pattern: str) -> None:
    assert says_one_day(pattern)


def test_each_day_of_the_last_eras_comes_back_from_every_way_of_writing_it() -> None:
    first, last = date(1926, 12, 25), date(2026, 12, 31)
    eras = (("令和", "R", date(2019, 5, 1)), ("平成", "H", date(1989, 1, 8)), ("昭和", "S", first))
    for number in range(0, (last - first).days, 29):
        day = first + timedelta(days=number)
        name, letter, begins = next(era for era in eras if day >= era[2])
        year = day.year - begins.year + 1
        for text in (f"{name}{year}年{day.month}月{day.day}日", f"{letter}{year:02}{day:%m%d}"):
            assert day_in(text, ERA) == day
