"""Guessing is slow, and keeps nobody out but the one who guesses."""

import threading
from pathlib import Path

import pytest

from qa import passwords, sign_in
from qa.passwords import AuthFile, HashedPassword
from qa.sign_in import SignIn, TooManyAttempts

GOOD = "correct horse battery"
HERE, THERE = "192.0.2.1", "192.0.2.2"


class Clock:
    """Stands still until a test moves it."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def signing_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, clock: Clock) -> SignIn:
    monkeypatch.setattr(passwords, "_COST", 2)
    monkeypatch.setattr(passwords, "_NOBODY", HashedPassword.of(GOOD))
    users = AuthFile(tmp_path / "users")
    users.add("ada", GOOD)
    users.add("bob", GOOD)
    return SignIn(users, clock)


def fail(signing_in: SignIn, times: int, name: str = "ada", address: str = HERE) -> None:
    for _ in range(times):
        assert not signing_in.check(name, "wrong password", address)


def waits(signing_in: SignIn, name: str = "ada", address: str = HERE) -> float:
    """Seconds for which even the right password is not looked at."""
    with pytest.raises(TooManyAttempts) as caught:
        signing_in.check(name, GOOD, address)
    return caught.value.seconds


def test_a_few_slips_do_no_harm(signing_in: SignIn) -> None:
    for _ in range(5):
        fail(signing_in, 2)
        assert signing_in.check("ada", GOOD, HERE)


def test_after_more_of_them_each_attempt_waits_longer(signing_in: SignIn, clock: Clock) -> None:
    fail(signing_in, 3)
    found = []
    for _ in range(8):
        found.append(waits(signing_in))
        clock.now += found[-1]
        fail(signing_in, 1)
    assert found == [1, 2, 4, 8, 16, 30, 30, 30]


def test_attempts_during_the_wait_do_not_make_it_longer(signing_in: SignIn, clock: Clock) -> None:
    fail(signing_in, 3)
    clock.now += 1
    fail(signing_in, 1)
    assert [waits(signing_in) for _ in range(5)] == [2] * 5
    clock.now += 1.5
    assert waits(signing_in) == 0.5
    clock.now += 0.5
    assert signing_in.check("ada", GOOD, HERE)


def test_the_right_password_after_the_wait_forgets_the_failures(
    signing_in: SignIn, clock: Clock
) -> None:
    fail(signing_in, 3)
    clock.now += waits(signing_in)
    fail(signing_in, 1)
    clock.now += waits(signing_in)
    assert signing_in.check("ada", GOOD, HERE)
    fail(signing_in, 2)
    assert signing_in.check("ada", GOOD, HERE)


def test_who_guesses_keeps_nobody_out_elsewhere(signing_in: SignIn) -> None:
    fail(signing_in, 3)
    assert waits(signing_in) > 0
    assert signing_in.check("ada", GOOD, THERE)
    assert signing_in.check("bob", GOOD, HERE)


def test_the_right_password_elsewhere_does_not_free_who_guesses(signing_in: SignIn) -> None:
    fail(signing_in, 3)
    assert signing_in.check("ada", GOOD, THERE)
    assert waits(signing_in) > 0


def test_failures_are_forgotten_after_a_while(signing_in: SignIn, clock: Clock) -> None:
    fail(signing_in, 3)
    clock.now += 900
    fail(signing_in, 2)
    assert signing_in.check("ada", GOOD, HERE)


def test_unknown_names_wait_like_known_ones(signing_in: SignIn) -> None:
    fail(signing_in, 3, name="nobody")
    assert waits(signing_in, name="nobody") == 1


def test_what_is_remembered_is_bounded(signing_in: SignIn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sign_in, "_REMEMBERED", 3)
    fail(signing_in, 3)
    for number in range(10):
        fail(signing_in, 1, name=f"name{number}")
    assert len(signing_in._failures) == 3
    assert signing_in.check("ada", GOOD, HERE)


def test_of_many_attempts_at_once_only_the_free_ones_are_looked_at(signing_in: SignIn) -> None:
    looked_at = []
    refused = []

    def attempt() -> None:
        try:
            looked_at.append(signing_in.check("ada", "wrong password", HERE))
        except TooManyAttempts as error:
            refused.append(error)

    threads = [threading.Thread(target=attempt) for _ in range(30)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(looked_at), len(refused)) == (3, 27)


def test_a_crowd_is_turned_away_before_it_takes_all_memory(
    signing_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sign_in, "_WAITING", 0)
    assert waits(signing_in) == 1
