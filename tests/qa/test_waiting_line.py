"""Nobody is forgotten, nobody pushes in, and never are more served than may be."""

import itertools
import threading
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from index import ArticleQAError
from qa.waiting_line import Place, WaitingLine, WaitingLineFull


def test_the_first_are_served_at_once_and_the_next_wait() -> None:
    line = WaitingLine(at_once=2, longest=5)
    places = [line.join(name) for name in "abcd"]
    assert [place.position for place in places] == [0, 0, 1, 2]
    assert [place.wait(0) for place in places] == [True, True, False, False]


def test_whoever_leaves_makes_room_for_the_next() -> None:
    line = WaitingLine(1, 5)
    first, second, third = (line.join(name) for name in "abc")
    first.leave()
    assert (second.wait(0), second.position, third.position) == (True, 0, 1)


def test_one_who_gives_up_waiting_lets_the_others_move_up() -> None:
    line = WaitingLine(1, 5)
    first, second, third = (line.join(name) for name in "abc")
    second.leave()
    assert third.position == 1
    assert not second.wait(0)
    assert second.position == 0
    first.leave()
    assert third.wait(0)
    assert not second.wait(0)


def test_a_full_line_says_so_and_takes_others_when_there_is_room() -> None:
    line = WaitingLine(1, 1)
    first, second = line.join("a"), line.join("b")
    with pytest.raises(WaitingLineFull, match="again in a minute") as caught:
        line.join("c")
    assert isinstance(caught.value, ArticleQAError)
    second.leave()
    assert line.join("c").position == 1
    first.leave()


def test_nobody_need_wait_where_nobody_may() -> None:
    line = WaitingLine(1, 0)
    with line.join("a"), pytest.raises(WaitingLineFull):
        line.join("b")
    assert line.join("b").wait(0)


def served_in_turn(line: WaitingLine, places: dict[str, Place]) -> list[str]:
    """The names of places in the order in which they are served, one at a time."""
    order = []
    while places:
        [name] = [name for name, place in places.items() if place.served]
        order.append(name)
        places.pop(name).leave()
    return order


def test_ten_questions_of_one_wait_behind_the_first_of_another() -> None:
    line = WaitingLine(1, 50)
    places = {f"a{n}": line.join("a") for n in range(4)}
    places |= {f"b{n}": line.join("b") for n in range(2)} | {"c0": line.join("c")}
    assert served_in_turn(line, places) == ["a0", "b0", "c0", "a1", "b1", "a2", "a3"]


def test_a_question_taken_back_does_not_delay_the_next_of_its_owner() -> None:
    line = WaitingLine(1, 50)
    places = {"a0": line.join("a"), "a1": line.join("a"), "a2": line.join("a")}
    places |= {f"b{n}": line.join("b") for n in range(3)}
    places.pop("a1").leave()
    assert served_in_turn(line, places) == ["a0", "b0", "a2", "b1", "b2"]


@pytest.mark.parametrize("at_once", [1, 2, 3])
@pytest.mark.parametrize("before", [0, 1, 5])
def test_newcomers_do_not_overtake_for_ever(at_once: int, before: int) -> None:
    line = WaitingLine(at_once, 50)
    for number in range(before):  # whatever the line has done already
        line.join(number).leave()
    serving = [line.join("a") for _ in range(at_once)]
    patient = line.join("a")
    overtook = 0
    for number in range(20):
        serving.append(line.join(f"newcomer {number}"))
        serving.pop(0).leave()
        if patient.served:
            break
        overtook += 1
    assert patient.served
    assert overtook <= at_once


@pytest.mark.parametrize("at_once", [1, 2])
@pytest.mark.parametrize("before", [0, 1, 5])
def test_the_first_question_of_a_newcomer_comes_before_further_ones(
    at_once: int, before: int
) -> None:
    line = WaitingLine(at_once, 50)
    for number in range(before):
        line.join(number).leave()
    serving = [line.join("a") for _ in range(at_once)]
    further, newcomer = line.join("a"), line.join("b")
    assert (newcomer.position, further.position) == (1, 2)
    serving[0].leave()
    assert newcomer.served
    assert not further.served


