"""One question: waiting, searching, reading, and its answer kept."""

import logging
from collections.abc import Iterator, Sequence
from typing import Any

from index import ArticleQAError, Filters
from qa import words
from qa.answer import Answer, Turn
from qa.bot import Step
from qa.chat import panels, rendering
from qa.chat.parts import Changes, Parts, Service
from qa.chat.state import Editing, Talk
from qa.suggestions import suggest

MAXIMUM_TURNS = 50
"""Turns of a conversation that the page shows; older ones leave it, and stay in the store."""

# Seconds between two looks at the place in the waiting line: telling twenty people of theirs more
# often would take the time that their answers need.
_LOOK = 1.0

_log = logging.getLogger("qa.chat")


def changed_by_asking(parts: Parts) -> list[Any]:
    """The parts that `Asking.ask` may change.

    Gradio makes each output of an event anew whenever the event tells something, changed or not:
    all the parts of the page take it 18 ms, each time. So no others are among them.
    """
    return [
        parts.conversation,
        parts.suggestions,
        parts.history,
        parts.status,
        parts.editing_note,
        parts.question,
        parts.talk,
        parts.editing,
    ]


class Asking:
    """A question of one tab, from its field to its answer.

    Args:
        owner: whose conversation it is.
        tab: where the answer is shown, as long as the tab still shows this conversation.
    """

    def __init__(
        self, service: Service, parts: Parts, talk: Talk, filters: Filters, owner: str, tab: str
    ) -> None:
        self._service = service
        self._parts = parts
        self._talk = talk
        self._filters = filters
        self._owner = owner
        self._tab = tab
        self._dates = service.dates()

    def ask(self, question: str, editing: Editing | None = None) -> Iterator[Changes]:
        """What the page shows while the question is worked on, and then."""
        parts, tabs = self._parts, self._service.tabs
        if not question.strip():
            yield {parts.status: rendering.status(words.NO_QUESTION)}
            return
        shown = tabs.shown(self._tab)
        tabs.asks(self._tab, question)
        try:
            for changes in self._asked(question, editing):
                if tabs.shown(self._tab) == shown:
                    yield changes
        finally:
            if tabs.shown(self._tab) == shown:
                tabs.asks(self._tab, "")

    def _asked(self, question: str, editing: Editing | None) -> Iterator[Changes]:
        parts = self._parts
        before = self._talk.before(editing)
        yield {
            parts.status: rendering.status(""),
            parts.question: "",
            parts.suggestions: "",
            parts.editing: None,
            parts.editing_note: "",
            **self._working(before, question, [words.SEARCHING]),
        }
        try:
            yield from self._answered(before, question, editing)
        except ArticleQAError as error:
            _log.error("A question could not be answered: %s", error)
            yield self._failed(question, editing, str(error))
        # Whatever goes wrong, the page must not wait for an answer for ever.
        except Exception:
            _log.exception("A question could not be answered.")
            yield self._failed(question, editing, words.WENT_WRONG)

    def _answered(
        self, before: tuple[Turn, ...], question: str, editing: Editing | None
    ) -> Iterator[Changes]:
        with self._service.line.join(self._owner or self._tab) as place:
            told = 0
            while not place.wait(_LOOK if told else 0):
                position = place.position
                if position not in (0, told):
                    yield self._working(before, question, [words.WAITING.format(place=position)])
                told = position or told
            if not self._service.loading.done:
                yield self._working(before, question, [words.LOADING])
            self._service.ready()
            history = () if editing and editing.understood else before
            steps: list[str] = []
            for item in self._service.bot.stream(question, history, filters=self._filters):
                if isinstance(item, Answer):
                    answer = item
                else:
                    steps = _steps(item)
                    yield self._working(before, question, steps)
        yield self._done(before, Turn(question, answer.standalone_question, answer), editing)

    def _working(self, turns: Sequence[Turn], question: str, steps: list[str]) -> Changes:
        shown = rendering.conversation(turns, question, steps, dates=self._dates)
        return {self._parts.conversation: shown}

    def _done(self, before: tuple[Turn, ...], turn: Turn, editing: Editing | None) -> Changes:
        """The page with the answer, which is kept first."""
        parts = self._parts
        trouble = ""
        id = self._talk.id
        try:
            id = self._keep(turn, editing)
        except ArticleQAError as error:
            _log.error("An answer could not be kept: %s", error)
            trouble = str(error)
        talk = Talk(id, (*before, turn)[-MAXIMUM_TURNS:])
        return {
            **show(self._service, parts, talk, self._owner),
            parts.status: rendering.status(trouble),
        }

    def _keep(self, turn: Turn, editing: Editing | None) -> str:
        store = self._service.conversations
        id = self._talk.id
        if id is None:
            id = store.begin(self._owner, turn.question).id
        elif editing:
            # Turns that have left the page are still in the store.
            kept = store.get(id, self._owner).summary.turns
            hidden = max(0, kept - len(self._talk.turns))
            store.truncate(id, self._owner, hidden + editing.number - 1)
        store.append(id, self._owner, turn)
        return id

    def _failed(self, question: str, editing: Editing | None, problem: str) -> Changes:
        """The page as before the question, which is there to be asked again."""
        parts = self._parts
        return {
            parts.conversation: rendering.conversation(self._talk.turns, dates=self._dates),
            parts.status: rendering.status(problem),
            parts.question: question,
            parts.editing: editing,
        }


def show(service: Service, parts: Parts, talk: Talk, owner: str) -> Changes:
    """The page with a conversation, at its last answer."""
    ratings = service.conversations.ratings(talk.id, owner) if talk.id else {}
    return {
        parts.talk: talk,
        parts.conversation: rendering.conversation(
            talk.turns, dates=service.dates(), ratings=ratings
        ),
        parts.history: panels.conversation_list(service.conversations.list(owner), talk.id),
    }


def suggested(
    service: Service, parts: Parts, talk: Talk, filters: Filters, tab: str
) -> Iterator[Changes]:
    """Questions that may be asked next, one by one as each is found to be answered.

    Each costs as much as several questions, so there are none while people wait for an answer,
    and no more when the tab has gone on.
    """
    if not talk.turns or service.loading.problem:
        return
    tabs = service.tabs
    before = tabs.state(tab)

    def stop() -> bool:
        return tabs.state(tab) != before or bool(tabs.asked(tab)) or service.line.waiting > 0

    found: list[str] = []
    for question in suggest(service.bot, talk.turns, filters=filters, stop=stop):
        if stop():
            return
        found.append(question)
        shown = rendering.suggestions(found, talk.turns[-1].answer.abstained)
        yield {parts.suggestions: shown}


def _steps(step: Step) -> list[str]:
    """What is done, with its time, and what is being done."""
    done = [
        words.STEP_DONE[stage].format(milliseconds=round(time))
        for stage, time in step.timings.items()
    ]
    return [*done, {"searching": words.SEARCHING, "reading": words.READING}[step.name]]
