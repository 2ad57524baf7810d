"""Addresses of pages about a child: only this node makes one, and one that means nothing costs it nothing."""

import pytest

from pds.identifiers import VaultId
from pds.vault import Vaults
from tests.portal.town import Town
from tests.world import Prefecture


def test_an_address_that_means_nothing_is_compared_with_no_vault(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    guardian, teacher = town.guardian, town.teacher

    def walked(*_: object) -> None:
        pytest.fail("every vault of the node was looked at")

    monkeypatch.setattr(Vaults, "all", walked)
    monkeypatch.setattr(Vaults, "living", walked)
    for nonsense in ("0" * 24, "A" * 43):
        assert guardian.get(f"/child/{nonsense}").status_code == 404
        assert teacher.get(f"/school/student/{nonsense}").status_code == 404


def test_an_address_names_a_vault_to_this_node_and_to_no_other(prefecture: Prefecture) -> None:
    here, there = prefecture.minato.node.keyring, prefecture.hikari.node.keyring
    vault = VaultId("00000000-0000-4000-8000-000000000001")
    address = here.address(vault)
    assert (here.vault_at(address), there.vault_at(address)) == (vault, None)
    assert here.address(vault) == address != there.address(vault)
    for wrong in ("", "A", "A" * 43, address[:-1], "A" + address[1:], address + "=", "\n", "あ"):
        if wrong != address:
            assert here.vault_at(wrong) is None
