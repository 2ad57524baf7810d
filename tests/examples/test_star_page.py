"""The page and the figure: valid, without script, with every number of the report and none of its own."""

import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from examples.star import figure, page
from examples.star.report import Report, Row, epsilon, guess, plain, points, rows
from tests.examples.star_reports import effect, made_up

SVG = "{http://www.w3.org/2000/svg}"
NUMBER = re.compile(r"[+−]?\d[\d,]*(?:\.\d+)?")
# What the prose says of the experiment, the study and the sources; years, class sizes, the scale, ε and its meaning.
OF_THE_PROSE = {
    *("1985", "1989", "4", "3", "2", "1", "13", "17", "22", "25", "200", "800", "95", "50", "20", "0"),
    *("1990", "5", "1995", "2008"),
    *(guess(1), guess(2)),
}


def as_tree(text: str) -> ET.Element:
    return ET.fromstring(text)  # noqa: S314  # our own page


def visible(element: ET.Element) -> str:
    """All text a reader gets, the axis and the style sheet apart."""
    if element.tag == "style" or element.get("class") == "tick":
        return ""
    inner = " ".join([element.text or "", *(f"{visible(child)} {child.tail or ''}" for child in element)])
    return f"{inner} "


def numbers(text: str) -> set[str]:
    return {found.rstrip(",") for found in NUMBER.findall(text)}


def of_effects(report: Report) -> set[str]:
    return {points(value) for row in rows(report) for value in (row.effect["exact"], *row.effect["local"].values())}  # type: ignore[arg-type]


def of_the_run(report: Report) -> set[str]:
    counted = (
        "pupils",
        "schools",
        "systems",
        "records",
        "transfers_done",
        "transfers_failed",
        "seconds",
        "peak_rss_mb",
    )
    fields: dict[str, Any] = {**report}
    lifetime = report["epsilon_lifetime_max"]
    return {
        *(plain(fields[name]) for name in counted),
        *(epsilon(spent) for spent in (report["epsilon_spent_max"], lifetime)),
        *(guess(spent) for spent in (lifetime, 2 * lifetime)),
    }


