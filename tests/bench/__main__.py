"""`make bench`: measures the vault, the transfer, the pages and the noise, and writes build/bench.json."""

import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from itertools import count
from pathlib import Path
from typing import Any

from rich.console import Console
from sqlite_utils import Database

from anonymiser import Backend, DiscreteLaplace, MicroEpsilon
from consent.decisions import permit
from consent.lifecycle import moving
from pds.chain import Chain
from pds.intake import LocalId
from pds.records import Category, validate
from pds.store.sqlite import PRAGMAS
from pds.vault import Action, Purpose, open_wraps, read_header
from pds.vault.sealing import Sealed, unseal
from tests.bench.demo import demo
from tests.bench.measure import Result, alternating, rate, seconds, took, write
from tests.bench.portal import timeline
from tests.world.carrier import carry
from tests.world.prefecture import SCHEME, Prefecture, School, open_prefecture, score_record

VAULTS, RECORDS = 500, 200
OUT = Path("build/bench.json")


@contextmanager
def world() -> Iterator[Prefecture]:
    """A prefecture in a folder of its own, on the disk that `build` is on."""
    OUT.parent.mkdir(exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="bench-", dir=OUT.parent))
    try:
        with open_prefecture(folder) as prefecture:
            yield prefecture
    finally:
        shutil.rmtree(folder)


def rows_of(school: School) -> list[dict[str, Any]]:
    """The fields of one vault's test results, as an importer hands them over."""
    return [
        score_record(school, str(number % 100), test_id=f"T{number}").model_dump(mode="json", exclude_unset=True)
        for number in range(RECORDS)
    ]


def append_vs_plaintext() -> Result:
    """500 vaults of 200 test results, validated, sealed and chained, beside one plain insert of the same rows.

    Each pair begins with empty vaults and an empty table, on the same disk with the same pragmas.
    """
    return alternating("append_vs_plaintext", pair_of_appends)


def pair_of_appends() -> tuple[float, float]:
    """Seconds of the plain insert, and of the sealed appends."""
    with world() as prefecture:
        school, node = prefecture.minato, prefecture.minato.node
        students = [f"s{number}" for number in range(VAULTS)]
        school.admit(*students)
        fields = rows_of(school)
        plain = [
            {"record_id": f"{student}-{number}", "vault_id": student, **record.model_dump(mode="json")}
            for student in students
            for number, record in enumerate(validate("test_result/1", row) for row in fields)
        ]
        connection = sqlite3.connect(node.folder / "plain.db", isolation_level=None)
        for pragma in PRAGMAS:
            connection.execute(pragma)

        requests = [school.request(student, Purpose.TEACHING, Action.WRITE) for student in students]

        def sealed() -> None:
            for request in requests:
                with node.vaults.transact(permit(node, request)) as vault:
                    for row in fields:
                        vault.append(validate("test_result/1", row))

        reference = seconds(lambda: Database(connection).table("test_result").insert_all(plain))
        connection.close()
        return reference, seconds(sealed)


def append_single() -> Result:
    """One record per durable transaction."""
    with world() as prefecture:
        school = prefecture.minato
        school.admit("aiko")
        records = [score_record(school) for _ in range(200)]

        def each() -> None:
            for record in records:
                school.write("aiko", record)

        return rate("append_single_per_s", each, len(records))


def reading() -> list[Result]:
    """Records opened and parsed through the door, beside a bare loop that decrypts and parses the same."""
    with world() as prefecture:
        school, node = prefecture.minato, prefecture.minato.node
        school.admit("aiko", records=[score_record(school) for _ in range(2000)])
        bare = bare_loop(school)
        through = rate("read_per_s", lambda: school.read("aiko"), 2001, bare)
        assert len(school.read("aiko")) == 2001
        assert node.vaults.head(school.vault("aiko")).tips[Chain.RECORDS].length == 2001
    share = round(through.value / (through.baseline or 1), 3)
    return [through, Result("read_vs_bare", share, "x", 1.0, [share])]


def bare_loop(school: School) -> Callable[[], object]:
    """Decrypting and parsing with the key in hand: no permit, no log, no chain."""
    node, vault = school.node, school.vault("aiko")
    copy, facts = node.vaults.copy(vault), node.vaults.authorisations(vault)
    secret = node.keyring.secret(school.org)
    wraps = [wrap for wrap in copy.wraps if wrap[1] == school.org]
    keys = {key.stream: key for key in open_wraps(secret, vault, facts.wraps, facts.checks, wraps).keys.values()}

    def run() -> None:
        for entry in copy.entries[Chain.RECORDS]:
            header = read_header(entry.header)
            unseal(
                Sealed(entry.body or b"", entry.header, keys[header.stream], copy.salts[header.record], header.record)
            ).record()

    return run


def creating() -> Result:
    """Vaults created with three holders: recovery, school and a guardian."""
    with world() as prefecture:
        school, numbers = prefecture.minato, count()

        def create() -> None:
            school.admit(*[f"n{next(numbers)}" for _ in range(100)], agree=())

        return rate("vaults_per_s", create, 100)


def transfer_5k() -> Result:
    """A vault of 5,000 records: sealed, sent, verified, committed, receipt back."""
    with world() as prefecture:
        old, new, numbers = prefecture.minato, prefecture.hikari, count()
        for number in range(6):
            old.admit(f"t{number}", records=[score_record(old) for _ in range(5000)], agree=["transfer"])

        def move() -> None:
            student = f"t{next(numbers)}"
            transfer = moving.offer(old.node, old.vault(student), new.org)
            carry(prefecture.nodes)
            moving.accept(new.node, transfer, date(2026, 5, 11), [LocalId(SCHEME, student)])
            carry(prefecture.nodes)
            moving.send(old.node, transfer)
            carry(prefecture.nodes)
            moving.commit(new.node, transfer)
            carry(prefecture.nodes)
            assert len(new.read(student, Category.TEST_RESULT)) == 5000

        return took("transfer_5k_s", move)


def noise(backend: Backend) -> Result:
    """10,000 draws of discrete Laplace noise."""
    mechanism = DiscreteLaplace(sensitivity=600, epsilon=MicroEpsilon(1_000_000), backend=backend)
    mechanism.draw(1)
    return took(f"noise_10k_ms_{backend.value}", lambda: mechanism.draw(10_000), "ms", 1000.0)


def main() -> None:
    """Run all benchmarks, one after the other, and show them."""
    console = Console()
    results: list[Result] = []
    for benchmark in (append_vs_plaintext, append_single, reading, creating, transfer_5k, timeline, demo):
        found = benchmark()
        results += found if isinstance(found, list) else [found]
        console.print(results[-1])
    results += [noise(backend) for backend in Backend]
    write(results, OUT)
    for result in results:
        console.print(f"{result.name}: {result.value} {result.unit} (baseline {result.baseline})")


if __name__ == "__main__":
    main()
