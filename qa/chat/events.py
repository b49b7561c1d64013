"""What the page does: opening it, asking, beginning anew, adding; each event with its parts."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import fields
from datetime import UTC, datetime
from functools import partial
from typing import Any

import gradio as gr

from index import Filters
from qa import words
from qa.answer import Turn
from qa.chat import collecting, panels, rendering
from qa.chat.asking import Asking, changed_by_asking, suggested
from qa.chat.endpoints import whole
from qa.chat.parts import Changes, Parts, Service, owner_of, tab_of
from qa.chat.requests import user_of
from qa.chat.state import Editing, Talk
from qa.chat.wishes import UnknownWish, Wishes, at_rest, begun_anew, newest_wish, opened
from qa.conversation_file import conversation_as_html, conversation_as_json

_QUIET: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
# A question waits in our own line, which is fair; Gradio's would not be.
_AT_ONCE: dict[str, Any] = {"concurrency_limit": None}


def connect(page: gr.Blocks, parts: Parts, service: Service) -> None:
    """Give the parts of the page their behaviour."""
    made = [getattr(parts, field.name) for field in fields(Parts)]
    # What buttons there are follows from the rest, in page.css.
    everything = [part for part in made if not isinstance(part, gr.Button)]

    def open_page(request: gr.Request) -> Iterator[Changes]:
        shown = begun_anew(service, parts, owner_of(request))
        del shown[parts.question]  # somebody quick may have begun to type
        if service.tabs.asked(tab_of(request)):
            shown = {parts.history: shown[parts.history]}
        yield {
            **shown,
            **collecting.collection(service, parts),
            parts.account: panels.account(user_of(request)),
            parts.status: _loading_status(service),
        }
        if not service.loading.done:
            service.loading.wait()
            yield {parts.status: _loading_status(service)}

    def asking(talk: Talk, filters: Filters, request: gr.Request) -> Asking:
        return Asking(service, parts, talk, filters, owner_of(request), tab_of(request))

    # Not called "ask": the endpoint for programs has that name.
    def ask_here(
        question: str | None,
        talk: Talk,
        editing: Editing | None,
        filters: Filters,
        request: gr.Request,
    ) -> Iterator[Changes]:
        yield from asking(talk, filters, request).ask(whole(question or ""), editing)

    def ask_this(
        talk: Talk, filters: Filters, request: gr.Request, event: gr.EventData
    ) -> Iterator[Changes]:
        wish = event._data or {}
        question, number = wish.get("question"), wish.get("turn")
        editing = None
        if wish.get("do") == "again":
            if not (str(number).isdigit() and 1 <= int(str(number)) <= len(talk.turns)):
                yield {parts.status: rendering.status(words.NO_SUCH_WISH)}
                return
            turn = talk.turns[int(str(number)) - 1]
            question, editing = turn.question, Editing(int(str(number)))
        yield from asking(talk, filters, request).ask(whole(question or ""), editing)

    def suggest_next(talk: Talk, filters: Filters, request: gr.Request) -> Iterator[Changes]:
        yield from suggested(service, parts, talk, filters, tab_of(request))

    def show_first_source(talk: Talk) -> Changes:
        try:
            return opened(service, parts, talk, len(talk.turns), 1)
        except UnknownWish:  # a refusal without anything near
            return {parts.article: gr.skip()}

    def stop(talk: Talk, request: gr.Request) -> Changes:
        question = service.tabs.asked(tab_of(request))
        service.tabs.turn_to_another(tab_of(request))
        shown: Changes = {}
        if not talk.turns:
            shown = begun_anew(service, parts, owner_of(request))
        else:
            shown[parts.conversation] = rendering.conversation(talk.turns, dates=service.dates())
        return {
            **shown,
            **at_rest(parts),
            parts.question: question,
            parts.status: rendering.status(words.STOPPED if question else ""),
        }

    def begin_anew(request: gr.Request) -> Changes:
        service.tabs.turn_to_another(tab_of(request))
        return {
            **begun_anew(service, parts, owner_of(request)),
            parts.status: _loading_status(service),
        }

    def wishes(talk: Talk, filters: Filters, removed: Any, request: gr.Request) -> Wishes:
        return Wishes(service, parts, talk, filters, removed, owner_of(request), tab_of(request))

    def fulfil(
        talk: Talk, filters: Filters, removed: Any, request: gr.Request, event: gr.EventData
    ) -> Changes:
        return wishes(talk, filters, removed, request).fulfil(event._data or {})

    def fulfil_newest(*does: str) -> Callable[..., Changes]:
        def act(
            wish: str | None, talk: Talk, filters: Filters, removed: Any, request: gr.Request
        ) -> Changes:
            return wishes(talk, filters, removed, request).fulfil(newest_wish(wish, does))

        return act

    page.load(open_page, outputs=everything, **_QUIET, **_AT_ONCE)
    page.unload(_closed(service))
    questions = [
        gr.on(
            triggers,
            fn,
            inputs=inputs,
            outputs=changed_by_asking(parts),
            trigger_mode="once",
            **_QUIET,
            **_AT_ONCE,
        )
        for triggers, fn, inputs in [
            (
                [parts.question.submit, parts.ask.click],
                ask_here,
                [parts.question, parts.talk, parts.editing, parts.filters],
            ),
            ([parts.asks.click], ask_this, [parts.talk, parts.filters]),
        ]
    ]
    after: list[Any] = []
    for question in questions:
        source = question.then(
            show_first_source, inputs=[parts.talk], outputs=[parts.article], **_QUIET, **_AT_ONCE
        )
        after.append(source)
        after.append(
            source.then(
                suggest_next,
                inputs=[parts.talk, parts.filters],
                outputs=[parts.suggestions],
                **_QUIET,
                **_AT_ONCE,
            )
        )
    for trigger, fn, inputs in (
        (parts.stop.click, stop, [parts.talk]),
        (parts.new.click, begin_anew, []),
    ):
        trigger(fn, inputs=inputs, outputs=everything, cancels=[*questions, *after], **_QUIET)
    at_hand = [parts.talk, parts.filters, parts.removed]
    parts.wishes.click(fulfil, at_hand, everything, trigger_mode="multiple", **_QUIET, **_AT_ONCE)
    # One at a time, and then the newest: of two that overtake one another, the older would hold.
    for channel, act, outputs in (
        (parts.filtering, fulfil_newest("filter"), [parts.filters, parts.active_filter]),
        (parts.finding, fulfil_newest("find"), [parts.history]),
        (parts.reading, fulfil_newest("open", "read"), [parts.article]),
    ):
        channel.click(
            act,
            [channel, *at_hand],
            [*outputs, parts.status],
            trigger_mode="always_last",
            **_QUIET,
            **_AT_ONCE,
        )
    _connect_files(parts)
    if service.can_change:
        _connect_adding(parts, service)


def _connect_files(parts: Parts) -> None:
    for button, write, name in [
        (parts.save_page, conversation_as_html, "conversation.html"),
        (parts.save_data, conversation_as_json, "conversation.json"),
    ]:
        button.click(
            partial(_file, write), inputs=[parts.talk], outputs=[parts.file], **_QUIET
        ).then(
            None,
            inputs=[parts.file],
            outputs=[parts.file],
            js=f"(text) => qaSave(text, '{name}')",
            **_QUIET,
        )


def _connect_adding(parts: Parts, service: Service) -> None:
    def add_files(files: list[str] | None) -> Iterator[Changes]:
        yield from collecting.add_files(service, parts, files or [])

    def add_pasted(
        title: str, text: str, source: str, author: str, published: str
    ) -> Iterator[Changes]:
        given = [whole(value or "") for value in (title, text, source, author, published)]
        yield from collecting.add_pasted(service, parts, given)

    def stop_adding() -> Changes:
        return {
            parts.report: panels.told(words.ADDING_STOPPED),
            **collecting.collection(service, parts),
        }

    changed = collecting.changed_by_adding(parts)
    fields = collecting.pasted_fields(parts)
    adding: list[Any] = [
        parts.files.upload(add_files, inputs=[parts.files], outputs=changed, **_QUIET),
        parts.add_pasted.click(add_pasted, inputs=fields, outputs=changed, **_QUIET),
    ]
    parts.stop_adding.click(stop_adding, outputs=changed, cancels=adding, **_QUIET)


def _closed(service: Service) -> Callable[[gr.Request], None]:
    def close(request: gr.Request) -> None:
        service.tabs.close(tab_of(request))

    return close


def _file(write: Callable[[Sequence[Turn], str, datetime], str], talk: Talk) -> str:
    """The conversation as the text of a file."""
    title = talk.turns[0].question if talk.turns else words.CONVERSATION
    return write(talk.turns, title, datetime.now(UTC))


def _loading_status(service: Service) -> str:
    if service.loading.done:
        return rendering.status(service.loading.problem or "")
    return rendering.status(words.LOADING, busy=True)
