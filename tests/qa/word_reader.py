"""A reader whose readings a test can foretell."""

from collections.abc import Mapping, Sequence

from index import Sentence
from qa.answer import Span
from qa.reader import Reading, Window

# What a sentence without any of the phrases gets: far less likely than no answer.
UNLIKELY = -9.0


class WordReader:
    """Finds phrases it was given, each with its score, and nothing else.

    Of several phrases in one sentence the one with the highest score counts.
    """

    def __init__(self, phrases: Mapping[str, float]) -> None:
        self.phrases = phrases
        self.asked: list[tuple[str, tuple[Window, ...]]] = []

    def read(self, question: str, windows: Sequence[Window]) -> list[Reading]:
        self.asked.append((question, tuple(windows)))
        return [
            Reading(window, tuple(self._span(window, sentence) for sentence in window.sentences))
            for window in windows
        ]

    def warm_up(self) -> None:
        pass

    def _span(self, window: Window, sentence: Sentence) -> Span:
        quote = window.article.text[sentence.start : sentence.end]
        found = [(score, phrase) for phrase, score in self.phrases.items() if phrase in quote]
        if not found:
            return Span(sentence.start, sentence.start + len(quote.split()[0]), UNLIKELY, UNLIKELY)
        score, phrase = max(found)
        start = sentence.start + quote.index(phrase)
        return Span(start, start + len(phrase), score, score)
