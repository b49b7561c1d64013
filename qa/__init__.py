"""Questions to cited answers."""

from index import Filters
from qa.answer import AbstentionReason, Answer, AnswerForm, Citation, Passage, Span, Turn
from qa.bot import Bot, Step
from qa.onnx_reader import OnnxReader
from qa.reader import Reader, Reading, Window
from qa.retriever import Retriever
from qa.transformers_reader import TransformersReader

__all__ = [
    "AbstentionReason",
    "Answer",
    "AnswerForm",
    "Bot",
    "Citation",
    "Filters",
    "OnnxReader",
    "Passage",
    "Reader",
    "Reading",
    "Retriever",
    "Span",
    "Step",
    "TransformersReader",
    "Turn",
    "Window",
]
