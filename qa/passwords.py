"""The file that says who may sign in: a name and a hashed password in each line."""

import base64
import hashlib
import hmac
import os
import re
import secrets
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from index import ArticleQAError

SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 1_000
"""Both in characters."""

# What computing a hash costs: 32 MiB and about a quarter of a second.
_COST = 2**15
_BLOCK_SIZE = 8
_PARALLELISM = 3
_SALT_BYTES = 16
_HASH_BYTES = 32
# What reading a file may make us spend, in bytes: a damaged line must not take all memory.
_MOST_MEMORY = 256 * 2**20
_MOST_PARALLELISM = 16
_LARGEST_FILE = 1_000_000

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@-]{0,63}")
_OTHERS_MAY_READ_OR_WRITE = 0o077


class AuthFileError(ArticleQAError):
    """The file of users cannot be used, or has no such user."""


class AuthFile:
    """Users and their passwords, each as `name:scrypt$cost$block size$parallelism$salt$hash`.

    No password stands in the file, and it has no user but those that were added. It is read
    again when it has changed, so that a running server knows users added or removed.

    Args:
        path: of the file. On POSIX systems nobody but its owner may have access to it.
    """

    def __init__(self, path: str | Path) -> None:
        self._path = Path(path)
        self._read: tuple[object, Mapping[str, HashedPassword]] | None = None

    def names(self) -> list[str]:
        """Who may sign in, in alphabetical order.

        Raises:
            AuthFileError: the file is absent, damaged, or open to others.
        """
        return sorted(self._users())

    def version(self, name: str) -> str | None:
        """What changes when the user gets another password; None for an unknown user.

        Raises:
            AuthFileError: the file is absent, damaged, or open to others.
        """
        user = self._users().get(name)
        return str(user) if user else None

    def check(self, name: str, password: str) -> bool:
        """Whether this is the password of this user.

        Takes as long for unknown users as for known ones, so that names cannot be found out.

        Raises:
            AuthFileError: the file is absent, damaged, or open to others.
        """
        user = self._users().get(name)
        if len(password) > LONGEST_PASSWORD:
            return False
        matches = (user or _NOBODY).matches(password)
        return matches and user is not None

    def add(self, name: str, password: str, *, replace: bool = False) -> None:
        """Let somebody sign in; the file is made if it is not there.

        Args:
            name: 1 to 64 ASCII letters, digits, dots, hyphens, underscores, and @; the first is
                a letter or a digit.
            password: 12 to 1,000 characters.
            replace: whether a user who is there gets this as the new password.

        Raises:
            AuthFileError: the name or the password cannot be taken, or the user is there
                already; or the file is damaged, open to others, or cannot be written.
        """
        if not _NAME.fullmatch(name):
            raise AuthFileError(
                f"{name!r} cannot be the name of a user; take up to 64 letters (a to z), digits, "
                "dots, hyphens, underscores and @, a letter or a digit first."
            )
        if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
            raise AuthFileError(
                f"The password has {len(password):,} characters; take {SHORTEST_PASSWORD} to "
                f"{LONGEST_PASSWORD:,}. A few words are easy to remember and hard to guess."
            )
        users = dict(self._users()) if self._path.exists() else {}
        if name in users and not replace:
            raise AuthFileError(f"{name} is a user already; --replace gives a new password.")
        users[name] = HashedPassword.of(password)
        self._write(users)

    def remove(self, name: str) -> None:
        """Let somebody sign in no more.

        Raises:
            AuthFileError: there is no such user; or the file is absent, damaged, open to others,
                or cannot be written.
        """
        users = dict(self._users())
        if name not in users:
            raise AuthFileError(f"{self._path} has no user {name!r}.")
        del users[name]
        self._write(users)

    def _users(self) -> "Mapping[str, HashedPassword]":
        try:
            with self._path.open("rb") as file:
                status = os.fstat(file.fileno())
                if os.name == "posix" and status.st_mode & _OTHERS_MAY_READ_OR_WRITE:
                    raise AuthFileError(
                        f"Other users of this computer have access to {self._path}; run "
                        f'"chmod 600 {self._path}" first.'
                    )
                state = (status.st_ino, status.st_mtime_ns, status.st_size)
                read = self._read
                if read is None or read[0] != state:
                    content = file.read(_LARGEST_FILE + 1)
                    read = self._read = (state, self._parsed(content))
                return read[1]
        except FileNotFoundError as error:
            raise AuthFileError(
                f"There is no file {self._path}. Add the first user: "
                f'"article-qa user add NAME --auth-file {self._path}".'
            ) from error
        except OSError as error:
            raise AuthFileError(f"{self._path} cannot be read: {error.strerror}.") from error

    def _parsed(self, content: bytes) -> "dict[str, HashedPassword]":
        if len(content) > _LARGEST_FILE:
            raise AuthFileError(f"{self._path} is no file of users: it is too large.")
        users: dict[str, HashedPassword] = {}
        for number, line in enumerate(content.split(b"\n"), 1):
            if not line.strip():
                continue
            name, _, hashed = line.decode("ascii", "replace").strip().partition(":")
            try:
                if not _NAME.fullmatch(name) or name in users:
                    raise ValueError
                users[name] = HashedPassword.parse(hashed)
            except ValueError:
                # The line itself is not shown: it may hold somebody's password.
                raise AuthFileError(
                    f"Line {number} of {self._path} is damaged, or a second one of the same "
                    "user; delete it, and add the user again."
                ) from None
        return users

    def _write(self, users: "Mapping[str, HashedPassword]") -> None:
        """All or nothing, and only one program at a time."""
        content = "".join(f"{name}:{user}\n" for name, user in sorted(users.items()))
        target = self._path.resolve()  # where a link leads; the link itself stays
        new = target.with_name(f"{target.name}.new")
        try:
            with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                try:
                    self._keep_owner(file.fileno(), target)
                    file.write(content.encode("ascii"))
                    file.flush()
                    os.fsync(file.fileno())
                except BaseException:
                    new.unlink()
                    raise
            new.replace(target)
        except FileExistsError as error:
            raise AuthFileError(
                f"{new} is there: another command is changing the users at this moment. If none "
                "is, one was killed: delete that file, and run this again."
            ) from error
        except OSError as error:
            raise AuthFileError(f"{self._path} cannot be written: {error.strerror}.") from error

    @staticmethod
    def _keep_owner(descriptor: int, target: Path) -> None:
        """An administrator who adds a user must not take the file from the server."""
        if os.name == "posix" and target.exists():
            status = target.stat()
            os.fchown(descriptor, status.st_uid, status.st_gid)


