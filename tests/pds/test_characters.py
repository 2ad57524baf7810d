import pytest

from pds.characters import first_unseen, is_hidden, is_ideographic_selector, turns


@pytest.mark.parametrize(
    "character",
    [
        *"\u200b\u200c\u200d\u2060\ufeff\u00ad\u034f\u115f\u1160\u3164\uffa0\u2800\u180e\ufe0f\U000e0100",
        *"\t\n\r\x00\x7f\x85\u2028",
    ],
)
def test_whatever_shows_as_nothing_is_found_wherever_it_stands(character: str) -> None:
    assert is_hidden(character)
    assert [first_unseen(text) for text in (f"{character}S1", f"S{character}1", f"S1{character}")] == [1, 2, 3]


@pytest.mark.parametrize("blank", list(" \u00a0\u3000\u2003\u202f\u1680"))
def test_a_blank_of_any_width_is_found(blank: str) -> None:
    assert not is_hidden(blank)
    assert first_unseen(f"S1{blank}") == 3


def test_letters_of_every_kind_are_seen() -> None:
    assert first_unseen("S1001-髙﨑㈱ガｶﾞが𠮷Ünïé") is None


def test_controls_of_direction_and_shapes_of_kanji_are_told_apart() -> None:
    assert all(map(turns, "\u202e\u2066\u200f\u061c"))
    assert not turns("\u200b")
    assert is_ideographic_selector("\U000e0101")
    assert not is_ideographic_selector("\ufe00")
