"""The page of a STAR replay: question, figure, table and limits, in Japanese and English, in one file without script.

The prose stands in `page.html`, the look in `page.css`. Never: a measured number that is not in the report.
"""

from html import escape
from pathlib import Path
from string import Template

from examples.star.figure import svg
from examples.star.report import Report, Row, Words, epsilon, finding, guess, missed, plain, points, rows

HERE = Path(__file__).parent
FACTS: tuple[tuple[str, str, str], ...] = (
    ("pupils", "児童", "pupils"),
    ("schools", "学校", "schools"),
    ("systems", "学区(市町村にあたる)", "school systems"),
    ("records", "記録", "records"),
    ("transfers_done", "終えた転校", "transfers done"),
    ("transfers_failed", "失敗した転校", "transfers failed"),
    ("epsilon_spent_max", "1人・1年のεの最大", "most ε, one pupil and year"),
    ("epsilon_lifetime_max", "1人のεの合計の最大", "most ε, one pupil in all"),
    ("seconds", "かかった秒数", "seconds"),
    ("peak_rss_mb", "最大メモリ(MB)", "peak memory, MB"),
)


def render(report: Report) -> str:
    """The page as text: HTML that is well-formed XML too."""
    template = Template((HERE / "page.html").read_text(encoding="utf-8"))
    spent, lifetime = report["epsilon_spent_max"], report["epsilon_lifetime_max"]
    return template.substitute(
        style=(HERE / "page.css").read_text(encoding="utf-8").strip(),
        figure=svg(report).strip(),
        table="\n".join(_table_row(row) for row in rows(report)),
        intervals=_paragraphs(report.get("intervals")),
        run="\n".join(_fact(report, *fact) for fact in FACTS),
        schools=plain(report["schools"]),
        spent=epsilon(spent),
        lifetime=epsilon(lifetime),
        guess_year=guess(1),
        guess_swap=guess(2),
        guess_life=guess(lifetime),
        guess_life_swap=guess(2 * lifetime),
        **_both("finding", finding(report)),
        **_both("missed", missed(report)),
    )


def write_page(report: Report, path: Path) -> Path:
    """Write the page, such as `build/star/index.html`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(render(report), encoding="utf-8")
    return path


def _both(name: str, words: Words) -> dict[str, str]:
    return {f"{name}_ja": escape(words["ja"]), f"{name}_en": escape(words["en"])}


def _table_row(row: Row) -> str:
    local, name = row.effect["local"], row.name
    zero = Words(ja="0は外", en="0 outside") if row.is_clear else Words(ja="0は中", en="0 inside")
    mark = ' data-clear="yes"' if row.is_clear else ""
    return (
        f"<tr{mark}>"
        f'<th scope="row">{escape(name["ja"])}<span lang="en">{escape(name["en"])}</span></th>'
        f'<td class="num">{points(row.effect["exact"])}</td><td class="num">{points(local["estimate"])}</td>'
        f'<td class="num"><span>[{points(local["low"])},</span> <span>{points(local["high"])}]</span> '
        f'<span class="zero">{zero["ja"]} <span lang="en">{zero["en"]}</span></span></td></tr>'
    )


def _paragraphs(words: Words | None) -> str:
    if words is None:
        return ""
    return f'<p class="note">{escape(words["ja"])}</p>\n<p class="note" lang="en">{escape(words["en"])}</p>'


def _fact(report: Report, key: str, ja: str, en: str) -> str:
    value = float(report[key])  # type: ignore[literal-required]  # the keys of FACTS are those of Report
    text = epsilon(value) if key.startswith("epsilon") else plain(value)
    return f'<div><dt>{ja} <span lang="en">{en}</span></dt><dd>{text}</dd></div>'
