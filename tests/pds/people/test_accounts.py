"""Accounts: what opens one, what does not, and what a thief of the database learns of it."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier, Event, Thread

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pds.crypto import PasswordKey, PasswordSeal, passwords
from pds.errors import AlreadyExistsError, NotFoundError, SealBrokenError, SignInError
from pds.holders import Role, new_holder
from pds.identifiers import OrgId, new_holder_id, new_vault_id
from pds.node import Node, open_node
from pds.people import MOST_FAILURES, Person, accounts
from pds.people.accounts import index_of
from tests.world import Prefecture

PASSWORD = "ame nochi hare"
WRONG = "ame nochi yuki"


@pytest.fixture
def node(prefecture: Prefecture) -> Node:
    return prefecture.city


def family(node: Node, login: str = "haruka") -> Person:
    person = Person(
        index_of(node, login),
        "CANARY青山",
        holder=new_holder(new_holder_id()),
        vaults={new_vault_id(): Role.GUARDIAN for _ in range(3)},
    )
    accounts.create(node, login, accounts.lock(node, PASSWORD), person)
    return person


def test_the_right_password_gives_back_everything(node: Node) -> None:
    person = family(node)
    opened, attempts = accounts.sign_in(node, " HARUKA", PASSWORD)
    assert opened == person
    assert list(opened.vaults) == list(person.vaults)
    assert attempts.wrong_passwords == 0


def test_staff_come_back_with_their_place(node: Node) -> None:
    index = index_of(node, "tamura")
    staff = Person(index, "田村先生", organisation=OrgId("B1"), position="homeroom_teacher", classes=("P5-2",))
    accounts.create(node, "tamura", accounts.lock(node, PASSWORD), staff)
    opened, _ = accounts.sign_in(node, "tamura", PASSWORD)
    assert opened == staff
    assert opened.member is not None
    assert (opened.member.name, opened.member.position) == ("田村先生", "homeroom_teacher")


def test_one_answer_for_a_wrong_password_and_for_a_name_nobody_has(node: Node) -> None:
    family(node)
    with pytest.raises(SignInError) as wrong:
        accounts.sign_in(node, "haruka", WRONG)
    with pytest.raises(SignInError) as nobody:
        accounts.sign_in(node, "nobody", PASSWORD)
    assert str(wrong.value) == str(nobody.value)


def test_wrong_passwords_are_told_to_the_owner_once(node: Node) -> None:
    family(node)
    for _ in range(3):
        with pytest.raises(SignInError):
            accounts.sign_in(node, "haruka", WRONG)
    assert accounts.sign_in(node, "haruka", PASSWORD)[1].wrong_passwords == 3
    assert accounts.sign_in(node, "haruka", PASSWORD)[1].wrong_passwords == 0


def test_after_ten_failures_even_the_right_password_waits_a_quarter_of_an_hour(
    node: Node, prefecture: Prefecture
) -> None:
    family(node)
    for _ in range(MOST_FAILURES):
        with pytest.raises(SignInError):
            accounts.sign_in(node, "haruka", WRONG)
    with pytest.raises(SignInError):
        accounts.sign_in(node, "haruka", PASSWORD)
    prefecture.clock.advance(minutes=16)
    assert accounts.sign_in(node, "haruka", PASSWORD)[1].wrong_passwords == MOST_FAILURES


def test_a_sign_in_name_is_taken_once_however_it_is_written(node: Node) -> None:
    family(node)
    for written in (" Haruka ", "ＨＡＲＵＫＡ", "haruka\u3000"):
        with pytest.raises(AlreadyExistsError):
            family(node, written)
        assert accounts.sign_in(node, written, PASSWORD)


def test_a_stolen_database_without_the_pepper_does_not_open_under_the_password(node: Node) -> None:
    sealed = passwords.derive(PASSWORD, node.keyring.pepper).seal(b"secret", b"place")
    assert sealed.open(PASSWORD, node.keyring.pepper, b"place") == b"secret"
    with pytest.raises(SealBrokenError):
        sealed.open(PASSWORD, b"\0" * 32, b"place")
    with pytest.raises(SealBrokenError):
        sealed.open(PASSWORD, node.keyring.pepper, b"another place")


def test_the_stored_account_tells_no_name_and_not_how_many_children(node: Node) -> None:
    family(node, "one")
    many = Person(
        index_of(node, "many"),
        "CANARY青山",
        holder=new_holder(new_holder_id()),
        vaults={new_vault_id(): Role.GUARDIAN for _ in range(5)},
    )
    accounts.create(node, "many", accounts.lock(node, PASSWORD), many)
    documents = [text for _, text in node.store.all("account")]
    assert len({len(text) for text in documents}) == 1
    assert not any(b"CANARY" in text or b"many" in text for text in documents)


def test_a_changed_account_opens_under_the_new_password_alone(node: Node) -> None:
    person = family(node)
    _, before = accounts.unlock(node, person.index, PASSWORD)
    changed = accounts.change_password(node, person.index, PASSWORD, WRONG)
    assert accounts.sign_in(node, "haruka", WRONG)[0] == changed == replace(person, turn=1)
    assert accounts.is_current(node, changed)
    assert not accounts.is_current(node, person)  # opened under the password of before
    for refused in (
        lambda: accounts.sign_in(node, "haruka", PASSWORD),
        lambda: accounts.change_password(node, person.index, PASSWORD, "yet another password"),
        lambda: accounts.reseal(node, before, person),  # would bring the old password back
    ):
        with pytest.raises(SignInError):
            refused()
    assert accounts.sign_in(node, "haruka", WRONG)[0] == changed


def test_an_account_that_was_ended_opens_no_more_and_its_name_is_free(node: Node) -> None:
    person = family(node)
    accounts.end(node, " HARUKA ")
    assert not accounts.is_current(node, person)
    with pytest.raises(SignInError):
        accounts.sign_in(node, "haruka", PASSWORD)
    with pytest.raises(NotFoundError):
        accounts.end(node, "haruka")
    other = Person(person.index, "別の人", position="principal")
    key = accounts.lock(node, WRONG)
    accounts.create(node, "haruka", key, other)
    assert accounts.sign_in(node, "haruka", WRONG)[0] == other
    assert accounts.is_current(node, other)
    assert not accounts.is_current(node, person)  # whose session is of another account, though of the same name
    with pytest.raises(SignInError):
        accounts.reseal(node, key, person)
    assert other.member is not None
    assert other.member.id != replace(person, position="principal").account[:16]  # in the log they are two


def test_wrong_passwords_tried_at_the_same_time_are_all_counted_before_any_is_derived(
    node: Node, monkeypatch: pytest.MonkeyPatch
) -> None:
    family(node)
    at_once, tried = MOST_FAILURES + 5, list[str]()
    together, opening = Barrier(at_once), PasswordSeal.unlock

    def with_the_others(seal: PasswordSeal, password: str, pepper: bytes, place: bytes) -> tuple[bytes, PasswordKey]:
        if place != b"nobody":
            tried.append(password)
        together.wait(30)
        return opening(seal, password, pepper, place)

    def guess(number: int) -> None:
        with open_node(node.folder, node.clock) as another, pytest.raises(SignInError):
            accounts.sign_in(another, "haruka", f"{WRONG} {number}")

    with ThreadPoolExecutor(at_once) as threads, monkeypatch.context() as patch:
        patch.setattr(PasswordSeal, "unlock", with_the_others)
        list(threads.map(guess, range(at_once)))
    assert len(tried) == MOST_FAILURES
    assert accounts.attempts_on(node, accounts.index_of(node, "haruka")).wrong_passwords == MOST_FAILURES
    with pytest.raises(SignInError):
        accounts.sign_in(node, "haruka", PASSWORD)


def test_no_password_is_derived_while_others_wait_for_the_store(node: Node, monkeypatch: pytest.MonkeyPatch) -> None:
    waiting, derive = list[bool](), passwords._key

    def watched(costs: PasswordSeal, password: str, pepper: bytes) -> bytes:
        waiting.append(node.store.in_transaction)
        return derive(costs, password, pepper)

    monkeypatch.setattr(passwords, "_key", watched)
    person = family(node)
    accounts.sign_in(node, "haruka", PASSWORD)
    accounts.change_password(node, person.index, PASSWORD, WRONG)
    assert waiting
    assert not any(waiting)


def test_a_child_added_while_the_same_person_signs_in_elsewhere_is_not_lost(node: Node) -> None:
    person = family(node)
    more = replace(person, vaults={**person.vaults, new_vault_id(): Role.GUARDIAN})
    _, key = accounts.unlock(node, person.index, PASSWORD)
    opened, resealed, opening = Event(), Event(), PasswordSeal.unlock

    def slowly(seal: PasswordSeal, password: str, pepper: bytes, place: bytes) -> tuple[bytes, PasswordKey]:
        found = opening(seal, password, pepper, place)
        opened.set()
        assert resealed.wait(30)
        return found

    elsewhere = Thread(target=lambda: sign_in_elsewhere(node))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(PasswordSeal, "unlock", slowly)
        elsewhere.start()
        assert opened.wait(30)
        accounts.reseal(node, key, more)
        resealed.set()
        elsewhere.join()
    assert accounts.sign_in(node, "haruka", PASSWORD)[0] == more


def sign_in_elsewhere(node: Node) -> None:
    with open_node(node.folder, node.clock) as another:
        accounts.sign_in(another, "haruka", PASSWORD)


def test_a_person_and_an_account_print_no_name() -> None:
    person = Person("i" * 64, "CANARY青山", holder=new_holder("h"))
    assert "CANARY" not in repr(person)
    assert "holder" not in repr(person)


@settings(max_examples=4, deadline=None)
@given(secret=st.binary(min_size=1, max_size=500), password=st.text(min_size=10, max_size=40))
def test_whatever_was_sealed_comes_back(secret: bytes, password: str) -> None:
    assert passwords.derive(password, b"p" * 32).seal(secret, b"here").open(password, b"p" * 32, b"here") == secret


def test_a_new_account_costs_a_guess_what_rfc_9106_recommends(node: Node, monkeypatch: pytest.MonkeyPatch) -> None:
    assert passwords.RECOMMENDED == (3, 4, 64 * 1024)
    monkeypatch.setattr(passwords, "cost", passwords.RECOMMENDED)
    sealed = passwords.derive(PASSWORD, node.keyring.pepper).seal(b"secret", b"place")
    assert (sealed.iterations, sealed.lanes, sealed.memory_kib) == passwords.RECOMMENDED
    assert sealed.open(PASSWORD, node.keyring.pepper, b"place") == b"secret"


def test_a_password_typed_once_more_counts_like_a_sign_in(node: Node) -> None:
    person = family(node)
    accounts.verify(node, person.index, PASSWORD)
    for _ in range(MOST_FAILURES):
        with pytest.raises(SignInError):
            accounts.verify(node, person.index, WRONG)
    with pytest.raises(SignInError):
        accounts.verify(node, person.index, PASSWORD)
    with pytest.raises(SignInError):
        accounts.sign_in(node, "haruka", PASSWORD)
