"""Every error a user can meet, as one tree.

CiteDeskError
├── InputError                     what was handed in cannot be used
│   ├── PathNotFound               PATH_NOT_FOUND
│   ├── FileUnreadable             FILE_UNREADABLE
│   ├── FileEmpty                  FILE_EMPTY
│   ├── FileEncrypted              FILE_ENCRYPTED
│   ├── FileCorrupt                FILE_CORRUPT
│   ├── FileTooLarge               FILE_TOO_LARGE
│   ├── FormatUnsupported          FORMAT_UNSUPPORTED
│   ├── ArchiveUnsafe              ARCHIVE_UNSAFE
│   ├── ArchiveTooLarge            ARCHIVE_TOO_LARGE
│   ├── ArchiveNested              ARCHIVE_NESTED
│   ├── ArchiveUnusable            ARCHIVE_UNUSABLE
│   ├── NoText                     NO_TEXT
│   ├── ParseTimeout               PARSE_TIMEOUT
│   ├── ParseMemory                PARSE_MEMORY
│   ├── ParseCrashed               PARSE_CRASHED
│   ├── QueryInvalid               QUERY_INVALID
│   ├── OptionInvalid              OPTION_INVALID
│   ├── DataInvalid                DATA_INVALID
│   ├── GlossaryInvalid            GLOSSARY_INVALID
│   ├── AnswerUnsupported          ANSWER_UNSUPPORTED
│   ├── GateClosed                 GATE_CLOSED
│   ├── NotFound                   NOT_FOUND
│   ├── Conflict                   CONFLICT
│   ├── DraftOutdated              DRAFT_OUTDATED
│   ├── CaseChanged                CASE_CHANGED
│   ├── RunCancelled               RUN_CANCELLED
│   └── NotForCustomers            NOT_FOR_CUSTOMERS
├── AccessError                    who asks may not have it
│   ├── KeyInvalid                 KEY_INVALID
│   ├── SignInFailed               SIGN_IN_FAILED
│   ├── RightMissing               RIGHT_MISSING
│   ├── ReviewNeeded               REVIEW_NEEDED
│   └── RateLimited                RATE_LIMITED (transient)
├── SettingError                   the configuration is wrong
│   ├── SettingUnknown             SETTING_UNKNOWN
│   └── SettingInvalid             SETTING_INVALID
├── HomeError                      the data directory or what it needs cannot be used
│   ├── HomeInUse                  HOME_IN_USE
│   ├── HomeUnwritable             HOME_UNWRITABLE
│   ├── PortInUse                  PORT_IN_USE
│   ├── DatabaseCorrupt            DATABASE_CORRUPT
│   ├── DatabaseNewer              DATABASE_NEWER
│   ├── DatabaseUnreachable        DATABASE_UNREACHABLE (transient)
│   ├── IndexCorrupt               INDEX_CORRUPT
│   └── DiskFull                   DISK_FULL (transient)
├── ModelError                     a model cannot be had or used
│   ├── ModelMissing               MODEL_MISSING
│   ├── ModelInvalid               MODEL_INVALID
│   └── ModelUnavailable           MODEL_UNAVAILABLE (transient)
│       ├── ModelBusy              MODEL_BUSY (transient)
│       └── ModelResting           MODEL_RESTING (transient)
├── ServiceUnreachable             SERVICE_UNREACHABLE (transient)
├── ParserUnavailable              PARSER_UNAVAILABLE (transient)
└── InternalError                  INTERNAL

A message says what is wrong, a hint says what to do. Both are shown to users as they are,
so neither may hold a secret, personal data or the text of a document.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import ClassVar


class Retry(StrEnum):
    """Whether doing the same thing again can succeed."""

    PERMANENT = "permanent"
    TRANSIENT = "transient"


class CiteDeskError(Exception):
    """Root of the tree: a stable code, what is wrong, and what to do about it."""

    code: ClassVar[str] = "ERROR"
    http_status: ClassVar[int] = 500
    retry: ClassVar[Retry] = Retry.PERMANENT

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()

    @property
    def details(self) -> Mapping[str, str | int]:
        """What a program may need of the error beyond its code, in words that never change."""
        return {}

    def as_dict(self) -> dict[str, str]:
        """The error as the contract's ``{"code", "message", "hint"}``."""
        return {"code": self.code, "message": self.message, "hint": self.hint}


class InputError(CiteDeskError):
    """What was handed in cannot be used."""

    code = "INPUT_INVALID"
    http_status = 422


class PathNotFound(InputError):
    """No file or folder lies at this path."""

    code = "PATH_NOT_FOUND"
    http_status = 404


