"""Every macro and every chart with sample data on one page, to look at beside the design's pictures.

`python -m tests.portal.gallery [ja|en]` writes build/gallery.<language>.html. Invented people only.
"""

import shutil
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from markupsafe import Markup

from portal.charts import (
    AskedGroup,
    Axis,
    Bar,
    Break,
    Day,
    ReferenceLine,
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
from portal.components import environment
from portal.language import Words, words

ROOT = Path(__file__).parents[2]


def figures(said: Words) -> dict[str, Markup]:
    """One figure of each kind, with the numbers of the design's pictures."""
    terms = [SchoolTerm(f"{year}年 {term}学期", str(term), f"{year}年") for year in (3, 4) for term in (1, 2, 3)]
    terms.append(SchoolTerm("5年 1学期", "1", "5年"))
    subjects = [
        Series("理科", (80, 82, 81, 84, 85, 86, 90)),
        Series("国語", (74, 75, 77, 73, 76, 78, 84)),
        Series("算数", (65, 64, 66, None, 64, 68, 77)),
        Series("社会", (70, 71, 73, 69, 73, 74, 70)),
    ]
    scores = {"国語": (84, 78), "社会": (70, 74), "算数": (77, 68), "理科": (90, 86), "音楽": (75, 62)}
    scores |= {"図工": (88, 84), "体育": (68, 76)}
    axes = [*(Axis(name, now, before) for name, (now, before) in scores.items()), Axis("外国語", 82, None)]
    shares = {"北台": (61.2, 4.9), "みどり台": (66.4, 3.2), "ひばり野": (59.1, 3.5), "川べり※": (55.0, 5.6)}
    rows = [*(Bar(name, value, error) for name, (value, error) in shares.items()), Bar("本町", None)]
    return {
        "radar": radar(said, "rd", "教科ごとの達成度", axes, now="5年1学期", before="4年3学期"),
        "lines": lines(
            said, "ln", "学期ごとの変化", terms, subjects, low=50, step=10, change=Break(3, "なぎさ小", "みどり台小")
        ),
        "attendance": attendance(said, "at", "出欠カレンダー", days()),
        "bars": bars(said, "hb", "家で30分以上学ぶ割合", rows, reference=ReferenceLine("市全体", 58.7)),
        "gauge": gauge(said, "gu", "この1年で使ったプライバシー", Spent(35, 100, reserved=15)),
        "spending": gauge(said, "sp", "かかる予算は 0.10", Spent(0.25, 1.0, 0.10, 0.15), digits=2),
        "coin": coin(said, "co", "「35」は、どのくらい?", 0.35, 1.0),
        "responses": responses(
            said, "sc", "答えた学校", [AskedGroup("北の4校区", 17, 18), AskedGroup("南の4校区", 13, 14)]
        ),
    }


def days() -> list[Day]:
    """A school year up to the middle of October."""
    marked: dict[date, tuple[str, str]] = {
        date(2026, 5, 20): ("late", "遅刻(通院)"),
        date(2026, 6, 16): ("absent", "欠席(発熱)"),
        date(2026, 9, 28): ("suspended", "出席停止(感染症)"),
    }
    found, day = [], date(2026, 4, 8)
    while day <= date(2026, 10, 14):
        holiday = date(2026, 7, 20) < day < date(2026, 8, 31)
        if day.weekday() < 5 and not holiday:
            status, text = marked.get(day, ("present", "出席"))
            found.append(Day(day, status, text, "田村先生"))  # type: ignore[arg-type]
        day += timedelta(days=1)
    return found


def page(language: str, assets: str = "static") -> str:
    """The gallery in a language; `assets` is where the page finds stylesheet and script."""
    text = (Path(__file__).parent / "gallery.html").read_text()
    now = datetime(2026, 10, 14, 7, 30, tzinfo=UTC)
    return environment(language).from_string(text).render(figures=figures(words(language)), assets=assets, now=now)


def main() -> None:
    """Write the page with its assets beside it."""
    build = ROOT / "build"
    build.mkdir(exist_ok=True)
    shutil.copytree(ROOT / "portal" / "static", build / "static", dirs_exist_ok=True)
    for language in sys.argv[1:] or ("ja", "en"):
        (build / f"gallery.{language}.html").write_text(page(language))


if __name__ == "__main__":
    main()
