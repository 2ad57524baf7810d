"""What stands in the town that the browser looks at, so that each page has something to show. Never: a test."""

from tests.browser.served import Served


def stock(served: Served) -> None:
    """Let every role sign in once."""
    for role in ("student", "guardian", "other_guardian", "stranger", "teacher", "office"):
        served.node(role)
