"""A database altered behind the door: what was changed is found, named, and not read."""

from pathlib import Path

import pytest

from pds.chain import Chain
from pds.errors import ChainBrokenError, NotFoundError, PdsError, SealBrokenError, SignatureError, VerificationError
from pds.vault import Action, Purpose
from tests.world.prefecture import School, score_record
from tests.world.tampering import COLUMNS, Altered, Original, alter, build_original, charge

CHAINS = [chain.value for chain in Chain]
UPDATE_NAME = "UPDATE {} SET vault = 'x' || substr(vault, 2) WHERE vault = ?"


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Original:
    return build_original(tmp_path_factory.mktemp("original"))


@pytest.fixture
def altered(original: Original, tmp_path: Path) -> Altered:
    copy = alter(original, tmp_path / "node")
    assert copy.verify().records == 4  # sound before it is altered
    return copy


def last(altered: Altered, chain: str) -> int:
    rows = altered.sql("SELECT max(seq) FROM entries WHERE vault = ? AND chain = ?", altered.original.aiko, chain)
    return int(rows[0][0])


def use(school: School, chain: str) -> None:
    """Do with a vault what makes it look at a chain."""
    if chain in (Chain.RECORDS, Chain.AUTHORISATIONS):
        school.read("aiko")
    else:
        with school.node.vaults.read(school.guardian_permit("aiko")) as reader:
            list(reader.access_log() if chain == Chain.ACCESS else reader.ledger())


@pytest.mark.parametrize("which", ["first", "last"])
@pytest.mark.parametrize("column", COLUMNS)
@pytest.mark.parametrize("chain", CHAINS)
def test_an_altered_byte_is_found_and_named_and_not_read(altered: Altered, chain: str, column: str, which: str) -> None:
    seq = 1 if which == "first" else last(altered, chain)
    altered.flip("entries", column, "vault = ? AND chain = ? AND seq = ?", altered.original.aiko, chain, seq)
    with pytest.raises(VerificationError, match=f"{chain} entry {seq} "):
        altered.verify()
    with altered.open() as school, pytest.raises(VerificationError):
        use(school, chain)
    assert altered.verify(altered.original.bunta).records == 4  # the other student's history is whole


@pytest.mark.parametrize("place", [0, 40, -1])
@pytest.mark.parametrize("chain", CHAINS)
def test_it_does_not_matter_which_byte_of_a_body_was_altered(altered: Altered, chain: str, place: int) -> None:
    where = "vault = ? AND chain = ? AND seq = 1"
    altered.flip("entries", "body", where, altered.original.aiko, chain, place=place)
    with pytest.raises(VerificationError, match=f"{chain} entry 1 "):
        altered.verify()


@pytest.mark.parametrize("which", ["first", "last"])
@pytest.mark.parametrize("chain", CHAINS)
def test_a_dropped_entry_is_missed(altered: Altered, chain: str, which: str) -> None:
    seq = 1 if which == "first" else last(altered, chain)
    altered.sql("DELETE FROM entries WHERE vault = ? AND chain = ? AND seq = ?", altered.original.aiko, chain, seq)
    with pytest.raises(ChainBrokenError, match=rf"{chain} (chain|entry)"):
        altered.verify()
    with altered.open() as school, pytest.raises(VerificationError):
        use(school, chain)


def test_entries_that_follow_a_gap_do_not_close_it(altered: Altered) -> None:
    aiko = altered.original.aiko
    altered.sql("DELETE FROM entries WHERE vault = ? AND chain = 'records' AND seq = 2", aiko)
    altered.sql("UPDATE entries SET seq = seq - 1 WHERE vault = ? AND chain = 'records' AND seq > 2", aiko)
    with pytest.raises(ChainBrokenError, match="records entry 2 "):
        altered.verify()


@pytest.mark.parametrize("chain", CHAINS[:3])
def test_two_entries_that_changed_places_are_found(altered: Altered, chain: str) -> None:
    for old, new in ((1, 1000), (2, 1), (1000, 2)):
        statement = "UPDATE entries SET seq = ? WHERE vault = ? AND chain = ? AND seq = ?"
        altered.sql(statement, new, altered.original.aiko, chain, old)
    with pytest.raises(ChainBrokenError, match=f"{chain} entry 1 "):
        altered.verify()
    with altered.open() as school, pytest.raises(VerificationError):
        use(school, chain)


