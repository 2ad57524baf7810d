"""`docs/formats.md` against what the code signs, stores and answers; its examples computed anew."""

import ast
import hashlib
import re
from collections.abc import Mapping
from pathlib import Path

from federation import exchange, vectors
from pds.chain import Chain, extend, origin
from pds.crypto import DocumentType, b64, canonical, hpke, signing
from pds.identifiers import OrgId, RecordId, VaultId, blind_index, imported_record_id
from pds.post import Way
from pds.records import Category, validate
from pds.store import SqliteStore
from pds.vault import Charge
from pds.vault.events import Event
from pds.vault.headers import RecordHeader
from pds.vault.keys import category_key, checks_of, record_key
from pds.vault.sealing import plaintexts_of
from portal.app import create_app
from tests.docs.pages import ROOT, first_words, page, quoted, rows, section, sources
from tests.docs.tables import how_long, with_documents, with_kinds
from tests.house.kinds import declared_kinds
from tests.portal.routes import every_route

VAULT = VaultId("00000000-0000-4000-8000-000000000001")
RECORD = RecordId("06cfd667-cd12-89ca-a68a-3b00e479251c")
SCHOOL = OrgId("B113299999902")
ROOT_KEY = bytes(32)
DOORS = {"Family": "family", "Staff": "school", "Official": "board", "SignedIn": "signed in", "Acting": "signed in"}


def part(heading: str) -> str:
    return section(page("formats.md"), heading)


def test_every_document_type_is_listed_and_no_other() -> None:
    listed = first_words(part("## 4. Signed documents (`pds/crypto/signing.py`)"))
    assert sorted(listed) == sorted(DocumentType)


def test_every_event_is_listed_with_its_fields_and_no_other() -> None:
    table = {quoted(cells[0])[0]: cells[1] for cells in rows(part("## 8. Events (`pds/vault/events.py`)"))}
    events = {kind.model_fields["type"].default: kind for kind in Event.__subclasses__()}
    assert sorted(table) == sorted(events)
    for name, kind in events.items():
        fields = kind.model_fields.keys() - {"format", "type"}
        assert fields <= set(quoted(table[name])), name


def test_every_kind_of_message_is_listed_and_no_other() -> None:
    table = rows(part("## 12. Messages (`pds/post/mailbox.py`, `pds/post/polling.py`)"))
    listed = [(quoted(cells[0])[0], quoted(cells[1])[0], *cells[2:4]) for cells in table if len(cells) == 5]
    ways = {
        Way.ACROSS: "any organisation of the directory",
        Way.DOWN: "the organisation directly above",
        Way.UP: "an organisation directly below",
    }
    sizes = {64 * 2**10: "64 KiB", 16 * 2**20: "16 MiB"}
    real = [(kind.name, kind.body.value, sizes[kind.most_bytes], ways[kind.way]) for kind in exchange.KINDS.values()]
    assert sorted(listed) == sorted(real)


def test_every_route_is_listed_and_no_other(tmp_path: Path) -> None:
    real = {f"{method} {path}" for method, path in every_route(create_app(tmp_path))}
    api = {word for word in first_words(part("## 16. HTTP API (`portal/api/nodes.py`)")) if "/" in word}
    assert api == {route for route in real if route.split()[1].startswith(("/v1/", "/health"))}
    assert listed_pages().keys() == real - api


def test_every_page_is_listed_for_those_who_may_see_it_and_no_other() -> None:
    for route, doors in page_doors().items():
        assert listed_pages()[route].startswith(doors), route


def listed_pages() -> Mapping[str, str]:
    """Route of each page, such as "GET /signin", and who may use it."""
    return {
        f"{method} {address}": cells[2]
        for cells in rows(part("## 17. Pages (`portal/`)"))
        if len(cells) == 4
        for method in quoted(cells[0])
        for address in quoted(cells[1])
    }


def page_doors() -> Mapping[str, str]:
    """Route of each page, and for whom its function's first parameter opens it."""
    found = {}
    for path in (ROOT / "portal").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            for call in getattr(node, "decorator_list", []) if isinstance(node, ast.FunctionDef) else []:
                route = re.fullmatch(r"router\.(get|post)\('(.*?)'.*\)", ast.unparse(call))
                if route is not None and path.name != "nodes.py":
                    assert isinstance(node, ast.FunctionDef)
                    first = ast.unparse(node.args.args[0].annotation or ast.Constant(None))
                    found[f"{route[1].upper()} {route[2]}"] = DOORS.get(first.removesuffix("Acts"), "everybody")
    return found


def test_every_table_is_listed_with_its_columns(tmp_path: Path) -> None:
    SqliteStore(tmp_path / "store.db").close()
    store = SqliteStore(tmp_path / "store.db")
    real = {table.name: {column.name for column in table.columns} for table in store._db.tables}
    store.close()
    listed = {
        quoted(cells[0])[0]: set(quoted(cells[1]))
        for cells in rows(part("## 14. A node's folder and tables"))
        if quoted(cells[0]) and quoted(cells[0])[0] in real
    }
    assert listed.keys() == real.keys()
    for name, columns in real.items():
        if name != "_sqlite_migrations":
            assert listed[name] == columns, name


def test_every_kind_of_document_that_a_node_keeps_is_listed() -> None:
    listed = {word for cells in rows(part("## 14. A node's folder and tables")) for word in quoted(cells[0])}
    kinds = {kind.name for kind in declared_kinds()}
    assert kinds <= listed