class FileUnreadable(InputError):
    """The operating system does not let us read the file."""

    code = "FILE_UNREADABLE"


class FileEmpty(InputError):
    """The file holds no bytes, or nothing but white space."""

    code = "FILE_EMPTY"


class FileEncrypted(InputError):
    """The file needs a password."""

    code = "FILE_ENCRYPTED"


class FileCorrupt(InputError):
    """The bytes are not what the format promises."""

    code = "FILE_CORRUPT"


class FileTooLarge(InputError):
    """The file is over a limit set in the settings."""

    code = "FILE_TOO_LARGE"
    http_status = 413


class FormatUnsupported(InputError):
    """No parser is registered for this kind of file."""

    code = "FORMAT_UNSUPPORTED"
    http_status = 415


class ArchiveUnsafe(InputError):
    """An archive names places outside itself; nothing of it was taken."""

    code = "ARCHIVE_UNSAFE"


class ArchiveTooLarge(InputError):
    """An archive unpacks beyond a limit set in the settings; nothing of it was taken."""

    code = "ARCHIVE_TOO_LARGE"
    http_status = 413


class ArchiveNested(InputError):
    """An archive inside an archive is not unpacked."""

    code = "ARCHIVE_NESTED"


class ArchiveUnusable(InputError):
    """An archive was opened, but none of its files can come in."""

    code = "ARCHIVE_UNUSABLE"


class NoText(InputError):
    """The file is sound, but no text was found in it."""

    code = "NO_TEXT"


class ParseTimeout(InputError):
    """The file could not be read within the time limit."""

    code = "PARSE_TIMEOUT"
    # Permanent, like the two below: the same file would cost the same again.


class ParseMemory(InputError):
    """Reading the file needs more memory than the limit allows."""

    code = "PARSE_MEMORY"


class ParseCrashed(InputError):
    """The file broke the process that read it, and nothing else."""

    code = "PARSE_CRASHED"


class QueryInvalid(InputError):
    """The question cannot be searched for."""

    code = "QUERY_INVALID"


class OptionInvalid(InputError):
    """An option has a value it cannot have."""

    code = "OPTION_INVALID"


class DataInvalid(InputError):
    """A data file handed in does not follow its format."""

    code = "DATA_INVALID"


class GlossaryInvalid(InputError):
    """Entries of a glossary contradict each other or lack something; none was taken."""

    code = "GLOSSARY_INVALID"


class AnswerUnsupported(InputError):
    """A sentence of an answer is not supported by the passages it is to cite."""

    code = "ANSWER_UNSUPPORTED"

    def __init__(
        self, message: str, hint: str = "", *, sentence: int = 0, missing: str = ""
    ) -> None:
        """``sentence`` counts from 1, 0 is the whole; ``missing`` is a check.Finding's reason."""
        super().__init__(message, hint)
        self.sentence = sentence
        self.missing = missing

    @property
    def details(self) -> Mapping[str, str | int]:
        """Which sentence, and what its passages lack."""
        return {"sentence": self.sentence, "missing": self.missing} if self.missing else {}


class GateClosed(InputError):
    """Publishing or withdrawing would break answers that people stand for."""

    code = "GATE_CLOSED"
    http_status = 409


class NotFound(InputError):
    """No stored thing has this identifier."""

    code = "NOT_FOUND"
    http_status = 404


class Conflict(InputError):
    """The request does not fit the state of what is stored."""

    code = "CONFLICT"
    http_status = 409


class DraftOutdated(InputError):
    """The customer has written again since, so the draft answers what is no longer asked."""

    code = "DRAFT_OUTDATED"
    http_status = 409


class RunCancelled(InputError):
    """An evaluation run was stopped before its end; what it finished is kept."""

    code = "RUN_CANCELLED"
    http_status = 409


class CaseChanged(InputError):
    """Somebody else has changed a case since it was read."""

    code = "CASE_CHANGED"
    http_status = 409


class NotForCustomers(InputError):
    """A text that goes out holds what only internal passages say."""

    code = "NOT_FOR_CUSTOMERS"
    http_status = 409

    def __init__(
        self, message: str, hint: str = "", *, sentence: int, title: str, chunk_id: str
    ) -> None:
        super().__init__(message, hint)
        self.sentence, self.title, self.chunk_id = sentence, title, chunk_id

    @property
    def details(self) -> Mapping[str, str | int]:
        """Which sentence, counted from 1, and whose words it has; empty where that is hidden."""
        return {"sentence": self.sentence, "title": self.title, "chunk_id": self.chunk_id}


