"""Who asks: the session behind a request, as dependencies of routes. A route without one of them is public.

Here: cookie, session, form token, language, and the doors to vaults in the asker's own name. Never: a rule about who
may do what (`consent.decisions`), a page's content.
"""

import secrets
from collections.abc import Container, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import Depends, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from consent.decisions import Request as Wish
from consent.decisions import permit
from pds.clock import JAPAN
from pds.errors import NotFoundError, NotYetError, SignInError
from pds.identifiers import VaultId
from pds.node import Node
from pds.people import LONGEST, SHORTEST, Flaw, Person, Session, accounts, choosing, person_from_document, sessions
from pds.records import Category
from pds.vault import Action, VaultReader
from portal.components import environment
from portal.language import Words, words
from portal.web.errors import ForgedFormError, NoSuchPageError, NotSignedInError

LANGUAGE = "manabi-language"
IDLE, IDLE_SHARED = timedelta(minutes=30), timedelta(minutes=10)


def node_of(request: Request) -> Node:
    """The node this application serves."""
    node: Node = request.app.state.node
    return node


def cookie_of(request: Request) -> str:
    """The session's cookie; over TLS browsers hold its prefix to this host and path (RFC 6265bis section 4.1.3)."""
    return "__Host-manabi" if request.url.scheme == "https" else "manabi"


def words_of(request: Request) -> Words:
    """The reader's language, chosen before or after signing in; Japanese first."""
    return words(request.cookies.get(LANGUAGE, "ja"))


@dataclass(frozen=True, slots=True)
class Asked:
    """One request by a person who is signed in.

    Attributes:
        memory: What the session remembers of what was shown, such as the names of children; changed with `remember`.
    """

    request: Request
    node: Node
    session: Session
    person: Person = field(repr=False)
    words: Words

    @property
    def token(self) -> str:
        """What each form of this session carries."""
        return str(self.session.content["form_token"])

    @property
    def memory(self) -> Mapping[str, Any]:
        """What the session remembers of what was shown, such as the names of children."""
        found: Mapping[str, Any] = self.session.content["memory"]
        return found

    def remember(self, **values: object) -> None:
        """Keep something of what was shown until the session ends, sealed with it."""
        self.session.content["memory"].update(values)
        sessions.keep(self.node, self.session, self.session.content)

    @contextmanager
    def reading(self, vault: VaultId, *categories: Category) -> Iterator[VaultReader]:
        """Open a vault in a family member's own name: one permit, one line in the log.

        Raises:
            RefusedError: it is not this person's.
        """
        leave = permit(self.node, self.wish(vault, Action.READ, *categories))
        with self.node.vaults.read(leave, self.person.holder) as reader:
            yield reader

    def wish(self, vault: VaultId, action: Action, *categories: Category) -> Wish:
        """A family member's request for own use."""
        if self.person.holder is None:
            raise NoSuchPageError("staff do not open a vault in a family's name")
        return Wish.own(vault, self.person.holder.id, action, categories, signed_in=True)

    def staff_wish(self, vault: VaultId, action: Action, *categories: Category, in_class: bool = False) -> Wish:
        """A member of staff's request in their school's name."""
        if self.person.organisation is None:
            raise NoSuchPageError("a family does not open a vault in a school's name")
        return Wish.of_school(
            vault,
            self.person.organisation,
            action,
            categories,
            member=self.person.member,
            in_class=in_class,
            signed_in=True,
        )

    def render(self, template: str, status: HTTPStatus = HTTPStatus.OK, **values: object) -> HTMLResponse:
        """A page from its template; every template knows `asked` and the form's hidden fields."""
        return render(self.words, template, status, asked=self, hidden={"form_token": self.token}, **values)


def render(words: Words, template: str, status: HTTPStatus = HTTPStatus.OK, **values: object) -> HTMLResponse:
    """A page from its template, in a language."""
    text = environment(words.language).get_template(template).render(**values)
    return HTMLResponse(text, status_code=status.value)


def redirect(path: str) -> RedirectResponse:
    """Send the browser on after a form was taken; reloading does not send it twice."""
    return RedirectResponse(path, status_code=HTTPStatus.SEE_OTHER)


def wrong_password(asked: Asked, password: str) -> str:
    """What to say about a password typed once more, before an act that asks for it; empty when it is right."""
    try:
        accounts.verify(asked.node, asked.person.index, password)
    except SignInError:
        return asked.words.say("パスワードがちがいます。何度もまちがえたときは、少し待ってから入れてください。")
    return ""


def not_yet(words: Words, error: NotYetError) -> str:
    """What to say about an invitation that is good later."""
    return words.say(
        "この招待コードは、%(day)sから使えます。家族のだれかが自分のページで確かめると、すぐに使えます。",
        day=words.full_day((error.opens_at + timedelta(days=1)).astimezone(JAPAN).date()),
    )


