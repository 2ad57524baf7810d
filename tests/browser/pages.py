"""Every page of every role and every state, by name: who opens which address, and what then stands there.

A route that shows a page and is not named here fails a test. Never: what a page must hold (`looking`).
"""

from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Page

from tests.browser.served import Served
from tests.browser.stocked import MOVING

WRONG = "not the password"


def nothing_more(_page: Page) -> None:
    """Opening the page is all."""


@dataclass(frozen=True)
class Screen:
    """One page or state.

    Attributes:
        name: Of its pictures in `build/screens/`.
        role: Who opens it; None: nobody is signed in.
        route: The route it belongs to; empty for a state of no route.
        path: Its address in a town.
        status: How the server answers.
        act: What is done on the page before it is looked at.
        ended: The session has ended in the meantime.
    """

    name: str
    role: str | None
    route: str
    path: Callable[[Served], str]
    status: int = 200
    act: Callable[[Page], None] = nothing_more
    ended: bool = False


def at(address: str) -> Callable[[Served], str]:
    """An address that is the same in every town."""
    return lambda _served: address


def about(student: str, rest: str = "") -> Callable[[Served], str]:
    """A page about a child."""
    return lambda served: served.town.path(student) + rest


def place(name: str) -> Callable[[Served], str]:
    """Where something of the stocked town stands."""
    return lambda served: served.places[name]


def protection_of(student: str) -> Callable[[Served], str]:
    """The office's page on whom a student is protected from."""
    return lambda served: f"/school/protection?student={served.town.ref(student)}"


def student_of(student: str) -> Callable[[Served], str]:
    """A school's page about a student."""
    return lambda served: f"/school/student/{served.town.ref(student)}"


def _wrong_password(page: Page) -> None:
    page.fill("input[name=login]", "nobody-of-this-name")
    page.fill("input[name=password]", WRONG)
    page.click("main button[type=submit]")
    page.wait_for_selector("[aria-invalid=true]")


def _wrong_invitation(page: Page) -> None:
    page.fill("input[name=code]", "AAAA-BBBB")
    for field, text in (("name", "だれか"), ("login", "someone"), ("password", "short"), ("again", "shorter")):
        page.fill(f"input[name={field}]", text)
    page.click("main button[type=submit]")
    page.wait_for_selector("[aria-invalid=true]")


def _forge(page: Page) -> None:
    page.evaluate("() => document.querySelectorAll('[name=form_token]').forEach((e) => { e.value = 'forged'; })")
    page.click(".mk-menu summary")
    page.click(".mk-menu__panel button[type=submit]")
    page.wait_for_selector("[role=alert]")


def _open_dialog(page: Page) -> None:
    page.locator("a[href^='#dlg-stop']").first.click()
    page.wait_for_selector("dialog[open]")


def _submit(page: Page, form: str) -> None:
    """Send a form without its browser's own checks, as an old browser does."""
    page.evaluate("() => document.querySelectorAll('form').forEach((form) => { form.noValidate = true; })")
    page.click(f"main {form} button[type=submit]")


def _submit_wrong(form: str) -> Callable[[Page], None]:
    """Send a form that lacks something, and wait for what is said about it."""

    def act(page: Page) -> None:
        _submit(page, form)
        page.wait_for_selector("[data-focus]")

    return act


_write_nothing = _submit_wrong("form[action$='/write/mood']")
_wrong_consent = _submit_wrong("form[action$='/consents/new']")
_commit_unchecked = _submit_wrong("form[action$='/commit']")
_approve_unproved = _submit_wrong("form[action$='/approve']")
_release_unproved = _submit_wrong("form[action$='/release']")
_estimate = _submit_wrong("form[action='/studies/new']")


def _estimate_titled(page: Page) -> None:
    page.fill("#title", "欠席の多い児童生徒")
    _submit(page, "form[action='/studies/new']")
    page.wait_for_selector("button[value=draft]")


