"""What is chosen in the page's own HTML: a source to open, a conversation, a rating.

Each element with `data-qa-do` sends one wish: a name and a few texts. They come from a browser,
so everything in them is checked.
"""

import json
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from index import ArticleNotFound, ArticleQAError, Filters
from qa import words
from qa.chat import article_view, panels, rendering
from qa.chat.asking import MAXIMUM_TURNS, show
from qa.chat.cards import sources_of
from qa.chat.collecting import active_filter, bring_back, day_of, remove
from qa.chat.examples import example_questions
from qa.chat.parts import Changes, Parts, Service
from qa.chat.state import Editing, Talk

_MOST_CHOSEN = 500

_log = logging.getLogger("qa.chat")


class UnknownWish(Exception):
    """The page asked for something that is not there."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """Fulfils what one tab wishes."""

    service: Service
    parts: Parts
    talk: Talk
    filters: Filters
    removed: Any
    owner: str
    tab: str

    def fulfil(self, wish: Mapping[str, Any]) -> Changes:
        """The changes of the page for a wish, or a line that says why there are none."""
        does: dict[str, Callable[[Mapping[str, Any]], Changes]] = {
            "open": self._open,
            "read": self._read,
            "edit": self._edit,
            "edit-understood": self._edit_understood,
            "cancel-edit": self._cancel_edit,
            "rate": self._rate,
            "remark": self._remark,
            "reopen": self._reopen,
            "find": self._find,
            "rename": self._rename,
            "delete": self._delete,
            "filter": self._filter,
            "remove": self._remove,
            "undo": self._undo,
        }
        try:
            act = does.get(_text(wish, "do"))
            if act is None:
                raise UnknownWish
            return act(wish)
        except UnknownWish:
            return {self.parts.status: rendering.status(words.NO_SUCH_WISH)}
        except ArticleQAError as error:
            _log.error("The page could not do what was asked: %s", error)
            return {self.parts.status: rendering.status(str(error))}

    # Reading

    def _open(self, wish: Mapping[str, Any]) -> Changes:
        number = _number(wish, "turn")
        return opened(self.service, self.parts, self.talk, number, _number(wish, "position"))

    def _read(self, wish: Mapping[str, Any]) -> Changes:
        article = self.service.index.article(_text(wish, "uri"))
        return {self.parts.article: article_view.article_alone(article)}

    # Asking again

    def _edit(self, wish: Mapping[str, Any]) -> Changes:
        number = self._turn(wish)
        return self._editing(Editing(number), self.talk.turns[number - 1].question)

    def _edit_understood(self, wish: Mapping[str, Any]) -> Changes:
        number = self._turn(wish)
        understood = self.talk.turns[number - 1].standalone_question
        return self._editing(Editing(number, understood=True), understood)

    def _editing(self, editing: Editing, text: str) -> Changes:
        return {
            self.parts.editing: editing,
            self.parts.editing_note: rendering.editing(editing.number, editing.understood),
            self.parts.question: text,
        }

    def _cancel_edit(self, _wish: Mapping[str, Any]) -> Changes:
        return {self.parts.editing: None, self.parts.editing_note: "", self.parts.question: ""}

    # Feedback

    def _rate(self, wish: Mapping[str, Any]) -> Changes:
        number, id = self._turn(wish), self._id()
        good = _text(wish, "good") == "yes"
        store = self.service.conversations
        again = store.ratings(id, self.owner).get(self._stored(number)) is good
        store.rate(id, self.owner, self._stored(number), None if again else good)
        return self._shown()

    def _remark(self, wish: Mapping[str, Any]) -> Changes:
        number, id = self._turn(wish), self._id()
        store = self.service.conversations
        good = store.ratings(id, self.owner).get(self._stored(number))
        if good is None:
            raise UnknownWish
        store.rate(id, self.owner, self._stored(number), good, _text(wish, "value")[:2_000])
        return {self.parts.status: rendering.status(words.THANKS)}

    # Conversations

    def _reopen(self, wish: Mapping[str, Any]) -> Changes:
        self.service.tabs.turn_to_another(self.tab)
        kept = self.service.conversations.get(_text(wish, "id"), self.owner)
        talk = Talk(kept.summary.id, kept.turns[-MAXIMUM_TURNS:])
        return {
            **show(self.service, self.parts, talk, self.owner),
            **at_rest(self.parts),
            self.parts.article: article_view.nothing(),
        }

    def _find(self, wish: Mapping[str, Any]) -> Changes:
        searched = _text(wish, "value")[:200]
        found = self.service.conversations.list(self.owner, searched)
        return {self.parts.history: panels.conversation_list(found, self.talk.id, searched)}

    def _rename(self, wish: Mapping[str, Any]) -> Changes:
        title = _text(wish, "value").strip()
        if title:
            self.service.conversations.rename(_text(wish, "id"), self.owner, title[:200])
        return self._history(self.talk)

    def _delete(self, wish: Mapping[str, Any]) -> Changes:
        id = _text(wish, "id")
        self.service.conversations.delete(id, self.owner)
        if id != self.talk.id:
            return self._history(self.talk)
        self.service.tabs.turn_to_another(self.tab)
        return {
            **begun_anew(self.service, self.parts, self.owner),
            self.parts.status: rendering.status(words.FORGOTTEN),
        }

    def _history(self, talk: Talk) -> Changes:
        found = self.service.conversations.list(self.owner)
        return {self.parts.history: panels.conversation_list(found, talk.id)}

    # The collection

    def _filter(self, wish: Mapping[str, Any]) -> Changes:
        try:
            filters = filters_of(wish)
        except ValueError as error:
            return {self.parts.status: rendering.status(str(error))}
        return {
            self.parts.filters: filters,
            self.parts.active_filter: active_filter(self.service, filters),
            self.parts.status: rendering.status(""),
        }

    def _remove(self, wish: Mapping[str, Any]) -> Changes:
        if not self.service.can_change:
            raise UnknownWish
        return remove(self.service, self.parts, _text(wish, "uri"), self.filters)

    def _undo(self, _wish: Mapping[str, Any]) -> Changes:
        if not self.service.can_change:
            raise UnknownWish
        return bring_back(self.service, self.parts, self.removed)

    # What a wish names

    def _turn(self, wish: Mapping[str, Any]) -> int:
        """The number of a turn that the page shows, from 1."""
        number = _number(wish, "turn")
        if not 1 <= number <= len(self.talk.turns):
            raise UnknownWish
        return number

    def _id(self) -> str:
        if self.talk.id is None:
            raise UnknownWish
        return self.talk.id

    def _stored(self, number: int) -> int:
        """The number in the store of a turn that the page shows: older ones have left the page."""
        kept = self.service.conversations.get(self._id(), self.owner).summary.turns
        return number + max(0, kept - len(self.talk.turns))

    def _shown(self) -> Changes:
        return show(self.service, self.parts, self.talk, self.owner)


def opened(service: Service, parts: Parts, talk: Talk, number: int, position: int) -> Changes:
    """The article of a source, at the sentence.

    Raises:
        UnknownWish: there is no such source.
    """
    if not 1 <= number <= len(talk.turns):
        raise UnknownWish
    sources = sources_of(talk.turns[number - 1].answer)
    chosen = next((source for source in sources if source.position == position), None)
    if chosen is None:
        raise UnknownWish
    cited = chosen.passage.article
    try:
        now = service.index.article(cited.uri).content_hash
    except ArticleNotFound:
        state: article_view.State = "removed"
    else:
        state = "current" if now == cited.content_hash else "changed"
    return {parts.article: article_view.source_in_article(number, sources, position, state)}


def begun_anew(service: Service, parts: Parts, owner: str) -> Changes:
    """The page without a conversation."""
    return {
        **show(service, parts, Talk(), owner),
        **at_rest(parts),
        parts.conversation: welcome(service),
        parts.article: article_view.nothing(),
    }


def welcome(service: Service) -> str:
    """What stands in the place of the conversation before the first question."""
    articles = service.index.articles()
    questions = example_questions(article.content_hash for article in articles)
    return rendering.welcome(len(articles), questions, can_add=service.can_change)


def at_rest(parts: Parts) -> Changes:
    """Nothing is at work, and nothing half done."""
    return {
        parts.suggestions: "",
        parts.editing: None,
        parts.editing_note: "",
        parts.question: "",
        parts.status: rendering.status(""),
    }


def newest_wish(wish: str | None, does: Sequence[str]) -> Mapping[str, Any]:
    """A wish that came as JSON; empty, as no wish is, where it is none or does something else."""
    try:
        fields = json.loads(wish or "")
    except (ValueError, RecursionError):
        fields = None
    return fields if isinstance(fields, dict) and fields.get("do") in does else {}


def filters_of(wish: Mapping[str, Any]) -> Filters:
    """The filter that the fields of the page make.

    Raises:
        ValueError: a date is none.
    """
    until = day_of(_text(wish, "until"))
    return Filters(
        _texts(wish, "sources"),
        _texts(wish, "uris"),
        day_of(_text(wish, "from")),
        # To the end of that day.
        until and datetime.combine(until, time.max, until.tzinfo),
    )


def _text(wish: Mapping[str, Any], name: str) -> str:
    value = wish.get(name, "")
    if not isinstance(value, str):
        raise UnknownWish
    # Half characters (lone surrogates) can be neither stored nor sent.
    return value.encode("utf-8", "replace").decode("utf-8")


def _texts(wish: Mapping[str, Any], name: str) -> tuple[str, ...]:
    values = wish.get(name, [])
    if not isinstance(values, list) or len(values) > _MOST_CHOSEN:
        raise UnknownWish
    return tuple(_text({"": value}, "") for value in values)


def _number(wish: Mapping[str, Any], name: str) -> int:
    text = _text(wish, name)
    if not (text.isascii() and text.isdigit() and len(text) < 6):
        raise UnknownWish
    return int(text)