def password_flaw(words: Words, node: Node, password: str, near: Iterable[str]) -> str:
    """What to say about a password that somebody wants to choose; empty when they may."""
    flaw = choosing.flaw_of(password, accounts.near_words(node, near))
    if flaw is None:
        return ""
    said = {
        Flaw.SHORT: words.say("パスワードは%(shortest)s文字以上にしてください。", shortest=SHORTEST),
        Flaw.LONG: words.say("パスワードは%(longest)s文字までです。", longest=LONGEST),
        Flaw.ODD: words.say("パスワードに使えない文字が入っています。"),
        Flaw.GUESSED: words.say(
            "このパスワードは、すぐに当てられます。単語を3つか4つならべると、当てられにくくなります。"
        ),
    }
    return said[flaw]


def open_to(node: Node, person: Person) -> list[VaultId]:
    """The vaults that are there for a member of a family now, in the order they were added.

    A child who is protected from this person is not among them, and so like one who does not exist, on every page: no
    line, size or write tells whether that child is still at the same school.
    """
    mine = None if person.holder is None else person.holder.id
    found = []
    for vault in person.vaults:
        try:
            admitted = node.vaults.authorisations(vault).holders.get(mine or "")
        except NotFoundError:
            continue
        if admitted is not None and admitted.may_look:
            found.append(vault)
    return found


def ref(node: Node, vault: VaultId) -> str:
    """How a vault is called in addresses of this node's pages: keyed, so that nobody can make or read one."""
    return node.keyring.address(vault)


def vault_of(node: Node, wanted: str, known: Container[VaultId]) -> VaultId | None:
    """The vault that is called so, if it is one of the known ones, or went on in one of them."""
    vault = node.keyring.vault_at(wanted)
    if vault is None or vault in known:
        return vault
    further = node.vaults.goes_on(vault)
    return further if further in known else None


def _signed_in(request: Request) -> Asked:
    node, token = node_of(request), request.cookies.get(cookie_of(request))
    session = sessions.resume(node, token) if token else None
    if session is None:
        raise NotSignedInError(ended=token is not None)
    person = person_from_document(session.content["person"])
    if not accounts.is_current(node, person):
        sessions.end(node, session.token)
        raise NotSignedInError(ended=True)
    return Asked(request, node, session, _led_on(node, person), words_of(request))


def _led_on(node: Node, person: Person) -> Person:
    """The same person, at the vaults in which their children's histories go on.

    Whether they have a place there is for `open_to` and the permit to say: a closed vault is nobody's.
    """
    return replace(person, vaults={node.vaults.goes_on(vault): role for vault, role in person.vaults.items()})


def _acting(asked: Annotated[Asked, Depends(_signed_in)], form_token: Annotated[str, Form()] = "") -> Asked:
    if not secrets.compare_digest(form_token.encode(), asked.token.encode()) or not same_origin(asked.request):
        accounts.note_forged_form(asked.node, asked.person.index)
        raise ForgedFormError("a form came without its token")
    return asked


def same_origin(request: Request) -> bool:
    """False when the browser says that another site made it send this (Fetch Metadata, Origin of RFC 6454)."""
    origin = request.headers.get("origin")
    fetched = request.headers.get("sec-fetch-site", "same-origin")
    return fetched in ("same-origin", "none") and origin in (None, "null", _asked_at(request))


def own_address(request: Request) -> str:
    """How this node is to be called on paper: its first public address, or as it was asked for where none is set."""
    addresses: tuple[str, ...] = request.app.state.addresses
    return next(iter(addresses), _asked_at(request))


def _asked_at(request: Request) -> str:
    return f"{request.url.scheme}://{request.url.netloc}"


def _family(asked: Annotated[Asked, Depends(_signed_in)]) -> Asked:
    if asked.person.holder is None:
        raise NoSuchPageError("a page for families")
    return asked


def _staff(asked: Annotated[Asked, Depends(_signed_in)]) -> Asked:
    if asked.person.position in (None, "official"):
        raise NoSuchPageError("a page for schools")
    return asked


def _official(asked: Annotated[Asked, Depends(_signed_in)]) -> Asked:
    if asked.person.position != "official":
        raise NoSuchPageError("a page for boards and the nation")
    return asked


def _family_acts(_role: Annotated[Asked, Depends(_family)], acting: Annotated[Asked, Depends(_acting)]) -> Asked:
    return acting


def _staff_acts(_role: Annotated[Asked, Depends(_staff)], acting: Annotated[Asked, Depends(_acting)]) -> Asked:
    return acting


def _official_acts(_role: Annotated[Asked, Depends(_official)], acting: Annotated[Asked, Depends(_acting)]) -> Asked:
    return acting


SignedIn = Annotated[Asked, Depends(_signed_in)]
Acting = Annotated[Asked, Depends(_acting)]
Family = Annotated[Asked, Depends(_family)]
FamilyActs = Annotated[Asked, Depends(_family_acts)]
Staff = Annotated[Asked, Depends(_staff)]
StaffActs = Annotated[Asked, Depends(_staff_acts)]
Official = Annotated[Asked, Depends(_official)]
OfficialActs = Annotated[Asked, Depends(_official_acts)]
