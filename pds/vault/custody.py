"""What those could open whose keys a node keeps, handed on to the node where a history goes; their keys stay behind.

The old node seals it to the receiving school, whose node seals it once more to the keys that it draws for them.
Never: a private key of a person's on its way; a decision who is handed what.
"""

from collections.abc import Mapping
from typing import Any

from pds.crypto import b64, canonical, hpke, parse, unb64
from pds.errors import UsageError, VerificationError
from pds.holders import Control, PublicHolder, SecretHolder
from pds.identifiers import VaultId
from pds.records import Category
from pds.vault.authorisations import Authorisations
from pds.vault.keys import KEY_BYTES, CategoryKey
from pds.vault.wraps import LOG, ROOT, Opened, SealedWrap, compare, seal_keys

_GRANT = "custody"
Custody = Mapping[str, Opened]


def seal_custody(custody: Custody, vault: VaultId, receiver: PublicHolder) -> bytes:
    """Seal to a school what came out of the wraps of each person of a family."""
    text = {person: _to_document(opened) for person, opened in custody.items()}
    return hpke.seal(receiver.hpke_key, canonical(text), _info(vault, receiver.id))


def open_custody(sealed: bytes, facts: Authorisations, receiver: SecretHolder) -> Custody:
    """Open what `seal_custody` made, and hold it to what the vault's chain says that each person opened.

    Raises:
        SealBrokenError: it is sealed to another school, or was altered, or a key in it is another than the chain names.
        VerificationError: it is of somebody whose keys no node keeps, or opens more than the chain says of that person.
        UsageError: it is malformed.
    """
    document = parse(hpke.open_sealed(receiver.hpke_private, sealed, _info(facts.vault, receiver.id)))
    try:
        return {str(person): _checked(facts, person, epochs) for person, epochs in document.items()}
    except (TypeError, ValueError, AttributeError) as error:
        raise UsageError("what a bundle hands on of a family's keys is malformed") from error


def wraps_of(opened: Opened, vault: VaultId, person: PublicHolder) -> list[SealedWrap]:
    """Seal to a person's new keys what the old ones opened, epoch by epoch."""
    epochs = sorted({key.epoch for key in opened.keys.values()} | opened.logs.keys())
    return [
        seal_keys(opened.keys.values(), vault, epoch, person, _GRANT, log=opened.logs.get(epoch)) for epoch in epochs
    ]


def _to_document(opened: Opened) -> dict[str, dict[str, str]]:
    epochs: dict[str, dict[str, str]] = {str(epoch): {LOG: b64(private)} for epoch, private in opened.logs.items()}
    for (epoch, category), key in opened.keys.items():
        epochs.setdefault(str(epoch), {})[category.value] = b64(key.key)
    return epochs


def _checked(facts: Authorisations, person: str, epochs: Mapping[str, Mapping[str, str]]) -> Opened:
    admitted = facts.holders.get(person)
    if admitted is None or admitted.control is not Control.CUSTODIAL:
        raise VerificationError("a bundle hands on keys of a person whose keys no node keeps")
    keys: dict[tuple[int, Category], CategoryKey] = {}
    logs: dict[int, bytes] = {}
    for number, secrets in epochs.items():
        epoch, had = int(number), _opened_by(facts, person, int(number)) - {ROOT}
        if not secrets.keys() <= had:
            raise VerificationError("a bundle hands on more keys than the vault says that a person had")
        handed = {
            name: _secret(text, hpke.PRIVATE_BYTES if name == LOG else KEY_BYTES) for name, text in secrets.items()
        }
        compare(handed, facts.checks, epoch)
        for name, secret in handed.items():
            if name == LOG:
                logs[epoch] = secret
            else:
                keys[epoch, Category(name)] = CategoryKey(Category(name), epoch, secret)
    return Opened(keys, logs)


def _secret(text: str, length: int) -> bytes:
    secret = unb64(text)
    if len(secret) != length:
        raise ValueError(length)
    return secret


def _opened_by(facts: Authorisations, person: str, epoch: int) -> set[str]:
    return {
        name for wrap in facts.wraps.values() if (wrap.holder, wrap.epoch) == (person, epoch) for name in wrap.opens
    }


def _info(vault: VaultId, receiver: str) -> bytes:
    fields: dict[str, Any] = {"label": "manabi/custody/1", "receiver": receiver, "suite": hpke.SUITE, "vault": vault}
    return canonical(fields)
