"""Questions to cited answers."""

from index import Filters
from qa.answer import AbstentionReason, Answer, Citation, Passage, Turn
from qa.bot import Bot, Step
from qa.retriever import Retriever

__all__ = [
    "AbstentionReason",
    "Answer",
    "Bot",
    "Citation",
    "Filters",
    "Passage",
    "Retriever",
    "Step",
    "Turn",
]