def test_a_place_is_left_at_the_end_of_its_block_whatever_happens() -> None:
    line = WaitingLine(1, 5)
    with pytest.raises(RuntimeError), line.join("a"):
        raise RuntimeError
    place = line.join("b")
    assert place.wait(0)
    place.leave()
    place.leave()
    assert line.join("c").wait(0)
    assert not line.join("d").wait(0)


@pytest.mark.parametrize(("at_once", "longest"), [(0, 1), (-1, 1), (1, -1)])
def test_a_line_that_serves_nobody_is_refused(at_once: int, longest: int) -> None:
    with pytest.raises(ValueError, match=r"at least 1|0 or more"):
        WaitingLine(at_once, longest)


@given(st.lists(st.sampled_from("abcd"), max_size=40), st.integers(1, 4))
def test_everybody_there_is_served_in_rounds(owners: list[str], at_once: int) -> None:
    line = WaitingLine(at_once, 100)
    blockers = [line.join(f"blocker {n}") for n in range(at_once)]
    numbers: Counter[str] = Counter()
    places: dict[tuple[str, int], Place] = {}
    for owner in owners:
        places[owner, numbers[owner]] = line.join(owner)
        numbers[owner] += 1
    expected = sorted(places, key=lambda key: (key[1], places[key].ticket))
    positions = sorted(places, key=lambda key: places[key].position)
    assert positions == expected
    for blocker in blockers:
        blocker.leave()
    for key, after in itertools.zip_longest(expected, expected[at_once:]):
        assert places[key].served
        assert after is None or not places[after].served
        places[key].leave()


class Line(RuleBasedStateMachine):
    """Any order of joining and leaving."""

    @initialize(at_once=st.integers(1, 3), longest=st.integers(0, 6))
    def make(self, at_once: int, longest: int) -> None:
        self.at_once, self.longest = at_once, longest
        self.line = WaitingLine(at_once, longest)
        self.here: list[Place] = []
        self.gone: list[Place] = []

    @rule(owner=st.sampled_from("abc"))
    def join(self, owner: str) -> None:
        full = len(self.here) >= self.at_once + self.longest
        if full:
            with pytest.raises(WaitingLineFull):
                self.line.join(owner)
        else:
            self.here.append(self.line.join(owner))

    @precondition(lambda self: self.here)
    @rule(data=st.data())
    def leave(self, data: st.DataObject) -> None:
        place = data.draw(st.sampled_from(self.here))
        self.here.remove(place)
        place.leave()
        self.gone.append(place)

    @precondition(lambda self: self.gone)
    @rule(data=st.data())
    def leave_again(self, data: st.DataObject) -> None:
        data.draw(st.sampled_from(self.gone)).leave()

    @invariant()
    def as_many_are_served_as_may(self) -> None:
        served = [place for place in self.here if place.wait(0)]
        assert len(served) == min(len(self.here), self.at_once)

    @invariant()
    def positions_have_no_gaps(self) -> None:
        waiting = sorted(place.position for place in self.here if not place.served)
        assert waiting == list(range(1, len(waiting) + 1))

    @invariant()
    def an_owner_is_served_in_the_order_of_joining(self) -> None:
        for owner in "abc":
            mine = [place.served for place in self.here if place.owner == owner]
            assert mine == sorted(mine, reverse=True)


TestLine = Line.TestCase


def test_many_threads_lose_no_place_and_never_crowd() -> None:
    line = WaitingLine(3, 1_000)
    lock = threading.Lock()
    inside = 0
    most = 0
    done: Counter[int] = Counter()

    def ask(owner: int) -> None:
        nonlocal inside, most
        for number in range(20):
            with line.join(owner) as place:
                if number % 5 == 4:
                    place.wait(0)  # tired of waiting at once
                    if not place.served:
                        place.leave()
                        done[owner] += 1
                        continue
                assert place.wait(60)
                with lock:
                    inside += 1
                    most = max(most, inside)
                with lock:
                    inside -= 1
                    done[owner] += 1

    threads = [threading.Thread(target=ask, args=(owner,)) for owner in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert done == dict.fromkeys(range(12), 20)
    assert most <= 3
    assert [line.join("after").served for _ in range(3)] == [True] * 3