@pytest.mark.parametrize("chain", CHAINS)
def test_another_students_entry_does_not_pass_for_ones_own(altered: Altered, chain: str) -> None:
    aiko, bunta = altered.original.aiko, altered.original.bunta
    altered.sql("DELETE FROM entries WHERE vault = ? AND chain = ? AND seq = 1", aiko, chain)
    altered.sql(
        "INSERT INTO entries SELECT ?, chain, seq, header, body, digest, hash FROM entries"
        " WHERE vault = ? AND chain = ? AND seq = 1",
        aiko,
        bunta,
        chain,
    )
    with pytest.raises(ChainBrokenError, match=f"{chain} entry 1 "):
        altered.verify()
    with altered.open() as school, pytest.raises(VerificationError):
        use(school, chain)


def test_an_entry_added_behind_the_head_is_not_part_of_the_vault(altered: Altered) -> None:
    altered.sql(
        "INSERT INTO entries SELECT vault, chain, seq + 1, header, body, digest, hash FROM entries"
        " WHERE vault = ? AND chain = 'records' AND seq = 4",
        altered.original.aiko,
    )
    with pytest.raises(ChainBrokenError, match="records entry 5 "):
        altered.verify()


@pytest.mark.parametrize("place", [5, 60, 200, -5])
def test_an_altered_head_is_found_and_nothing_is_read_or_written_under_it(altered: Altered, place: int) -> None:
    altered.flip("vaults", "head", "vault = ?", altered.original.aiko, place=place)
    with pytest.raises(SignatureError):
        altered.verify()
    with altered.open() as school, pytest.raises(SignatureError):
        school.read("aiko")
    with altered.open() as school, pytest.raises(SignatureError):
        school.write("aiko", score_record(school))


def test_another_students_head_and_an_older_head_are_refused(altered: Altered) -> None:
    aiko, bunta = altered.original.aiko, altered.original.bunta
    (older,) = altered.sql("SELECT head FROM vaults WHERE vault = ?", aiko)
    with altered.open() as school:
        school.write("aiko", score_record(school))
    altered.sql("UPDATE vaults SET head = ? WHERE vault = ?", *older, aiko)
    with pytest.raises(ChainBrokenError, match="the signed head says otherwise"):
        altered.verify()
    (other,) = altered.sql("SELECT head FROM vaults WHERE vault = ?", bunta)
    altered.sql("UPDATE vaults SET head = ? WHERE vault = ?", *other, aiko)
    with pytest.raises(SignatureError):
        altered.verify()


def test_a_vault_under_another_name_is_no_vault(altered: Altered) -> None:
    for table in ("vaults", "entries", "salts", "wraps"):
        altered.sql(UPDATE_NAME.format(table), altered.original.aiko)
    with pytest.raises(NotFoundError):
        altered.verify()
    with pytest.raises(PdsError):
        altered.verify("x" + altered.original.aiko[1:])  # type: ignore[arg-type]


def test_an_altered_salt_is_named_by_the_record_that_no_longer_opens(altered: Altered) -> None:
    ((record,),) = altered.sql("SELECT record FROM salts WHERE vault = ? LIMIT 1", altered.original.aiko)
    altered.flip("salts", "salt", "vault = ? AND record = ?", altered.original.aiko, record)
    with altered.open() as school, pytest.raises(SealBrokenError, match=f"record {record} does not open"):
        school.read("aiko")


@pytest.mark.parametrize(
    "act", ["DELETE FROM salts", "UPDATE salts SET salt = zeroblob(32)", "UPDATE salts SET salt = x''"]
)
def test_a_record_that_does_not_open_takes_no_other_with_it_and_is_told_of(
    altered: Altered, act: str, caplog: pytest.LogCaptureFixture
) -> None:
    ((record,),) = altered.sql("SELECT record FROM salts WHERE vault = ? LIMIT 1", altered.original.aiko)
    altered.sql(f"{act} WHERE vault = ? AND record = ?", altered.original.aiko, record)
    with altered.open() as school:
        with school.node.vaults.read(school.permit("aiko", Purpose.TEACHING, Action.READ)) as reader:
            found = {stored.id: stored.is_damaged for stored in reader.records()}
            assert len(reader.in_effect()) == 3
            assert sum(stored.is_damaged for stored in reader.in_effect(years={2026}, unknown=True)) == 1
        assert (len(found), [name for name, damaged in found.items() if damaged]) == (4, [record])
        school.write("aiko", score_record(school))
    (line,) = {told.getMessage() for told in caplog.records if told.name == "manabi.vaults"}
    assert altered.original.aiko in line


