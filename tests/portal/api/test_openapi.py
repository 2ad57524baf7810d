"""Whatever is sent to any route, by anybody: an answer in words, and never a fault of ours."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings

from portal.app import create_app
from tests.portal.town import Browser, Town, open_town

EXAMPLES = 2  # for each route and role; the first is the simplest there is
ROLES = ("nobody", "student", "guardian", "teacher", "office", "drafter")
SCHEMA = schemathesis.openapi.from_dict(create_app(Path("nowhere")).openapi())
OPERATIONS = [SCHEMA[path][method].as_strategy() for path in SCHEMA for method in SCHEMA[path]]
PROBE = settings(
    max_examples=EXAMPLES, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck)
)


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    with open_town(tmp_path_factory.mktemp("town")) as built:
        yield built


@pytest.mark.parametrize("role", ROLES)
def test_no_request_is_answered_with_a_fault_of_ours(role: str, town: Town) -> None:
    browser: Browser = town.anybody() if role == "nobody" else getattr(town, role)
    token = "" if role == "nobody" else browser.token
    known = {"child": town.ref("minato"), "student": town.ref("minato")}
    asked = []
    for operation in OPERATIONS:

        @PROBE
        @given(case=operation)
        def probe(case: Any) -> None:
            values = {name: known.get(name, value) for name, value in (case.path_parameters or {}).items()}
            fields = dict(case.body) if isinstance(case.body, dict) else {}
            if fields and case.path != "/signout":
                fields["form_token"] = token
            answer = browser.client.request(
                case.method,
                case.path.format(**values),
                params=case.query or None,
                data=fields or None,
                follow_redirects=False,
            )
            asked.append(answer.status_code)
            assert answer.status_code < 500, (case.method, case.path)
            assert "Traceback" not in answer.text

        probe()
    assert len(asked) > len(OPERATIONS)
    if role != "nobody":
        assert browser.get("/account").status_code == 200
