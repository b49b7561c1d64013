"""Turns to be shown, and a reader of the HTML that shows them."""

from datetime import UTC, datetime
from html.parser import HTMLParser

from hypothesis import strategies as st

from index import Article, Sentence
from qa import AbstentionReason, Answer, AnswerForm, Citation, Passage, Turn

HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><svg onload=alert(1)>',
    "' onmouseover='alert(1)",
    "${alert(1)} {{constructor}} <!-- --> ]]>",
    "![x](http://example.com/x.png) $$\\frac{1}{2}$$",
]
any_text = st.text(st.characters(), max_size=80) | st.sampled_from(HOSTILE)
# What an HTML parser hands back unchanged: no carriage return, which it makes a line feed.
plain = st.text(st.characters(exclude_characters="\r\0", exclude_categories=["Cs"]), max_size=60)


class Page(HTMLParser):
    """The elements, attributes and text of HTML."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        # The text within every element, by the name of the element, in the order they open.
        self.within: dict[str, list[str]] = {}
        self._open: list[tuple[str, int]] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag == "input":  # has no end
            return
        texts = self.within.setdefault(tag, [])
        self._open.append((tag, len(texts)))
        texts.append("")

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop()[0] == tag

    def handle_data(self, data: str) -> None:
        self.text += data
        for tag, number in self._open:
            self.within[tag][number] += data

    def handle_comment(self, data: str) -> None:
        self.elements.append(("comment", {}))

    def only(self, tag: str) -> str:
        """The text of the only element with this name."""
        [text] = self.within[tag]
        return text

    def ids(self) -> list[str]:
        return [attributes["id"] or "" for _, attributes in self.elements if "id" in attributes]


def passage(
    text: str,
    start: int = 0,
    end: int | None = None,
    *,
    paragraph: tuple[int, int] | None = None,
    title: str = "A title",
    uri: str = "https://example.com/a",
    source: str | None = "Outlet",
) -> Passage:
    end = len(text) if end is None else end
    article = Article(uri, title, text, datetime(2023, 2, 7, tzinfo=UTC), source)
    sentence = Sentence(1, uri, start, end, 0)
    first, last = paragraph or (0, len(text))
    return Passage(article, start, end, sentence, (sentence,), first, last, 0.5, {})


def citation(
    number: int, found: Passage, words: tuple[int, int] | tuple[None, None] = (None, None)
) -> Citation:
    article, start, end = found.article, found.sentence.start, found.sentence.end
    return Citation(
        number,
        article.uri,
        article.title,
        article.source,
        article.published,
        article.content_hash,
        found.quote,
        start,
        end,
        found,
        *words,
    )


def answered(*found: Passage, question: str = "Why?") -> Turn:
    citations = tuple(citation(number, item) for number, item in enumerate(found, 1))
    text = " ".join(item.quote for item in citations)
    form = AnswerForm.SENTENCE
    return Turn(question, question, Answer(question, question, text, form, citations, found, 0.8))


def answered_in_words(
    form: AnswerForm,
    text: str,
    *sentences_and_words: tuple[str, str | None],
    question: str = "Who?",
    **fields: str,
) -> Turn:
    """Each citation is of an article with this one sentence; None: it answers as a whole."""
    citations = []
    for number, (sentence, words) in enumerate(sentences_and_words, 1):
        start = sentence.rindex(words) if words is not None else 0
        span = (None, None) if words is None else (start, start + len(words))
        citations.append(citation(number, passage(sentence, **fields), span))
    passages = tuple(item.passage for item in citations)
    answer = Answer(question, question, text, form, tuple(citations), passages, 0.8)
    return Turn(question, question, answer)


def refused(question: str = "Why?", **fields: object) -> Turn:
    reason = AbstentionReason.NOT_ANSWERED
    answer = Answer(question, question, "No.", reason=reason, **fields)  # type: ignore[arg-type]
    return Turn(question, question, answer)
