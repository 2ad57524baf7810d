"""A table that somebody keeps opens in any spreadsheet, with every letter, and runs in none."""

import csv
import io

import pytest

from pds.export import Figure, csv_table


def test_a_table_reads_back_as_it_was_written_with_quotes_commas_lines_and_every_letter() -> None:
    rows = [["髙橋, 愛子", 'a "quoted" word', "two\r\nlines"], ["", "𠮟", "😀"]]
    content = csv_table(["名前", "second", "third"], rows)
    assert content.startswith(b"\xef\xbb\xbf")
    assert list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""))) == [
        ["名前", "second", "third"],
        *rows,
    ]


BEGINNINGS = ["=", "+", "-", "@", "＝", "＋", "－", "＠", "﹦", "﹢", "﹣", "﹫", "−"]
UNSEEN = ["", " ", "\u3000", "\xa0", "\t", "\r", "\n", "\u200b", "\ufeff", "\u202e", " \u200b\t "]


@pytest.mark.parametrize(
    "cell", [f"{unseen}{begins}1+1" for begins in BEGINNINGS for unseen in UNSEEN] + ["\ta", "\ra"]
)
def test_no_cell_and_no_heading_runs_as_a_formula(cell: str) -> None:
    for content in (csv_table([cell], []), csv_table(["a"], [[cell]])):
        [*_, [found]] = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""))
        assert found == f"'{cell}"


@pytest.mark.parametrize("cell", ["", " ", "1-2", "a=b", "\u3000髙橋", "家庭科の準備", "〇 一"])
def test_a_text_that_runs_nowhere_stands_as_it_is(cell: str) -> None:
    [_, [found, _]] = csv.reader(io.StringIO(csv_table(["a"], [[cell, "b"]]).decode("utf-8-sig"), newline=""))
    assert found == cell


def test_a_figure_keeps_its_sign() -> None:
    assert csv_table(["a"], [[Figure("-1.5")]]).endswith(b"-1.5\r\n")
