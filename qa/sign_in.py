"""Signing in, and how often a wrong password may be tried."""

import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable

from index import ArticleQAError
from qa.passwords import AuthFile

# Wrong attempts in a row before the next one must wait.
_FREE = 3
# Seconds: the first wait, which doubles with each further failure, and the longest.
_FIRST_WAIT = 1.0
_LONGEST_WAIT = 30.0
# Seconds without a failure after which the earlier ones are forgotten.
_FORGET_AFTER = 900.0
# Pairs of name and address whose failures are remembered.
_REMEMBERED = 10_000
# Hashes computed at once; each takes 32 MiB. Attempts that may wait for that.
_AT_ONCE = 2
_WAITING = 32


class TooManyAttempts(ArticleQAError):
    """This password was not even looked at.

    Attributes:
        seconds: to wait before the next attempt.
    """

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        super().__init__(f"Too many attempts; wait {math.ceil(seconds)} s, then try again.")


class SignIn:
    """Checks passwords, and makes guessing them slow.

    After three failures for a name from one address, further attempts from there wait: a
    second, two, four, up to half a minute. The same user elsewhere does not wait, so that nobody
    is kept out by somebody else's guesses. Safe to use from many threads.

    Args:
        users: who may sign in.
        clock: seconds that pass, from any start.
    """

    def __init__(self, users: AuthFile, clock: Callable[[], float] = time.monotonic) -> None:
        self._users = users
        self._clock = clock
        self._lock = threading.Lock()
        # By name and address: failures in a row, and when the last was. The oldest is first.
        self._failures: OrderedDict[tuple[str, str], tuple[int, float]] = OrderedDict()
        self._computing = threading.BoundedSemaphore(_AT_ONCE)
        self._waiting = 0

    def check(self, name: str, password: str, address: str) -> bool:
        """Whether this is the password of this user. Takes a quarter of a second.

        Args:
            address: where the attempt comes from, such as "192.0.2.7".

        Raises:
            TooManyAttempts: wait first.
            AuthFileError: the file of users cannot be used.
        """
        key = name, address
        with self._lock:
            wait = self._wait(key)
            if wait > 0:
                raise TooManyAttempts(wait)
            if self._waiting >= _WAITING:
                raise TooManyAttempts(_FIRST_WAIT)
            # Before it is known: of many attempts at once, each must not pass for the first.
            self._count(key)
            self._waiting += 1
        try:
            with self._computing:
                right = self._users.check(name, password)
        finally:
            with self._lock:
                self._waiting -= 1
        if right:
            with self._lock:
                self._failures.pop(key, None)
        return right

    def _wait(self, key: tuple[str, str]) -> float:
        """Seconds until the next attempt is looked at."""
        failures, last = self._failures.get(key, (0, 0.0))
        passed = self._clock() - last
        if failures < _FREE or passed >= _FORGET_AFTER:
            return 0.0
        return min(_FIRST_WAIT * 2.0 ** min(failures - _FREE, 30), _LONGEST_WAIT) - passed

    def _count(self, key: tuple[str, str]) -> None:
        now = self._clock()
        failures, last = self._failures.pop(key, (0, now))
        self._failures[key] = (failures + 1 if now - last < _FORGET_AFTER else 1, now)
        if len(self._failures) > _REMEMBERED:
            self._failures.popitem(last=False)