@pytest.mark.parametrize("act", ["DELETE FROM salts", "UPDATE salts SET record = 'x' || record"])
def test_a_lost_salt_is_named_and_the_record_is_not_silently_left_out(altered: Altered, act: str) -> None:
    ((record,),) = altered.sql("SELECT record FROM salts WHERE vault = ? LIMIT 1", altered.original.aiko)
    altered.sql(f"{act} WHERE vault = ? AND record = ?", altered.original.aiko, record)
    with pytest.raises(SealBrokenError, match=r"records entry \d has lost its salt"):
        altered.verify()
    with altered.open() as school, pytest.raises(SealBrokenError):
        school.read("aiko")


def test_a_body_that_went_without_its_salt_is_not_taken_for_an_erasure(altered: Altered) -> None:
    altered.sql(
        "UPDATE entries SET body = NULL WHERE vault = ? AND chain = 'records' AND seq = 2", altered.original.aiko
    )
    with pytest.raises(SealBrokenError, match="records entry 2 "):
        altered.verify()
    with altered.open() as school, pytest.raises(SealBrokenError):
        school.read("aiko")


@pytest.mark.parametrize("chain", ["access", "ledger"])
def test_a_charge_or_a_line_of_the_log_cannot_be_erased(altered: Altered, chain: str) -> None:
    altered.sql(
        "UPDATE entries SET body = NULL WHERE vault = ? AND chain = ? AND seq = 1", altered.original.aiko, chain
    )
    with pytest.raises(VerificationError, match=f"{chain} entry 1 "):
        altered.verify()
    with altered.open() as school, pytest.raises(VerificationError):
        use(school, chain)


def test_a_charge_that_was_erased_frees_no_budget(altered: Altered) -> None:
    altered.sql("UPDATE entries SET body = NULL WHERE vault = ? AND chain = 'ledger'", altered.original.aiko)
    with altered.open() as school, pytest.raises(VerificationError):
        charge(school, "aiko", "another-study", 10 * 1_000_000)


@pytest.mark.parametrize("column", ["epoch", "holder", "grant_id", "suite", "sealed"])
def test_an_altered_sealed_key_is_found_and_not_used(altered: Altered, column: str) -> None:
    where = "vault = ? AND grant_id = 'enrolment'"
    altered.flip("wraps", column, where, altered.original.aiko)
    with pytest.raises(SealBrokenError):
        altered.verify()
    with altered.open() as school, pytest.raises(VerificationError):
        school.read("aiko")
    with altered.open() as school, pytest.raises(VerificationError):
        school.write("aiko", score_record(school))


def test_a_lost_sealed_key_is_missed(altered: Altered) -> None:
    altered.sql("DELETE FROM wraps WHERE vault = ? AND grant_id = 'enrolment'", altered.original.aiko)
    with pytest.raises(SealBrokenError, match="missing"):
        altered.verify()
    with altered.open() as school, pytest.raises(SealBrokenError, match="missing"):
        school.read("aiko")


@pytest.mark.parametrize("place", [5, 30])
def test_an_organisation_whose_kept_keys_were_altered_signs_and_opens_nothing(altered: Altered, place: int) -> None:
    altered.flip("documents", "document", "kind = 'holder' AND name = ?", altered.original.org, place=-place)
    with altered.open() as school, pytest.raises(SealBrokenError):
        school.read("aiko")
    with altered.open() as school, pytest.raises(SealBrokenError):
        school.write("aiko", score_record(school))


@pytest.mark.parametrize("way", ["exchanged", "copied", "bare"])
def test_an_identifier_does_not_lead_to_another_child(altered: Altered, way: str) -> None:
    rows = altered.sql("SELECT key, name, document FROM documents WHERE kind = 'link'")
    found = {vault: (name, document) for vault, name, document in rows}
    (aiko, own), (bunta, other) = found[altered.original.aiko], found[altered.original.bunta]
    forged = own.replace(altered.original.aiko.encode(), altered.original.bunta.encode()) if way == "bare" else other
    altered.sql("UPDATE documents SET document = ? WHERE kind = 'link' AND name = ?", forged, aiko)
    if way == "exchanged":
        altered.sql("UPDATE documents SET document = ? WHERE kind = 'link' AND name = ?", own, bunta)
    with altered.open() as school:
        with pytest.raises(SealBrokenError):
            school.read("aiko")
        with pytest.raises(SealBrokenError):
            school.admit("aiko", records=[score_record(school)])
