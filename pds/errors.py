"""What can go wrong in `pds/`, by cause. Never an HTTP word, never a name, score or secret in a message.

PdsError
├─ UsageError                 the caller asked for something that means nothing
│  ├─ UnknownSchemaError      a record names a schema the registry does not have
│  ├─ InvalidRecordError      a record does not fit its schema
│  ├─ NoDirectoryError        this node has taken in no directory
│  ├─ UnlistedError           an organisation is not in the directory that this node uses
│  ├─ OtherVersionError       a database was made by another version of this program
│  └─ IntakeError             a file set has problems, all of them listed (`pds.intake.problems`)
├─ RefusedError               the answer is no, with its reason
│  ├─ RestoredError           the node was restored from a backup and is not confirmed yet
│  ├─ PermitError             the permit is expired, outdated or for something else
│  ├─ FrozenError             the vault is being moved and takes no writes
│  ├─ NotHomeError            the vault lives elsewhere now
│  ├─ LinkedElsewhereError    an identifier stands for another child
│  ├─ CodeError               a code that a person typed is not waiting here
│  ├─ NotYetError             what is asked for is possible from a later moment on
│  └─ SignInError             sign-in name and password do not belong together
├─ VerificationError          what was stored or sent is not what was signed
│  ├─ SignatureError          a signature, its type or its signer is wrong
│  │  └─ ExpiredError         what was signed has passed its last day
│  ├─ ChainBrokenError        an entry does not follow the one before it
│  └─ SealBrokenError         a ciphertext does not open under its key and place
└─ StoreError                 the store could not be read or written
   ├─ NotFoundError           nothing is stored under that identifier
   ├─ DocumentError           a document of the node is not one of its kind
   └─ AlreadyExistsError      something is stored there already
"""

from datetime import datetime
from typing import TypeGuard


class PdsError(Exception):
    """The vault layer could not do what was asked, and changed nothing."""


class UsageError(PdsError):
    """The request itself is wrong."""


class UnknownSchemaError(UsageError):
    """A record names a schema that the registry does not have."""


class InvalidRecordError(UsageError):
    """A record does not fit its schema."""


class NoDirectoryError(UsageError):
    """This node has taken in no directory yet, so it knows no other organisation."""


class UnlistedError(UsageError):
    """An organisation is not in the directory that this node uses; a newer directory may have it."""


class OtherVersionError(UsageError):
    """A database was made by a version of this program whose tables this one does not know."""


class RefusedError(PdsError):
    """The answer is no; the message is the reason, fit for the person who asked."""


class RestoredError(RefusedError):
    """The node was restored from a backup and is not confirmed yet."""


class PermitError(RefusedError):
    """The permit is expired, outdated, or was issued for something else."""


class FrozenError(RefusedError):
    """The vault is being moved to another school and takes no writes here."""


class NotHomeError(RefusedError):
    """The vault lives at another school now."""


class LinkedElsewhereError(RefusedError):
    """An identifier in use stands for another child; it is never given to a second one on the way."""


class CodeError(RefusedError):
    """No such code is waiting here: mistyped, used before, or too old."""


class NotYetError(RefusedError):
    """What is asked for is possible from a later moment on.

    Args:
        opens_at: When.
    """

    def __init__(self, opens_at: datetime) -> None:
        super().__init__(
            f"this is possible from {opens_at:%Y-%m-%d %H:%M} UTC on, or when another of the family agrees"
        )
        self.opens_at = opens_at


class SignInError(RefusedError):
    """Sign-in name and password do not belong together, or the account waits; one message for all causes."""


class VerificationError(PdsError):
    """What was stored or sent is not what was signed."""


class SignatureError(VerificationError):
    """A signature, its document type or its signer is wrong."""


class ExpiredError(SignatureError):
    """What was signed was good until a day that has passed."""


class ChainBrokenError(VerificationError):
    """An entry does not follow the one before it."""


class SealBrokenError(VerificationError):
    """A ciphertext does not open under the key and place it claims."""


class StoreError(PdsError):
    """The store could not be read or written."""


class NotFoundError(StoreError):
    """Nothing is stored under that identifier."""


class DocumentError(StoreError):
    """A document that this node keeps is not one of its kind."""


class AlreadyExistsError(StoreError):
    """Something is stored under that identifier already."""


def store_failed(error: Exception) -> TypeGuard[StoreError]:
    """True when this node's store could not be read or written: no message, file or request is to blame for that.

    What is not there, there already, or not what it should be says something about what was asked for.
    """
    return type(error) is StoreError
