"""Figures say the same numbers in words, marks and tables; what is missing is a gap; hostile names stay text."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from html.parser import HTMLParser
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markupsafe import Markup

from portal.charts import (
    AskedGroup,
    Axis,
    Bar,
    Break,
    Day,
    ReferenceLine,
    Scale,
    SchoolTerm,
    Series,
    Spent,
    attendance,
    bars,
    coin,
    gauge,
    lines,
    radar,
    responses,
)
from portal.charts.coin import odds
from portal.charts.drawing import LINE, cut, spread, width_of
from portal.language import words
from tests.portal.gallery import figures

JA, EN = words("ja"), words("en")
HOSTILE = "\"><script>alert(1)</script>' onload='x' & <b>"
TERMS = [SchoolTerm(f"{year}年 {term}学期", str(term), f"{year}年") for year in (4, 5) for term in (1, 2)]


class Page(HTMLParser):
    """Elements of a figure: names with attributes, and text by the class or name of the element it stands in."""

    def __init__(self, markup: Markup) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.texts: list[tuple[str, str]] = []
        self.cells: list[str] = []
        self._open: list[tuple[str, str]] = []
        self.feed(str(markup))
        assert not self._open, "an element was left open"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = {name: value or "" for name, value in attrs}
        self.elements.append((tag, known))
        self._open.append((tag, known.get("class") or tag))

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop()[0] == tag

    def handle_data(self, data: str) -> None:
        tag, place = self._open[-1]
        self.texts.append((place, data))
        if tag == "td":
            self.cells.append(data)

    def marks(self, class_: str) -> list[dict[str, str]]:
        """The elements of a class."""
        return [known for _, known in self.elements if class_ in known.get("class", "").split()]

    def words(self, place: str) -> list[str]:
        """The texts that stand in an element with this class or name."""
        return [text for where, text in self.texts if where == place]

    @property
    def desc(self) -> str:
        return " ".join(self.words("desc"))


def all_figures() -> Iterator[tuple[str, Markup]]:
    for said in (JA, EN):
        yield from figures(said).items()


@pytest.mark.parametrize("figure", [markup for _, markup in all_figures()])
def test_a_figure_is_announced_by_title_and_description(figure: Markup) -> None:
    page = Page(figure)
    ids = [known["id"] for _, known in page.elements if "id" in known]
    assert len(ids) == len(set(ids))
    pictures = [known for name, known in page.elements if name == "svg" and known.get("role") == "img"]
    assert pictures
    for known in pictures:
        assert set(known["aria-labelledby"].split()) <= set(ids)
        assert known["focusable"] == "false"
    assert all(text.strip() for text in page.words("desc"))
    assert page.words("mk-fig__say")
    assert [name for name, _ in page.elements if name == "table"]


@pytest.mark.parametrize("figure", [markup for _, markup in all_figures()])
def test_a_figure_lives_under_the_strict_content_policy(figure: Markup) -> None:
    for name, known in Page(figure).elements:
        assert name not in ("script", "style", "use", "image", "foreignobject")
        assert not [key for key in known if key == "style" or key.startswith("on") or "href" in key]


@pytest.mark.parametrize("figure", [markup for _, markup in all_figures()])
def test_every_table_has_a_caption_and_scoped_heads(figure: Markup) -> None:
    elements = Page(figure).elements
    assert sum(name == "caption" for name, _ in elements) == sum(name == "table" for name, _ in elements)
    assert all("scope" in known for name, known in elements if name == "th")


def hostile() -> Iterator[Markup]:
    terms = [SchoolTerm(HOSTILE, HOSTILE, HOSTILE), SchoolTerm("b", "b", "b")]
    yield radar(JA, "u", HOSTILE, [Axis(HOSTILE, 1, 2)] * 3, now=HOSTILE, before=HOSTILE)
    yield lines(JA, "u", HOSTILE, terms, [Series(HOSTILE, (1, 2))], change=Break(1, HOSTILE, HOSTILE))
    yield attendance(JA, "u", HOSTILE, [Day(date(2026, 4, 8), "absent", HOSTILE, HOSTILE)])
    yield bars(
        JA, "u", HOSTILE, [Bar(HOSTILE, 1, 1)], Scale(HOSTILE), reference=ReferenceLine(HOSTILE, 2), notes=[HOSTILE]
    )
    yield gauge(JA, "u", HOSTILE, Spent(1, 2), notes=[HOSTILE])
    yield coin(JA, "u", HOSTILE, 0.1, 1)
    yield responses(JA, "u", HOSTILE, [AskedGroup(HOSTILE, 1, 2)], notes=[HOSTILE])
    yield radar(JA, HOSTILE, "t", [Axis("a", 1, 2)] * 3, now="n", before="b")


@pytest.mark.parametrize("figure", list(hostile()))
def test_a_hostile_name_stays_text(figure: Markup) -> None:
    page = Page(figure)
    assert "script" not in {name for name, _ in page.elements}
    assert not [key for _, known in page.elements for key in known if key.startswith("on")]
    assert HOSTILE not in str(figure)


def test_a_radar_says_in_words_marks_and_table_the_same() -> None:
    axes = [Axis("国語", 84, 78), Axis("社会", 70, 74), Axis("算数", 77, 77)]
    page = Page(radar(JA, "u", "t", axes, now="今", before="前"))
    for axis in axes:
        assert f"{axis.name}は{axis.before}から{axis.now}です。" in page.desc
    assert page.words("ch-value") == ["84", "70", "77"]
    assert page.cells == ["78", "84", "+6", "74", "70", "-4", "77", "77", "0"]
    assert page.words("mk-fig__say") == ["3教科のうち、1教科が上がり、1教科が下がりました。"]
    up = page.marks("ch-mark-now")[0]
    assert float(up["cx"]) == 180
    assert float(up["cy"]) == pytest.approx(174 - 114 * 0.84, abs=0.1)


def test_a_subject_of_one_term_is_in_the_table_and_not_in_the_shape() -> None:
    axes = [Axis(name, 50, 50) for name in "abc"] + [Axis("外国語", 82, None)]
    page = Page(radar(JA, "u", "t", axes, now="今", before="前"))
    assert len(page.marks("ch-mark-now")) == 3 + 1  # one more in the legend
    assert page.cells[-3:] == ["記録なし", "82", "–"]
    assert any("外国語" in note for note in page.words("mk-note"))


def test_two_subjects_make_no_radar_but_a_table() -> None:
    page = Page(radar(JA, "u", "t", [Axis("a", 1, 2), Axis("b", 3, 4)], now="今", before="前"))
    assert not [name for name, _ in page.elements if name in ("svg", "details")]
    assert page.cells == ["2", "1", "-1", "4", "3", "-1"]


def test_a_radar_refuses_what_it_cannot_show() -> None:
    with pytest.raises(ValueError, match="axes"):
        radar(JA, "u", "t", [Axis("a", 1, 2)] * 10, now="n", before="b")
    with pytest.raises(ValueError, match="0 to 100"):
        radar(JA, "u", "t", [Axis("a", 101, 2)], now="n", before="b")


def test_lines_say_in_words_marks_and_table_the_same() -> None:
    page = Page(lines(JA, "u", "t", TERMS, [Series("国語", (60, 70, 80, 90)), Series("算数", (50, 50, 50, 40))]))
    assert "国語は60から90です。" in page.desc
    assert "算数は50から40です。" in page.desc
    assert page.cells == ["60", "50", "70", "50", "80", "50", "90", "40"]
    heights = [float(mark["cy"]) for mark in page.marks("ch-mark--1") if "r" in mark][:4]
    assert heights == sorted(heights, reverse=True)
    assert heights[0] - heights[3] == pytest.approx(212 * 30 / 100, abs=0.2)
    assert "国語 90" in page.words("ch-label ch-ink--1")


def test_a_missing_term_is_a_gap_and_never_a_zero() -> None:
    page = Page(lines(JA, "u", "t", TERMS, [Series("国語", (60, None, 80, 90))]))
    assert page.cells == ["60", "記録なし", "80", "90"]
    strokes = [known["points"].split() for name, known in page.elements if name == "polyline"]
    assert [len(stroke) for stroke in strokes] == [2]
    assert "国語は、1学期の記録がありません。" in page.desc
    assert "0" not in page.cells


def test_a_last_term_without_a_record_leaves_the_label_at_the_last_known_value() -> None:
    page = Page(lines(JA, "u", "t", TERMS, [Series("国語", (60, 70, None, None))]))
    assert "国語 70" in page.words("ch-label ch-ink--1")


def test_a_subject_without_any_record_is_only_in_the_table() -> None:
    page = Page(lines(JA, "u", "t", TERMS, [Series("国語", (None,) * 4), Series("算数", (1, 2, 3, 4))]))
    assert not page.words("ch-label ch-ink--1")
    assert page.cells.count("記録なし") == 4


def test_one_term_makes_no_line_but_a_table() -> None:
    page = Page(lines(JA, "u", "t", TERMS[:1], [Series("国語", (60,))]))
    assert not [name for name, _ in page.elements if name in ("svg", "details")]
    assert page.cells == ["60"]


def test_an_axis_that_does_not_begin_at_zero_says_so() -> None:
    cut = Page(lines(JA, "u", "t", TERMS, [Series("国語", (60, 70, 80, 90))], low=50, step=10))
    whole = Page(lines(JA, "u", "t", TERMS, [Series("国語", (60, 70, 80, 90))]))
    assert any("50から始まります" in note for note in cut.words("mk-note"))
    assert "50から始まります" in cut.desc
    assert not whole.words("mk-note")


def test_lines_refuse_what_they_cannot_show() -> None:
    with pytest.raises(ValueError, match="series"):
        lines(JA, "u", "t", TERMS, [Series("a", (1, 2, 3, 4))] * 5)
    with pytest.raises(ValueError, match="as many"):
        lines(JA, "u", "t", TERMS, [Series("a", (1, 2))])
    with pytest.raises(ValueError, match="outside"):
        lines(JA, "u", "t", TERMS, [Series("a", (1, 2, 3, 104))])


@given(st.lists(st.floats(36, 248), min_size=1, max_size=4))
def test_labels_keep_their_order_and_their_distance(places: list[float]) -> None:
    moved = spread(places)
    order = sorted(range(len(places)), key=places.__getitem__)
    for above, below in pairwise(order):
        assert moved[below] - moved[above] >= LINE - 1e-6
    assert all(after >= before for before, after in zip(places, moved, strict=True))


DAYS = st.dictionaries(
    st.dates(date(2025, 4, 1), date(2026, 3, 31)), st.sampled_from(["present", "late", "absent", "suspended"])
)


@given(DAYS)
def test_days_in_marks_sums_and_tables_agree(known: dict[date, str]) -> None:
    page = Page(attendance(JA, "u", "t", [Day(day, status, status, "w") for day, status in known.items()]))  # type: ignore[arg-type]
    for code, status in (("p", "present"), ("l", "late"), ("a", "absent"), ("s", "suspended")):
        count = sum(one == status for one in known.values())
        legend = 1 if known else 0
        assert len(page.marks(f"cal--{code}")) == count + legend
    if known:
        boxes = [text for where, text in page.texts if where == "b"]
        assert sum(int(number) for number in boxes) == len(known)
        assert sum(int(cell) for cell in page.cells if cell.isdecimal()) == len(known)


def test_a_day_without_a_record_is_not_one_of_presence() -> None:
    page = Page(attendance(JA, "u", "t", [Day(date(2026, 4, 8), "absent", "欠席(発熱)", "田村先生")]))
    assert len(page.marks("cal--p")) == 1  # the legend's
    assert len(page.marks("cal--h")) == 21 + 1  # the other school days of April, and the legend's
    assert "欠席(発熱)" in page.cells


def test_a_month_without_a_record_is_not_one_without_absence() -> None:
    days = [Day(date(2026, month, 8), "present", "出席", "w") for month in (4, 6)]
    page = Page(attendance(JA, "u", "t", days))
    assert "5月の出欠" in str(attendance(JA, "u", "t", days))
    assert page.cells[4:8] == ["記録なし"] * 4
    assert str(attendance(JA, "u", "t", days)).count("欠席は0日") == 3  # the whole, and the two months with a record


def test_a_saturday_with_a_record_is_shown() -> None:
    page = Page(attendance(JA, "u", "t", [Day(date(2026, 5, 16), "present", "出席", "w")]))
    assert "土" in page.words("ch-tick")
    assert "日" not in page.words("ch-tick")
    assert len(page.marks("cal--p")) == 2


def test_no_attendance_yet_is_said_and_not_drawn() -> None:
    page = Page(attendance(JA, "u", "t", []))
    assert page.words("mk-fig__say") == ["出欠の記録は、まだありません。"]
    assert not [name for name, _ in page.elements if name == "svg"]


def test_a_day_has_one_status() -> None:
    day = Day(date(2026, 4, 8), "absent", "x", "y")
    with pytest.raises(ValueError, match="one status"):
        attendance(JA, "u", "t", [day, day])


def test_no_cell_of_the_calendar_is_covered_by_another() -> None:
    days = [Day(date(2026, 1, 1) + timedelta(days=n), "present", "x", "y") for n in range(365)]
    markup = str(attendance(JA, "u", "t", days))
    for svg in re.findall(r'<svg class="mk-chart mk-chart--month".*?</svg>', markup, re.DOTALL):
        places = re.findall(r'class="cal cal--p" x="([\d.]+)" y="([\d.]+)"', svg)
        assert len(places) == len(set(places))
        height = int(re.findall(r'viewBox="0 0 \d+ (\d+)"', svg)[0])
        assert all(float(y) + 24 <= height for _, y in places)


def test_bars_say_in_words_marks_and_table_the_same() -> None:
    rows = [Bar("北台", 61.2, 4.9), Bar("東原", 50.3, 3.9)]
    page = Page(bars(JA, "u", "割合", rows, reference=ReferenceLine("市全体", 58.7)))
    assert "北台の61.2% ±4.9" in page.desc
    assert "東原の50.3% ±3.9" in page.desc
    assert page.words("ch-value ch-halo") == ["61.2% ±4.9", "50.3% ±3.9"]
    assert page.cells[:6] == ["61.2%", "±4.9", "56.3%から66.1%", "50.3%", "±3.9", "46.4%から54.2%"]
    assert "市全体(58.7%)" in page.words("mk-fig__say")[0]
    widths = [float(mark["width"]) for mark in page.marks("ch-bar")]
    assert widths[0] / widths[1] == pytest.approx(61.2 / 50.3, rel=0.01)


def test_every_bar_has_its_error_and_keeps_its_place() -> None:
    rows = [Bar("b", 1, 3), Bar("a", 5, 2), Bar("c", 3, 1)]
    page = Page(bars(JA, "u", "t", rows, Scale("", 0)))
    assert len(page.marks("ch-err")) == len(page.marks("ch-bar")) == 3
    assert page.words("ch-label ch-halo") == ["b", "a", "c"]


def test_a_group_without_a_value_is_a_gap_and_never_a_zero() -> None:
    page = Page(bars(JA, "u", "t", [Bar("a", 5, 2), Bar("b", None)]))
    assert len(page.marks("ch-bar")) == 1
    assert page.cells == ["5.0%", "±2.0", "3.0%から7.0%", "記録なし", "–", "–"]
    assert "1つのグループは、値がありません。" in page.desc


VALUES = st.floats(-1e6, 1e6, allow_nan=False)


@example([(5e-324, 0.0)], "")
@example([(-5e-324, 1e-320)], "%")
@given(st.lists(st.tuples(VALUES, st.floats(0, 1e5)), min_size=1, max_size=8), st.sampled_from(["%", "", "点"]))
def test_no_bar_leaves_the_paper_however_far_the_noise_threw_it(values: list[tuple[float, float]], unit: str) -> None:
    page = Page(bars(JA, "u", "t", [Bar("a", value, error) for value, error in values], Scale(unit)))
    for mark in page.marks("ch-bar"):
        assert 0 <= float(mark["x"]) <= float(mark["x"]) + float(mark["width"]) <= 360.1
    for mark in page.marks("ch-err"):
        low, high = re.findall(r"^M([\d.]+) .*H([\d.]+)m", mark["d"])[0]
        assert 0 <= float(low) <= float(high) <= 360
    assert len(page.marks("ch-grid")) < 12


def test_an_error_is_not_negative() -> None:
    with pytest.raises(ValueError, match="error"):
        bars(JA, "u", "t", [Bar("a", 1, -1)])


def test_a_gauge_says_in_words_marks_and_table_the_same() -> None:
    page = Page(gauge(JA, "u", "予算", Spent(0.25, 1.0, 0.10, 0.15), digits=2))
    assert page.words("mk-fig__say") == ["上限の1.00のうち、残りは0.50です。"]
    for text in ("使ったは0.25", "今回は0.10", "予約は0.15", "残りは0.50"):
        assert text in page.desc
    assert page.cells == ["0.25", "0.10", "0.15", "0.50", "1.00"]
    used, this = page.marks("ga-used")[0], page.marks("sp-this")[0]
    assert float(used["width"]) == pytest.approx(358 * 0.25, abs=0.1)
    assert float(this["x"]) == pytest.approx(1 + 358 * 0.25, abs=0.1)


def test_a_budget_that_does_not_suffice_says_by_how_much() -> None:
    page = Page(gauge(JA, "u", "t", Spent(0.9, 1.0, 0.3), digits=2))
    assert page.words("mk-fig__say") == ["上限の1.00に、0.20たりません。"]
    assert all(float(mark["x"]) + float(mark["width"]) <= 360 for mark in page.marks("sp-this"))


def test_a_budget_is_not_negative() -> None:
    for spent in (Spent(-1, 1), Spent(0, 0), Spent(0, 1, -0.1)):
        with pytest.raises(ValueError, match="not negative"):
            gauge(JA, "u", "t", spent)


def test_the_odds_are_those_of_pure_differential_privacy() -> None:
    assert odds(0) == 50
    assert round(odds(0.35), 1) == 58.7
    assert round(odds(0.70)) == 67
    assert round(odds(1.0), 1) == 73.1
    page = Page(coin(JA, "u", "t", 0.35, 1.0))
    assert "59%" in page.desc
    assert page.cells == ["59%", "73%", "67%", "88%"]


def test_every_school_that_was_asked_is_a_square_and_missing_ones_are_crossed() -> None:
    page = Page(responses(JA, "u", "t", [AskedGroup("北", 17, 18), AskedGroup("南", 13, 14), AskedGroup("東", 0, 0)]))
    assert len(page.marks("sq--y")) == 30 + 1  # one more in the legend
    assert len(page.marks("sq--n")) == len(page.marks("sq-x")) == 2 + 1
    assert page.words("mk-fig__say") == ["32校のうち30校が答えました。"]
    assert "北は、18校のうち1校が答えていません。" in page.desc
    assert page.cells == ["17", "18", "13", "14", "0", "0"]
    with pytest.raises(ValueError, match="asked"):
        responses(JA, "u", "t", [AskedGroup("a", 2, 1)])


def test_a_long_school_name_ends_where_the_drawing_does() -> None:
    assert cut("なぎさ小学校", 200) == "なぎさ小学校"
    for room in (0.0, 10.0, 60.0, 100.0):
        assert width_of(cut("ひかり市立みどり台小学校", room)) <= max(room, width_of("…"))
