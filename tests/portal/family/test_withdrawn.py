"""A consent that was given and withdrawn on the pages: the other school opens nothing more, and its attempt is seen."""

from consent.decisions import Refused, Request, ask
from pds.records import Category
from pds.vault import Action, Permit, Purpose
from tests.portal.town import PASSWORD, Town


def _asks(town: Town) -> Permit | Refused:
    """The other school on this node asks for the tests it was shown."""
    other = town.prefecture.aoba
    request = Request(
        vault=town.vault("nozomi"),
        actor=other.org,
        organisation=other.org,
        purpose=Purpose.TEACHING,
        action=Action.READ,
        categories=frozenset({Category.TEST_RESULT}),
    )
    return ask(town.school.node, request)


def test_after_stopping_on_the_page_the_other_school_is_refused_and_the_family_sees_it(town: Town) -> None:
    guardian, path = town.stranger, town.path("nozomi")
    form = {"to": town.prefecture.aoba.org, "kinds": ["test_result"], "until": "2026-11-07", "password": PASSWORD}
    given = guardian.post(f"{path}/consents/new", form)
    assert given.status_code == 303, given.text
    facts = town.school.node.vaults.authorisations(town.vault("nozomi"))
    consent = next(name for name, item in facts.consents.items() if item.recipient == town.prefecture.aoba.org)
    assert isinstance(_asks(town), Permit)
    assert guardian.post(f"{path}/consents/{consent}/stop").status_code == 303
    verdict = _asks(town)
    assert isinstance(verdict, Refused)
    assert "nozomi" not in verdict.reason
    seen = guardian.get(f"{path}/seen").text
    assert "あおば小学校" in seen
    assert "見せていません" in seen
