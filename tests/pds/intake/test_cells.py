import pytest

from pds.intake import ProblemCode, cells

VALID_SCHOOL_CODES = (
    "F112310102342",
    "F139190110515",
    "B101210000018",
    "C101210000016",
    "A239290000106",
    "B113210000005",
    "B127210000018",
    "B113299999902",
    "C113299999919",
)


@pytest.mark.parametrize("code", VALID_SCHOOL_CODES)
def test_published_school_codes_keep_their_check_digit(code: str) -> None:
    assert cells.school_code(code) is None


@pytest.mark.parametrize("code", VALID_SCHOOL_CODES)
def test_any_single_wrong_digit_of_a_school_code_is_found(code: str) -> None:
    for place in range(5, 13):
        wrong = code[:place] + str((int(code[place]) + 1) % 10) + code[place + 1 :]
        assert cells.school_code(wrong) is not None


@pytest.mark.parametrize(
    "code", ["F139190110519", "Z113299999902", "B148299999902", "B113499999902", "B113209999902", "no spaces", ""]
)
def test_codes_that_only_look_like_school_codes_are_refused(code: str) -> None:
    finding = cells.school_code(code)
    assert finding is not None
    assert finding[0] == ProblemCode.BAD_SCHOOL_CODE


def test_codes_of_other_countries_pass() -> None:
    assert cells.school_code("us-tn:63") is None


@pytest.mark.parametrize(
    "text", ["2026-02-29", "20260401", "2026-W01-1", "2026-4-1", "2026-04-01T00:00", "２０２６-04-01"]
)
def test_only_real_days_in_one_form_are_days(text: str) -> None:
    assert cells.day(text) is not None


def test_a_day_is_read() -> None:
    assert cells.day("2028-02-29") is None


@pytest.mark.parametrize("text", ["TRUE", "True", "1", "0", "yes", " true"])
def test_booleans_have_two_spellings(text: str) -> None:
    assert cells.boolean(text) is not None


@pytest.mark.parametrize(
    ("text", "fine"),
    [
        ("3f2504e0-4f89-41d3-9a0c-0305e82c3301", True),
        ("3F2504E0-4F89-41D3-9A0C-0305E82C3301", True),
        ("3f2504e0-4f89-11d3-9a0c-0305e82c3301", False),
        ("3f2504e0-4f89-41d3-7a0c-0305e82c3301", False),
        ("3f2504e04f8941d39a0c0305e82c3301", False),
    ],
)
def test_master_identifiers_are_random_uuids(text: str, fine: bool) -> None:  # noqa: FBT001  # a parameter
    assert (cells.uuid4(text) is None) == fine


@pytest.mark.parametrize("text", ["2.02E+11", "1E+05", "1.5E-3", "#N/A", "#REF!", "#NAME?", "########"])
def test_what_a_spreadsheet_spoiled_is_found(text: str) -> None:
    assert cells.sound(text) is not None


@pytest.mark.parametrize("text", ["はい\u202eいいえ", "a\u2066b", "a\x07b", "a\x7f"])
def test_what_turns_or_controls_a_line_is_found(text: str) -> None:
    assert cells.sound(text) is not None


@pytest.mark.parametrize("text", ["3E1", "2E10", "E+1", "№1", "一行\n二行\t三", "👩\u200d🏫", "#1", "㈱"])
def test_other_texts_stand(text: str) -> None:
    assert cells.sound(text) is None


@pytest.mark.parametrize("text", ["1E3", "1_000", "1,000", " 1", "+1", "１", "٣", "1.", ".5", "NaN", "0x1", "1e-3"])
def test_a_number_is_digits_and_a_point(text: str) -> None:
    for whole in (True, False):
        assert cells.number(text, whole=whole) is not None


def test_a_fraction_is_no_whole_number() -> None:
    assert cells.number("2026.0", whole=True) is not None
    assert cells.number("-1.5", whole=False) is None
    assert cells.number("007", whole=True) is None


@pytest.mark.parametrize(("text", "fine"), [("P1", True), ("P1, P2", True), ("P7", False), ("P1,", False)])
def test_grades_come_from_the_closed_list(text: str, fine: bool) -> None:  # noqa: FBT001  # a parameter
    assert (cells.grades(text) is None) == fine


@pytest.mark.parametrize("text", ["１２", "12345", "-1", "1.0"])
def test_attendance_numbers_are_short_ascii_numbers(text: str) -> None:
    assert cells.attendance_number(text) is not None
    assert cells.attendance_number("12") is None
