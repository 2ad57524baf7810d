"""The moving code's page: the right person, the password, one code that is shown once."""

import re

from tests.portal.town import PASSWORD, Town

CODE = re.compile(r"\b(?:[0-9A-Z]{4}-){3}[0-9A-Z]{4}\b")


def test_a_code_is_shown_once_to_whoever_gives_their_password(town: Town) -> None:
    page = f"{town.path('minato')}/transfer/code"
    assert CODE.search(town.guardian.get(page).text) is None
    wrong = town.guardian.post(page, {"password": "not the password"})
    assert wrong.status_code == 422
    assert CODE.search(wrong.text) is None
    made = town.guardian.post(page, {"password": PASSWORD})
    assert made.status_code == 200
    assert CODE.search(made.text)
    assert CODE.search(town.guardian.get(page).text) is None


def test_a_code_stands_in_no_address_and_no_title(town: Town) -> None:
    made = town.guardian.post(f"{town.path('minato')}/transfer/code", {"password": PASSWORD})
    code = CODE.search(made.text)
    assert code is not None
    assert "location" not in made.headers
    assert code.group(0) not in made.text.split("</title>")[0]


def test_another_family_makes_no_code(town: Town) -> None:
    page = f"{town.path('minato')}/transfer/code"
    assert town.stranger.get(page).status_code == 404
    assert town.stranger.post(page, {"password": PASSWORD}).status_code == 404
    assert town.school.node.store.all("moving-key") == []


def test_a_second_code_replaces_the_first(town: Town) -> None:
    page = f"{town.path('minato')}/transfer/code"
    for _ in range(2):
        assert town.guardian.post(page, {"password": PASSWORD}).status_code == 200
    assert len(town.school.node.store.all("moving-key")) == 1