def _write_letter(page: Page) -> None:
    page.locator("form[action='/school/invitations'] button").first.click()
    page.wait_for_selector("#letter-h")


MOVES = ("sora", *MOVING)
ABOUT = ("privacy", "accessibility", "contact", "help", "records", "statistics")
GATE = (
    Screen("gate-signin", None, "/signin", at("/signin")),
    Screen("gate-signin-ended", None, "/signin", at("/signin?ended=1")),
    Screen("gate-signin-wrong", None, "/signin", at("/signin"), act=_wrong_password),
    Screen("gate-welcome", None, "/welcome", at("/welcome")),
    Screen("gate-welcome-wrong", None, "/welcome", at("/welcome"), act=_wrong_invitation),
    Screen("talk", None, "/talk", at("/talk")),
    Screen("talk-without-contacts", "other_office", "", at("/talk")),
    *(Screen(f"about-{page}", None, "/about/{page}", at(f"/about/{page}")) for page in ABOUT),
    Screen("account-guardian", "guardian", "/account", at("/account")),
    Screen("account-teacher", "teacher", "/account", at("/account")),
    Screen("account-official", "drafter", "/account", at("/account")),
)
STATES = (
    Screen("state-signed-out", None, "/", at("/"), status=401),
    Screen("state-ended", None, "/", at("/"), status=401, ended=True),
    Screen("state-missing", None, "", at("/no/such/page"), status=404),
    Screen("state-no-permission", "stranger", "", about("minato"), status=404),
    Screen("state-forged", "guardian", "", at("/account"), act=_forge),
    Screen("state-failed", None, "", at("/broken"), status=500),
)
FAMILY = (
    Screen("student-home", "student", "/child/{child}", about("minato")),
    Screen("student-road", "student", "/child/{child}/road", about("minato", "/road")),
    Screen("student-write", "student", "/child/{child}/write", about("minato", "/write")),
    Screen("student-write-wrong", "student", "/child/{child}/write", about("minato", "/write"), act=_write_nothing),
    Screen("student-consents", "student", "/child/{child}/consents", about("minato", "/consents")),
    Screen("student-seen", "student", "/child/{child}/seen", about("minato", "/seen")),
    Screen("guardian-digest", "guardian", "/child/{child}", about("minato")),
    Screen("guardian-digest-first-day", "stranger", "/child/{child}", about("nozomi")),
    Screen("guardian-road", "guardian", "/child/{child}/road", about("minato", "/road")),
    Screen("guardian-road-empty", "stranger", "/child/{child}/road", about("nozomi", "/road?subject=P030")),
    Screen("guardian-consents", "guardian", "/child/{child}/consents", about("minato", "/consents")),
    Screen("guardian-consents-empty", "stranger", "/child/{child}/consents", about("nozomi", "/consents")),
    Screen("guardian-consents-stop", "guardian", "", about("minato", "/consents"), act=_open_dialog),
    Screen("guardian-consent-new", "guardian", "/child/{child}/consents/new", about("minato", "/consents/new")),
    Screen("guardian-consent-wrong", "guardian", "", about("minato", "/consents/new"), act=_wrong_consent),
    Screen("guardian-consent-answer", "guardian", "/child/{child}/consents/{consent}/answer", place("answer")),
    Screen("guardian-consent-receipt", "guardian", "/child/{child}/consents/{consent}/receipt", place("receipt")),
    Screen("guardian-consent-ended", "guardian", "", place("ended receipt")),
    Screen("guardian-seen", "guardian", "/child/{child}/seen", about("minato", "/seen")),
    Screen("guardian-seen-empty", "stranger", "/child/{child}/seen", about("nozomi", "/seen?who=refused")),
    Screen("guardian-transfer", "guardian", "/child/{child}/transfer", about("sora", "/transfer")),
    Screen("guardian-moving-code", "guardian", "/child/{child}/transfer/code", about("sora", "/transfer/code")),
    Screen("guardian-anew-none", "guardian", "/child/{child}/anew", about("minato", "/anew")),
    Screen("guardian-transfer-none", "stranger", "/child/{child}/transfer", about("nozomi", "/transfer")),
    Screen("guardian-statistics", "guardian", "/child/{child}/statistics", about("minato", "/statistics")),
    Screen("state-moving", "guardian-on-the-way", "", about("quarantined"), status=409),
)
SCHOOL = (
    Screen("school-classes", "teacher", "/school", at("/school")),
    Screen("school-board", "teacher", "", at("/school?class=P5-2")),
    Screen("school-board-names", "teacher", "", at("/school?class=P5-2&view=names")),
    Screen("school-board-office", "office", "", at("/school?class=P5-2")),
    Screen("school-student", "teacher", "/school/student/{student}", student_of("minato")),
    Screen("school-student-office", "office", "/school/student/{student}", student_of("minato")),
    Screen("state-other-class", "teacher", "", student_of("sora"), status=404),
    Screen("school-incoming", "other_office", "/school/incoming", at("/school/incoming")),
    Screen("school-incoming-none", "office", "/school/incoming", at("/school/incoming")),
    *(
        Screen(f"school-incoming-{name}", "other_office", "/school/incoming/{transfer}", place(f"{name} in"))
        for name in MOVES
    ),
    Screen("school-incoming-wrong", "other_office", "", place("quarantined in"), act=_commit_unchecked),
    Screen("school-outgoing", "office", "/school/outgoing", at("/school/outgoing")),
    Screen("school-outgoing-none", "other_office", "/school/outgoing", at("/school/outgoing")),
    Screen("school-outgoing-class", "office", "/school/outgoing/new", at("/school/outgoing/new")),
    Screen("school-outgoing-new", "office", "/school/outgoing/new", at("/school/outgoing/new?class=P5-2")),
    *(
        Screen(f"school-outgoing-{name}", "office", "/school/outgoing/{transfer}", place(f"{name} out"))
        for name in MOVES
    ),
    Screen("school-leaving", "office", "/school/leaving", at("/school/leaving")),
    Screen("school-leaving-one", "office", "", lambda served: f"/school/leaving?student={served.town.ref('minato')}"),
    Screen(
        "school-guardian",
        "office",
        "/school/guardian",
        lambda served: f"/school/guardian?student={served.town.ref('minato')}&number=1",
    ),
    Screen("school-invitations", "office", "/school/invitations", at("/school/invitations")),
    Screen("school-invitations-class", "office", "/school/invitations", at("/school/invitations?class=P5-1")),
    Screen("school-protection", "office", "/school/protection", protection_of("nozomi")),
    Screen("school-letter", "office", "", at("/school/invitations?class=P5-1"), act=_write_letter),
)
OFFICIAL = (
    Screen("study-list", "drafter", "/studies", at("/studies")),
    Screen("study-list-none", "nation", "/studies", at("/studies")),
    Screen("study-new", "drafter", "/studies/new", at("/studies/new")),
    Screen("study-new-wrong", "drafter", "/studies/new", at("/studies/new"), act=_estimate),
    Screen("study-estimate", "drafter", "/studies/new", at("/studies/new"), act=_estimate_titled),
    *(
        Screen(f"study-{state}", "approver", "/studies/{study}", place(state))
        for state in ("draft", "waiting", "answered", "released")
    ),
    Screen("study-approve-wrong", "approver", "", place("draft"), act=_approve_unproved),
    Screen("study-release-wrong", "approver", "", place("answered"), act=_release_unproved),
    Screen("study-budget", "drafter", "/studies/budget", at("/studies/budget")),
    Screen("study-published", "drafter", "/studies/published", at("/studies/published")),
    Screen("study-published-none", "nation", "/studies/published", at("/studies/published")),
)
SCREENS = (*GATE, *STATES, *FAMILY, *SCHOOL, *OFFICIAL)
# What no person reads in a browser: a sign of life, and files to keep.
NO_PAGES = {"/health", "/child/{child}/seen/list", "/studies/{study}/table.csv"}
