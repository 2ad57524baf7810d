"""A school that means harm sends a history: it takes nobody's name, keys or students at the receiving node."""

from datetime import date

import pytest

from consent.lifecycle import acts, moving
from consent.lifecycle.moving import sending
from pds.errors import RefusedError
from pds.holders import Control, Role, SecretHolder, new_holder
from pds.intake import LocalId
from pds.transfer import State, state
from pds.vault import Admitted, Enrolled
from tests.world.carrier import carry
from tests.world.prefecture import SCHEME, Prefecture, score_record


def test_a_bundle_does_not_replace_keys_of_somebody_known_here(
    prefecture: Prefecture, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad, good = prefecture.minato, prefecture.hikari
    good.admit("bunta", records=[score_record(good)])
    victim = good.guardian("bunta").id
    before = good.node.keyring.card(victim)
    own = new_holder("x")
    impostor = SecretHolder(victim, own.hpke_private, own.signing_private)
    enrolled = Enrolled(school=bad.org, school_year=2026, on=date(2026, 4, 1))
    family = [Admitted(holder=impostor.public, role=Role.GUARDIAN, control=Control.CUSTODIAL)]
    vault = acts.found(bad.node, bad.org, enrolled, family)
    bad.node.vaults.link(bad.org, SCHEME, "aiko", vault)
    transfer = moving.offer(bad.node, vault, good.org)
    carry(prefecture.nodes)
    moving.accept(good.node, transfer, date(2026, 5, 11), [LocalId(SCHEME, "aiko")])
    carry(prefecture.nodes)
    monkeypatch.setattr(sending, "custodial_of", lambda *_: [impostor])  # what the harmful school's software does
    moving.send(bad.node, transfer)
    carry(prefecture.nodes)
    assert state.load(good.node, transfer, "receiver").state is State.REFUSED
    with pytest.raises(RefusedError):
        moving.commit(good.node, transfer)
    assert good.node.keyring.card(victim) == before
    assert len(good.read("bunta")) == 2