class AccessError(CiteDeskError):
    """Who asks may not have it."""

    code = "ACCESS_DENIED"
    http_status = 403


class KeyInvalid(AccessError):
    """The key or session is missing, unknown or has expired."""

    code = "KEY_INVALID"
    http_status = 401


class SignInFailed(AccessError):
    """Name and password do not belong together."""

    code = "SIGN_IN_FAILED"
    http_status = 401


class RightMissing(AccessError):
    """The role does not have this right."""

    code = "RIGHT_MISSING"


class ReviewNeeded(AccessError):
    """Another person than whoever handed a version in must publish it."""

    code = "REVIEW_NEEDED"


class RateLimited(AccessError):
    """Too many requests in a short time."""

    code = "RATE_LIMITED"
    http_status = 429
    # The same request is welcome a minute later.
    retry = Retry.TRANSIENT


class SettingError(CiteDeskError):
    """The configuration is wrong."""

    code = "SETTING_ERROR"


class SettingUnknown(SettingError):
    """A setting has a name that does not exist."""

    code = "SETTING_UNKNOWN"


class SettingInvalid(SettingError):
    """A setting has a value it cannot have."""

    code = "SETTING_INVALID"


class HomeError(CiteDeskError):
    """The data directory, or what the service needs beside it, cannot be used."""

    code = "HOME_ERROR"


class HomeInUse(HomeError):
    """Another process owns this data directory."""

    code = "HOME_IN_USE"
    http_status = 409


class HomeUnwritable(HomeError):
    """The data directory cannot be written."""

    code = "HOME_UNWRITABLE"


class PortInUse(HomeError):
    """Another program listens on the port."""

    code = "PORT_IN_USE"


class DatabaseCorrupt(HomeError):
    """The records database is damaged or is not ours."""

    code = "DATABASE_CORRUPT"


class DatabaseNewer(HomeError):
    """The records database was written by a newer release."""

    code = "DATABASE_NEWER"


class DatabaseUnreachable(HomeError):
    """The records database does not answer, or stays locked."""

    code = "DATABASE_UNREACHABLE"
    http_status = 503
    # A server that restarts or a lock that is held comes back by itself.
    retry = Retry.TRANSIENT


class IndexCorrupt(HomeError):
    """A search index is damaged; it can be rebuilt from the records."""

    code = "INDEX_CORRUPT"


class DiskFull(HomeError):
    """No space is left for what must be stored."""

    code = "DISK_FULL"
    http_status = 507
    # Space comes back when somebody makes room.
    retry = Retry.TRANSIENT


class ModelError(CiteDeskError):
    """A model cannot be had or used."""

    code = "MODEL_ERROR"


class ModelMissing(ModelError):
    """The model is in none of the places where it is looked for."""

    code = "MODEL_MISSING"


class ModelInvalid(ModelError):
    """The model's files are damaged or not of the expected kind."""

    code = "MODEL_INVALID"


class ModelUnavailable(ModelError):
    """A model endpoint does not answer, or answers nonsense."""

    code = "MODEL_UNAVAILABLE"
    http_status = 503
    # Endpoints are slow or restarted all the time.
    retry = Retry.TRANSIENT


class ModelBusy(ModelUnavailable):
    """A model endpoint has as many calls of ours as it may have at once."""

    code = "MODEL_BUSY"


class ModelResting(ModelUnavailable):
    """A model endpoint failed several times in a row and is left alone for a while."""

    code = "MODEL_RESTING"


class ServiceUnreachable(CiteDeskError):
    """The running service does not answer."""

    code = "SERVICE_UNREACHABLE"
    http_status = 503
    # It may be starting or stopping.
    retry = Retry.TRANSIENT


class ParserUnavailable(CiteDeskError):
    """No parser process could be had; the file is not to blame."""

    code = "PARSER_UNAVAILABLE"
    http_status = 503
    # The machine is short of something, or the service is stopping.
    retry = Retry.TRANSIENT


class InternalError(CiteDeskError):
    """A defect of ours; details are in the log."""

    code = "INTERNAL"


def error_of(code: str, message: str, hint: str = "") -> CiteDeskError:
    """Return the error that a code stands for; one that we do not know is a defect."""
    for kind in _family(CiteDeskError):
        if kind.code == code:
            return kind(message, hint)
    return InternalError(message, hint)


def _family(kind: type[CiteDeskError]) -> Iterator[type[CiteDeskError]]:
    yield kind
    for child in kind.__subclasses__():
        yield from _family(child)
