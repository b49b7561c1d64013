"""What is kept of a conversation, as others see it, and what can be wrong with a request."""

from dataclasses import dataclass
from datetime import datetime

from index import ArticleQAError
from qa.answer import Turn


class ConversationNotFound(ArticleQAError, LookupError):
    """The owner has no conversation of this id, or it has no such turn."""


class RemarkTooLong(ArticleQAError, ValueError):
    """A remark about an answer is longer than what is kept."""


@dataclass(frozen=True, slots=True)
class ConversationSummary:
    """What a list shows of a conversation.

    Attributes:
        id: its name, which nobody can guess.
        title: in one line, of 1 to 200 characters.
        created: when it began, in UTC.
        changed: when a turn was last added or cut off, in UTC.
        turns: how many it has.
    """

    id: str
    title: str
    created: datetime
    changed: datetime
    turns: int


@dataclass(frozen=True, slots=True)
class Conversation:
    """A conversation with its turns, oldest first, each as it was when it was kept."""

    summary: ConversationSummary
    turns: tuple[Turn, ...]