def test_every_kind_says_as_long_as_it_is_kept() -> None:
    listed = {
        kind: cells[3]
        for cells in rows(part("## 14. A node's folder and tables"))
        if len(cells) == 4
        for kind in quoted(cells[0])
    }
    for kind in declared_kinds():
        assert listed[kind.name].strip() == how_long(kind), kind.name


def test_the_list_of_kinds_is_as_the_registry_has_it() -> None:
    assert with_kinds(page("formats.md")) == page("formats.md"), "run `make docs`"


def test_the_list_of_what_a_node_keeps_is_as_the_kinds_declare_it() -> None:
    assert with_documents(page("operations.md")) == page("operations.md"), "run `make docs`"


def test_every_format_that_the_code_names_is_documented() -> None:
    text = page("formats.md") + page("intake.md")
    for path in sources():
        for name in re.findall(r'"(manabi[-/][a-z/-]*\d)/?"', path.read_text(encoding="utf-8")):
            assert name in text, f"{name} of {path}"


def test_the_example_of_canonical_bytes_is_what_the_code_writes() -> None:
    text = part("## 1. Text and bytes")
    assert canonical({"b": 1, "a": "あ", "c": [True, None]}).hex() in text
    assert b64(b"\xfb\xff\x00") in quoted(text)


def test_the_examples_of_identifiers_are_what_the_code_makes() -> None:
    text = part("## 2. Identifiers (`pds/identifiers.py`)")
    assert blind_index(bytes(32), SCHOOL, "oneroster.sourcedId", "1001") in text
    assert imported_record_id(bytes(32), VAULT, "example-sis", "1001/2026-05-unit-3", "test_result/1") == RECORD
    assert RECORD in text


def test_the_sizes_of_keys_and_seals_are_those_of_the_code() -> None:
    text = part("### 3.1 HPKE (`pds/crypto/hpke.py`)")
    private = hpke.generate_private()
    assert f"| private key | {len(private)} |" in text
    assert f"| public key | {len(hpke.public_of(private))} |" in text
    assert f"| sealed | {len(hpke.seal(hpke.public_of(private), b'', b'')) - 16} + plaintext + 16 |" in text
    assert hpke.SUITE in text


def test_the_examples_of_derived_keys_are_what_the_code_derives() -> None:
    text = part("### 3.2 Derivations (HKDF-SHA-256, RFC 5869)")
    key = category_key(ROOT_KEY, VAULT, Category.TEST_RESULT, 1)
    assert {
        key.key.hex(),
        key.stream,
        *checks_of({"": key.key}).values(),
        record_key(key.key, bytes(32), RECORD).hex(),
    } <= set(quoted(text))


def test_the_example_of_a_signed_document_is_what_the_code_signs() -> None:
    text = part("## 4. Signed documents (`pds/crypto/signing.py`)")
    document = {"format": "manabi-poll/1", "from": "jp", "time": "2026-05-11T01:00:00Z", "arrived": []}
    assert b64(signing.public_of(bytes(32))) in text
    assert f"\n{signing.sign(bytes(32), 'jp', DocumentType.POLL, document)}\n" in text


def test_the_example_of_a_record_is_what_the_code_pads() -> None:
    fields = {
        "school_code": SCHOOL,
        "school_year": 2026,
        "grade": "P6",
        "occurred_on": "2026-05-08",
        "source_system": "example-sis",
        "source_record_id": "1",
        "status": "absent",
    }
    [padded] = plaintexts_of([validate("attendance/1", fields)])
    length = int.from_bytes(padded[:4], "big")
    text = part("### 5.1 Plaintext (`pds/vault/sealing.py`)")
    assert f"\n{padded[:4].hex()} ‖ {padded[4 : 4 + length].decode()}\n" in text
    assert f"{length} (`{length:x}`) bytes of text; with slack it takes {len(padded)} bytes." in text


def test_the_example_of_a_header_is_what_the_code_writes() -> None:
    stream = category_key(ROOT_KEY, VAULT, Category.TEST_RESULT, 1).stream
    header = RecordHeader(VAULT, RECORD, 1, 2026, SCHOOL, 1, stream).canonical().decode()
    assert f"\n{header}\n" in part("### 5.2 Header")


def test_the_examples_of_chains_are_what_the_code_hashes() -> None:
    text = part("## 6. Chains (`pds/chain.py`)")
    for chain in Chain:
        assert f"| `{chain.value}` | `{origin(VAULT, chain).hash.hex()}` |" in text
    assert extend(origin(VAULT, Chain.RECORDS), b"{}", b"abc").hash.hex() in text
    by_hand = hashlib.sha256(f"manabi/chain/1/{VAULT}/records".encode()).digest()
    assert origin(VAULT, Chain.RECORDS).hash == by_hand


def test_the_example_of_a_charge_is_what_the_code_stores() -> None:
    charge = Charge(study="0" * 64, cost=1_000_000, school_year=2026, answered_by=SCHOOL)
    assert f"\n{charge.body().decode()}\n" in part("## 10. Ledger charge (`pds/vault/ledger.py`)")


def test_the_example_of_a_vector_is_what_the_code_writes() -> None:
    assert vectors.encode([1, -1, 0]) in quoted(part("## 15. Statistics (`federation/`)"))
