"""The components of the page, and what they are all filled from."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import gradio as gr

from index import ArticleIndex, ArticleQAError
from qa.bot import Bot
from qa.chat.loading import Loading
from qa.chat.requests import user_of
from qa.chat.state import Tabs
from qa.conversations import Conversations
from qa.waiting_line import WaitingLine

# What an event changes: components and their new values.
Changes = dict[Any, Any]


@dataclass(frozen=True, slots=True)
class Parts:
    """The components that events read or change."""

    header: gr.HTML
    account: gr.HTML
    wishes: gr.HTML
    asks: gr.HTML
    filtering: gr.HTML
    finding: gr.HTML
    reading: gr.HTML
    new: gr.Button
    history: gr.HTML
    filter_fields: gr.HTML
    articles: gr.HTML
    report: gr.HTML
    files: gr.UploadButton
    pasted_title: gr.Textbox
    pasted_text: gr.Textbox
    pasted_source: gr.Textbox
    pasted_author: gr.Textbox
    pasted_date: gr.Textbox
    add_pasted: gr.Button
    stop_adding: gr.Button
    conversation: gr.HTML
    suggestions: gr.HTML
    save_page: gr.Button
    save_data: gr.Button
    file: gr.Textbox
    active_filter: gr.HTML
    editing_note: gr.HTML
    status: gr.HTML
    question: gr.Textbox
    ask: gr.Button
    stop: gr.Button
    article: gr.HTML
    talk: gr.State
    editing: gr.State
    filters: gr.State
    removed: gr.State


@dataclass(frozen=True, slots=True)
class Service:
    """What the page works with.

    Attributes:
        can_change: whether articles may be added and removed in the page.
    """

    bot: Bot
    index: ArticleIndex
    conversations: Conversations
    line: WaitingLine
    loading: Loading
    can_change: bool
    tabs: Tabs = field(default_factory=Tabs)

    def ready(self) -> None:
        """Wait for the language model.

        Raises:
            ArticleQAError: it cannot be loaded.
        """
        self.loading.wait()
        if self.loading.problem:
            raise ArticleQAError(self.loading.problem)

    def dates(self) -> tuple[datetime, datetime] | None:
        """Of the first and the last article that has one."""
        published = [a.published for a in self.index.articles() if a.published]
        return (min(published), max(published)) if published else None


def owner_of(request: gr.Request) -> str:
    """Whose conversations a request may see: "" where there are no users."""
    return user_of(request) or ""


def tab_of(request: gr.Request) -> str:
    """The browser tab that a request comes from."""
    return request.session_hash or ""


Event = Callable[..., Any]
