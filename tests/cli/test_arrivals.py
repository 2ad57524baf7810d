"""A history whose number became another child's on its way is taken in under another one, or none, by the command."""

import pytest

from consent.lifecycle import moving
from pds.intake import LocalId
from tests.world.carrier import carry
from tests.world.prefecture import SCHEME, Prefecture
from tests.world.processes import CommandFailedError, pds_here


@pytest.mark.parametrize("option", [("--student", f"{SCHEME}=s-18"), ("--no-number",)])
def test_a_number_that_became_anothers_is_given_anew_by_the_command(
    prefecture: Prefecture, option: tuple[str, ...]
) -> None:
    old, new = prefecture.minato, prefecture.hikari
    old.admit("aiko", agree=[])
    history = old.vault("aiko")
    transfer = moving.offer(old.node, history, new.org)
    carry(prefecture.nodes)
    moving.accept(new.node, transfer, new.node.today(), [LocalId(SCHEME, "s-17")])
    carry(prefecture.nodes)
    moving.send(old.node, transfer)
    carry(prefecture.nodes)
    new.admit("another")
    new.link("s-17", new.vault("another"))
    receive, folder = ("transfer", "receive", transfer), new.node.folder
    with pytest.raises(CommandFailedError, match="correct the number"):
        pds_here(*receive, node=folder)
    try:
        pds_here(*receive, *option, node=folder)
    except CommandFailedError as refused:
        raise AssertionError(f"it was not taken in: {refused}") from refused
    assert new.vault("s-17") == new.vault("another")
    expected = history if option[0] == "--student" else None
    assert new.node.vaults.find(new.org, SCHEME, "s-18") == expected