class Balance(HTMLParser):
    """Checks as a browser reads it: every element that is opened is closed in turn."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del attrs
        self.seen.append(tag)
        self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del attrs
        self.seen.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_the_page_is_well_formed_and_balanced() -> None:
    text = page.render(made_up())
    assert text.startswith("<!DOCTYPE html>")
    assert as_tree(text).tag == "html"
    checked = Balance()
    checked.feed(text)
    assert checked.open == []
    assert {"main", "figure", "svg", "table", "caption"} <= set(checked.seen)


def test_the_page_needs_nothing_from_anywhere() -> None:
    text = page.render(made_up())
    for forbidden in (
        "<script",
        "<link",
        "<img",
        "<iframe",
        "src=",
        "href=",
        "url(",
        "@import",
        "http:",
        "https:",
        "on=",
    ):
        assert forbidden not in re.sub(r"http-equiv", "", text), forbidden
    assert "default-src 'none'" in text
    assert "$" not in text


def test_every_id_is_unique_and_every_reference_leads_somewhere() -> None:
    tree = as_tree(page.render(made_up()))
    ids = [element.get("id") for element in tree.iter() if element.get("id")]
    assert len(ids) == len(set(ids))
    for element in tree.iter():
        assert set((element.get("aria-labelledby") or "").split()) <= set(ids)


def test_the_page_shows_every_number_of_the_report() -> None:
    report = made_up()
    found = numbers(visible(as_tree(page.render(report))))
    assert of_effects(report) | of_the_run(report) <= found


def test_the_page_shows_no_number_that_is_not_in_the_report() -> None:
    report = made_up()
    found = numbers(visible(as_tree(page.render(report))))
    assert found - of_effects(report) - of_the_run(report) == OF_THE_PROSE


def test_the_table_says_what_the_figure_shows() -> None:
    report = made_up()
    tree = as_tree(page.render(report))
    lines = tree.findall(".//tbody/tr")
    for row, line in zip(rows(report), lines, strict=True):
        local = row.effect["local"]
        cells = [visible(cell) for cell in line.findall("td")]
        assert numbers(cells[0]) == {points(row.effect["exact"])}
        assert numbers(cells[1]) == {points(local["estimate"])}
        assert numbers(cells[2]) - {"0"} == {points(local["low"]), points(local["high"])}
        assert row.name["ja"] in visible(line)
        assert ("0は外" in cells[2]) == (line.get("data-clear") == "yes") == row.is_clear


@pytest.mark.parametrize(
    "said",
    [
        "ε = 1 per pupil and year",
        "「1人・1年あたり ε = 1」",
        "each of the 79 schools adds its own noise",
        "79校が1校ずつ、自分の答えに雑音を足します",
        "Only the largest effect (grade 1, small) shows clearly",
        "はっきり見えるのは、最も大きな効果(小1・少人数)だけです",
        "in one year was ε = 0.999999. Years add up: the most charged to one pupil in all was ε = 3.5,",
        "最も多い子でε = 0.999999でした。年を重ねると足し算になり、最も多い子で合計ε = 3.5です",
        "into at most 73.2 %, and a guess about what the child's record says into at most 88.1 %",
        "最大73.2%になるだけです。その子の記録の中身については、最大88.1%です",
        "where the two limits are 97.1 % and 100 %",
        "それぞれ97.1%と100%です",
        "The error stays at two doses however many schools there are",
        "誤差は学校がいくつあっても2回分のまま",
        "this page gives no figure for it",
    ],
)
def test_the_page_says_plainly_what_holds(said: str) -> None:
    assert said in " ".join(page.render(made_up()).split())


def test_how_the_intervals_were_computed_is_said_when_the_report_says_so() -> None:
    report = made_up()
    report["intervals"] = {"ja": "雑音 < 標本", "en": "noise & nothing else"}
    text = page.render(report)
    assert "雑音 &lt; 標本" in text
    assert "noise &amp; nothing else" in text
    as_tree(text)


def test_the_figure_alone_is_the_figure_of_the_page(tmp_path: Path) -> None:
    report = made_up()
    path = figure.write_svg(report, tmp_path / "images" / "star.svg")
    alone = as_tree(path.read_text(encoding="utf-8"))
    assert alone.tag == f"{SVG}svg"
    assert "style" not in {element.tag.removeprefix(SVG) for element in alone.iter()}
    inside = as_tree(page.render(report)).find(".//svg")
    assert inside is not None
    assert [text.text for text in alone.iter(f"{SVG}text")] == [text.text for text in inside.iter("text")]
    assert alone.find(f"{SVG}title") is not None


def test_the_description_has_the_numbers_of_the_marks() -> None:
    report = made_up()
    found = numbers(figure.description(report))
    assert of_effects(report) <= found
    assert found <= of_effects(report) | {"1", "2", "3", "0"}


def test_marks_stand_where_the_numbers_say() -> None:
    report = made_up()
    drawn = as_tree(figure.svg(report, standalone=True))
    values = [value for row in rows(report) for value in (row.effect["exact"], *figure._interval(row))]
    scale = figure.Scale(values)
    bars = [rect for rect in drawn.iter(f"{SVG}rect") if rect.get("height") == "16"]
    errors = [path for path in drawn.iter(f"{SVG}path") if "v12m0-6H" in (path.get("d") or "")]
    for row, bar, error in zip(rows(report), bars, errors, strict=True):
        assert_drawn(scale, row, bar, error)


def assert_drawn(scale: figure.Scale, row: Row, bar: ET.Element, error: ET.Element) -> None:
    local = row.effect["local"]
    left = min(scale.x(0), scale.x(local["estimate"]))
    assert float(bar.get("x") or "nan") == pytest.approx(left, abs=0.06)
    assert float(bar.get("width") or "nan") == pytest.approx(abs(scale.x(local["estimate"]) - scale.x(0)), abs=0.06)
    ends = re.fullmatch(r"M(\S+) \S+?v12m0-6H(\S+?)m0-6v12", error.get("d") or "")
    assert ends is not None
    assert float(ends[1]) == pytest.approx(scale.x(local["low"]), abs=0.06)
    assert float(ends[2]) == pytest.approx(scale.x(local["high"]), abs=0.06)


@pytest.mark.parametrize("wide", [0.01, 3.0, 15.0, 400.0])
def test_every_mark_stays_inside_whatever_the_noise(wide: float) -> None:
    report = made_up()
    report["years"]["k"]["small"] = effect(12.31, -2.0 * wide, wide)
    values = [value for row in rows(report) for value in (row.effect["exact"], *figure._interval(row))]
    scale = figure.Scale(values)
    assert all(figure.LEFT <= scale.x(value) <= figure.WIDTH - figure.RIGHT for value in (0, *values))
    assert 0 in scale.ticks
    assert 3 <= len(scale.ticks) <= figure.TICKS + 2


def test_a_report_without_an_effect_has_no_page() -> None:
    report = made_up()
    del report["years"]["2"]["small"]
    with pytest.raises(KeyError, match="small"):
        page.render(report)


def test_the_page_is_written_where_it_is_asked_for(tmp_path: Path) -> None:
    report = made_up()
    path = page.write_page(report, tmp_path / "star" / "index.html")
    assert path.read_text(encoding="utf-8") == page.render(report)
