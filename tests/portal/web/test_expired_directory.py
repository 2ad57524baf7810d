"""A directory that ran out, or is missing, takes no page away: names stay what they were, or codes stand for them."""

from collections.abc import Callable
from datetime import date

import pytest

from pds.errors import SignatureError
from tests.portal.town import Town

PAGES = ("", "/road", "/seen", "/consents", "/statistics", "/transfer")
LAST_DAY = date(2027, 3, 31)


def run_out(town: Town) -> None:
    """Let time pass until the directory has expired."""
    town.prefecture.clock.advance(days=400)
    assert town.school.node.today() > LAST_DAY
    with pytest.raises(SignatureError, match="valid until"):
        town.school.node.directory  # noqa: B018  # reading it is the point


def lose(town: Town) -> None:
    """Take the directory out of the database."""
    store = town.school.node.store
    with store.transaction():
        store.drop("directory", "in-use")
        store.drop("directory-seen", "newest")


@pytest.mark.parametrize("happens", [run_out, lose])
def test_a_familys_pages_are_there_when_the_directory_ran_out_or_is_missing(
    town: Town, happens: Callable[[Town], None]
) -> None:
    assert town.guardian
    assert town.student
    happens(town)
    for browser in map(town.signed_in, ("haruka", "minato")):
        for page in PAGES:
            answer = browser.get(town.path("minato") + page)
            assert answer.status_code == 200, page


def test_a_directory_that_ran_out_still_says_what_a_school_is_called(town: Town) -> None:
    name = town.school.node.name_of(town.school.org)
    assert name != town.school.org
    assert town.guardian
    run_out(town)
    assert name in town.signed_in("haruka").get(f"{town.path('minato')}/consents").text


def test_without_a_directory_a_school_is_called_by_its_code(town: Town) -> None:
    lose(town)
    assert town.school.org in town.guardian.get(f"{town.path('minato')}/consents").text


def test_a_schools_pages_are_there_when_the_directory_ran_out(town: Town) -> None:
    name = town.school.node.name_of(town.school.org)
    assert town.teacher
    assert town.office
    run_out(town)
    assert name in town.signed_in("tamura").get(f"/school/student/{town.ref('minato')}").text
    office = town.signed_in("nagaoka")
    for page in ("/school", "/school/incoming", "/school/outgoing"):
        assert office.get(page).status_code == 200, page


@pytest.mark.parametrize("happens", [run_out, lose])
def test_a_page_that_needs_the_directory_says_that_it_is_the_directory_and_nothing_is_lost(
    town: Town, happens: Callable[[Town], None]
) -> None:
    happens(town)
    for browser, page in (
        (town.guardian, f"{town.path('minato')}/consents/new"),
        (town.office, "/school/outgoing/new"),
    ):
        answer = browser.get(page)
        assert answer.status_code == 503
        assert "組織の名簿" in answer.text
        assert "記録はなくなっていません" in answer.text


def test_a_running_node_relies_no_longer_on_a_directory_that_ran_out_since_it_read_it(town: Town) -> None:
    node = town.school.node
    assert node.directory.valid_until == LAST_DAY
    run_out(town)
