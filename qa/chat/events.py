"""What the page does: opening it, asking, beginning anew."""

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any

import gradio as gr

from index import ArticleIndex, ArticleQAError
from qa.answer import Answer, Turn
from qa.bot import Bot
from qa.chat import rendering
from qa.chat.endpoints import whole
from qa.chat.examples import example_questions
from qa.chat.loading import Loading
from qa.conversation_file import conversation_as_html, conversation_as_json

MAXIMUM_TURNS = 50
"""Turns of a conversation that are kept; older ones leave the page."""

LOADING = "Loading the language model…"
_STEPS = {
    "searching": "Searching the articles…",
    "reading": "Reading what was found…",
}

_log = logging.getLogger("qa.chat")

# What an event changes: components and their new values.
Changes = dict[gr.blocks.Block, Any]


@dataclass(frozen=True, slots=True)
class Parts:
    """The components of the page that events read or change."""

    header: gr.HTML
    conversation: gr.HTML
    sources: gr.HTML
    status: gr.HTML
    question: gr.Textbox
    ask: gr.Button
    new: gr.Button
    examples: gr.Column
    example_buttons: tuple[gr.Button, ...]
    keep: gr.Row
    save_page: gr.Button
    save_data: gr.Button
    file: gr.Textbox
    turns: gr.State


def connect(page: gr.Blocks, parts: Parts, bot: Bot, index: ArticleIndex, loading: Loading) -> None:
    """Give the parts of the page their behaviour."""

    def open_page() -> Iterator[Changes]:
        yield {**_opened(parts, index), parts.status: _loading_status(loading)}
        if not loading.done:
            loading.wait()
            yield {parts.status: _loading_status(loading)}

    # Not called "ask": the endpoint for programs has that name.
    def ask_here(question: str | None, turns: list[Turn]) -> Iterator[Changes]:
        yield from _asked(parts, bot, loading, whole(question or ""), turns)

    def begin_anew() -> Changes:
        return {
            **_opened(parts, index),
            parts.sources: rendering.sources([]),
            parts.status: _loading_status(loading),
            parts.question: "",
            parts.turns: [],
        }

    opened = [parts.header, parts.conversation, parts.examples, *parts.example_buttons, parts.keep]
    page.load(
        open_page,
        outputs=[*opened, parts.status],
        show_progress="hidden",
        concurrency_limit=None,
        api_visibility="private",
    )
    answered = [parts.conversation, parts.sources, parts.status, parts.question, parts.turns]
    asking: list[Any] = [
        gr.on(
            triggers=triggers,
            fn=ask_here,
            inputs=[question, parts.turns],
            outputs=[*answered, parts.examples, parts.keep],
            show_progress="hidden",
            trigger_mode="once",
            api_visibility="private",
        )
        for triggers, question in [
            ([parts.question.submit, parts.ask.click], parts.question),
            *(([button.click], button) for button in parts.example_buttons),
        ]
    ]
    for button, write, name in [
        (parts.save_page, conversation_as_html, "conversation.html"),
        (parts.save_data, conversation_as_json, "conversation.json"),
    ]:
        button.click(
            partial(_file, write),
            inputs=[parts.turns],
            outputs=[parts.file],
            show_progress="hidden",
            api_visibility="private",
        ).then(
            None,
            inputs=[parts.file],
            outputs=[parts.file],
            js=f"(text) => qaSave(text, '{name}')",
            show_progress="hidden",
            api_visibility="private",
        )
    parts.new.click(
        begin_anew,
        outputs=[*opened, *answered[1:]],
        cancels=asking,
        show_progress="hidden",
        api_visibility="private",
    )


def _opened(parts: Parts, index: ArticleIndex) -> Changes:
    """The page before the first question."""
    articles = index.articles()
    published = [article.published for article in articles if article.published]
    questions = example_questions(article.content_hash for article in articles)
    changes: Changes = {
        parts.header: rendering.header(
            len(articles),
            sum(article.sentences for article in articles),
            (min(published), max(published)) if published else None,
        ),
        parts.conversation: rendering.welcome(len(articles)),
        parts.examples: gr.Column(visible=bool(questions)),
        parts.keep: gr.Row(visible=False),
    }
    for position, button in enumerate(parts.example_buttons):
        shown = position < len(questions)
        changes[button] = gr.Button(questions[position] if shown else "", visible=shown)
    return changes


def _asked(
    parts: Parts, bot: Bot, loading: Loading, question: str, turns: list[Turn]
) -> Iterator[Changes]:
    """One question: what the page shows while it is worked on, and then."""
    if not question.strip():
        yield {parts.status: rendering.status("Please type a question.")}
        return
    step = _STEPS["searching"] if loading.done else LOADING
    yield {
        parts.conversation: rendering.conversation(turns, question, step),
        parts.status: rendering.status(""),
        parts.question: "",
        parts.examples: gr.Column(visible=False),
    }
    try:
        ready(loading)
        for item in bot.stream(question, turns):
            if isinstance(item, Answer):
                turns = [*turns, Turn(question, item.standalone_question, item)][-MAXIMUM_TURNS:]
                yield {
                    parts.conversation: rendering.conversation(turns),
                    parts.sources: rendering.sources(turns),
                    parts.turns: turns,
                    parts.keep: gr.Row(visible=True),
                }
            else:
                yield {
                    parts.conversation: rendering.conversation(turns, question, _STEPS[item.name])
                }
    except ArticleQAError as error:
        _log.error("A question could not be answered: %s", error)
        yield _failed(parts, question, turns, str(error))
    # Whatever goes wrong, the page must not wait for an answer for ever.
    except Exception:
        _log.exception("A question could not be answered.")
        text = "Something went wrong; the terminal that article-qa runs in says what."
        yield _failed(parts, question, turns, text)


def _file(write: Callable[[Sequence[Turn], str, datetime], str], turns: list[Turn]) -> str:
    """The conversation as the text of a file."""
    title = turns[0].question if turns else "Conversation"
    return write(turns, title, datetime.now(UTC))


def _failed(parts: Parts, question: str, turns: list[Turn], problem: str) -> Changes:
    """The page as before the question, which is there to be asked again."""
    return {
        parts.conversation: rendering.conversation(turns),
        parts.status: rendering.status(problem),
        parts.question: question,
    }


def ready(loading: Loading) -> None:
    """Wait for the language model.

    Raises:
        ArticleQAError: it cannot be loaded.
    """
    loading.wait()
    if loading.problem:
        raise ArticleQAError(loading.problem)


def _loading_status(loading: Loading) -> str:
    if loading.done:
        return rendering.status(loading.problem or "")
    return rendering.status(LOADING, busy=True)
