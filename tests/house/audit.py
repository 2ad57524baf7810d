"""`make audit`: asks a service of known vulnerabilities about everything in the lock; silence is not an all-clear.

pip-audit alone ends well where the service knows none of the packages, as a mirror does that has no such service.
"""

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from typing import Any

LOCK = "requirements.lock"
_FOUND = 1
_UNKNOWN = 3


def main(arguments: Sequence[str]) -> int:
    """Ask about a lock (the project's own unless another is named); what follows goes to pip-audit as it is.

    Returns:
        0 when each package was looked up and none is known to be vulnerable, 1 when one is, 3 when it is not known.
    """
    lock, *options = arguments or [LOCK]
    command = [sys.executable, "-m", "pip_audit", "--require-hashes", "--disable-pip", "--requirement", lock]
    command += ["--format", "json", "--desc", "off", "--progress-spinner", "off", *options]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    try:
        packages = json.loads(done.stdout)["dependencies"]
    except ValueError:
        reason = (done.stderr.strip() or "no reason was given").splitlines()[-1]
        return _unknown(f"the vulnerability service did not answer ({reason})")
    return verdict(packages)


def verdict(packages: Sequence[Mapping[str, Any]]) -> int:
    """Say what pip-audit found about each package of a lock; the values are those of `main`."""
    flaws = [(package, flaw) for package in packages for flaw in package.get("vulns", ())]
    for package, flaw in flaws:
        fixed = ", ".join(flaw["fix_versions"]) or "no version"
        print(f"{package['name']} {package['version']}: {flaw['id']}, fixed in {fixed}")
    skipped = [package["name"] for package in packages if "skip_reason" in package]
    if skipped or not packages:
        unknown = _unknown(f"the service knows nothing of {len(skipped)} of {len(packages)} packages, as {skipped[:3]}")
        return _FOUND if flaws else unknown
    print(f"{len(packages)} packages looked up, {len(flaws) or 'no'} known vulnerabilities.")
    return _FOUND if flaws else 0


def _unknown(reason: str) -> int:
    print(f"NOT AUDITED: {reason}. Try again where a vulnerability service answers.", file=sys.stderr)
    return _UNKNOWN


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
