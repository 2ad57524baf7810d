"""Runs tests and says of each how it ended, as one JSON object on standard output; started as a script of its own.

Never: an import of the project; what is run may be a tree in which the project is broken on purpose.
"""

import json
import sys
from contextlib import redirect_stdout
from typing import Any

import pytest

HELD = "failed an assertion"
PASSED = "passed"


class Outcomes:
    """Notes the worst that happened to each test, under its node id without parameters."""

    def __init__(self) -> None:
        self.by_test: dict[str, list[str]] = {}

    def note(self, node: str, outcome: str) -> None:
        """One case of a test."""
        self.by_test.setdefault(node.partition("[")[0], []).append(outcome)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item: pytest.Item, call: pytest.CallInfo[None]) -> Any:
        """Looks at the exception itself; a report knows it as text alone."""
        report = yield
        if call.excinfo is None:
            if call.when == "call":
                self.note(item.nodeid, PASSED)
        elif call.excinfo.errisinstance(pytest.skip.Exception):
            self.note(item.nodeid, "was skipped")
        elif call.when == "call" and call.excinfo.errisinstance((AssertionError, pytest.fail.Exception)):
            self.note(item.nodeid, HELD)
        else:
            self.note(item.nodeid, f"ended in {call.when} with {call.excinfo.typename}")
        return report

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """What cannot be collected has not failed, it was not run."""
        if report.failed:
            self.note(report.nodeid, "cannot be collected")


def main(nodes: list[str]) -> None:
    """Run the tests of some node ids below the working directory."""
    outcomes = Outcomes()
    with redirect_stdout(sys.stderr):
        pytest.main(["--quiet", "-p", "no:cacheprovider", "--rootdir", ".", *nodes], plugins=[outcomes])
    print(json.dumps(outcomes.by_test))


if __name__ == "__main__":
    main(sys.argv[1:])