def users_to_serve(path: str | Path | None, *, writes: bool) -> AuthFile | None:
    """Who may sign in to a server; None where nobody has to.

    Args:
        path: of the file of users; None for a server without passwords.
        writes: whether programs may change the articles there.

    Raises:
        AuthFileError: there are writes without passwords; or the file is absent, damaged, open
            to others, or without any user.
    """
    if path is None:
        if writes:
            raise AuthFileError(
                "Programs may change the articles only where people sign in: name a file of users "
                '(--auth-file FILE), which "article-qa user add NAME --auth-file FILE" makes.'
            )
        return None
    users = AuthFile(path)
    if not users.names():
        raise AuthFileError(
            f"{path} has no users, so nobody could sign in. Add one: "
            f'"article-qa user add NAME --auth-file {path}".'
        )
    return users


@dataclass(frozen=True, slots=True)
class HashedPassword:
    """What remains of a password: its scrypt hash, and how that was made."""

    cost: int
    block_size: int
    parallelism: int
    salt: bytes
    hash: bytes

    @classmethod
    def of(cls, password: str) -> Self:
        """Hash a password, with a salt of its own."""
        salt = secrets.token_bytes(_SALT_BYTES)
        made = cls(_COST, _BLOCK_SIZE, _PARALLELISM, salt, b"")
        return cls(_COST, _BLOCK_SIZE, _PARALLELISM, salt, made._computed(password, _HASH_BYTES))

    @classmethod
    def parse(cls, written: str) -> Self:
        """The reverse of `str`.

        Raises:
            ValueError: this is no hashed password, or one that would take too much memory.
        """
        kind, cost, block_size, parallelism, salt, hash = written.split("$")
        parsed = cls(
            int(cost),
            int(block_size),
            int(parallelism),
            base64.b64decode(salt, validate=True),
            base64.b64decode(hash, validate=True),
        )
        possible = (
            kind == "scrypt"
            and parsed.cost >= 2
            and parsed.cost.bit_count() == 1
            and parsed.block_size >= 1
            and 128 * parsed.cost * parsed.block_size <= _MOST_MEMORY
            and 1 <= parsed.parallelism <= _MOST_PARALLELISM
            and len(parsed.salt) >= _SALT_BYTES
            and len(parsed.hash) == _HASH_BYTES
        )
        if not possible:
            raise ValueError(kind)
        return parsed

    def matches(self, password: str) -> bool:
        """Whether it was made of this password; how long it takes tells nothing of either."""
        return hmac.compare_digest(self._computed(password, len(self.hash)), self.hash)

    def _computed(self, password: str, length: int) -> bytes:
        # However a keyboard composes an accented letter, it is the same password.
        normal = unicodedata.normalize("NFC", password).encode("utf-8", "surrogatepass")
        return hashlib.scrypt(
            normal,
            salt=self.salt,
            n=self.cost,
            r=self.block_size,
            p=self.parallelism,
            maxmem=2 * _MOST_MEMORY,
            dklen=length,
        )

    def __str__(self) -> str:
        salt, hash = (base64.b64encode(part).decode() for part in (self.salt, self.hash))
        return f"scrypt${self.cost}${self.block_size}${self.parallelism}${salt}${hash}"


# Compared where the user is unknown. No password has this hash: it is random.
_NOBODY = HashedPassword(
    _COST,
    _BLOCK_SIZE,
    _PARALLELISM,
    secrets.token_bytes(_SALT_BYTES),
    secrets.token_bytes(_HASH_BYTES),
)
