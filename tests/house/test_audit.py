"""`make audit` says that nothing is wrong only when it was told so, of every package."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from tests.house.audit import main, verdict

FLAW = {"id": "OSV-1", "summary": "bad", "affected": [{"package": {"ecosystem": "PyPI", "name": "sums"}}]}
Audit = Callable[..., int]


@contextmanager
def service(status: int, body: object) -> Iterator[str]:
    """A vulnerability service that gives one answer to every question; hands back its address."""

    class Answer(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            content = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Answer) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/v1/query"
        server.shutdown()


@pytest.fixture
def audit(tmp_path: Path) -> Audit:
    lock = tmp_path / "requirements.lock"
    lock.write_text(f"sums==1.0 --hash=sha256:{'0' * 64}\n")

    def run(address: str) -> int:
        cache = tmp_path / "cache"
        return main([str(lock), "--vulnerability-service", "osv", "--osv-url", address, "--cache-dir", str(cache)])

    return run


def test_a_lock_without_known_vulnerabilities_passes(audit: Audit, capsys: pytest.CaptureFixture[str]) -> None:
    with service(200, {}) as address:
        assert audit(address) == 0
    assert capsys.readouterr().out == "1 packages looked up, no known vulnerabilities.\n"


def test_a_known_vulnerability_is_named(audit: Audit, capsys: pytest.CaptureFixture[str]) -> None:
    with service(200, {"vulns": [FLAW]}) as address:
        assert audit(address) == 1
    assert "sums 1.0: OSV-1, fixed in no version" in capsys.readouterr().out


@pytest.mark.parametrize("status", [404, 503])
def test_a_service_that_refuses_is_no_all_clear(status: int, audit: Audit, capsys: pytest.CaptureFixture[str]) -> None:
    with service(status, {}) as address:
        assert audit(address) == 3
    assert "the vulnerability service did not answer" in capsys.readouterr().err


def test_a_service_that_cannot_be_reached_is_no_all_clear(audit: Audit, capsys: pytest.CaptureFixture[str]) -> None:
    with service(200, {}) as address:
        pass
    assert audit(address) == 3
    assert "the vulnerability service did not answer" in capsys.readouterr().err


def test_packages_that_the_service_does_not_know_are_no_all_clear(capsys: pytest.CaptureFixture[str]) -> None:
    """What pip-audit ends with in a network where a mirror answers in the place of the package index: exit code 0."""
    known = {"name": "sums", "version": "1.0", "vulns": []}
    unknown = {"name": "parts", "skip_reason": "Dependency not found on PyPI and could not be audited: parts (1.0)"}
    assert verdict([known]) == 0
    assert verdict([known, unknown]) == 3
    assert "knows nothing of 1 of 2 packages" in capsys.readouterr().err
    assert verdict([]) == 3
