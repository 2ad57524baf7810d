"""Charts as figures for pages: one function for each kind, from numbers to markup with words and a table.

Never: a read of a vault, a statistic of its own, a script, a style.
"""

from portal.charts.attendance import Day, Status, attendance
from portal.charts.bars import Bar, ReferenceLine, Scale, bars
from portal.charts.coin import coin, odds
from portal.charts.gauge import Spent, gauge
from portal.charts.lines import Break, SchoolTerm, Series, lines
from portal.charts.radar import Axis, radar
from portal.charts.responses import AskedGroup, responses

__all__ = [
    "AskedGroup",
    "Axis",
    "Bar",
    "Break",
    "Day",
    "ReferenceLine",
    "Scale",
    "SchoolTerm",
    "Series",
    "Spent",
    "Status",
    "attendance",
    "bars",
    "coin",
    "gauge",
    "lines",
    "odds",
    "radar",
    "responses",
]
