"""Turns to keep: any that there can be, for property tests, and one that is easy to read."""

from datetime import UTC, datetime, timedelta, timezone

from hypothesis import strategies as st

from index import Article, Sentence
from qa import AbstentionReason, Answer, AnswerForm, Citation, Passage, Span, Turn

TEXT = "First.\r\nThe ferry “Ärmel” sails at noon. It rained."
ARTICLE = Article(
    "https://example.com/ferry", "Ferry", TEXT, datetime(2023, 2, 7, tzinfo=UTC), "Outlet", "en"
)


def a_turn(
    question: str = "When does it sail?",
    article: Article = ARTICLE,
    *,
    quote: str = "The ferry “Ärmel” sails at noon.",
    words: str = "noon",
) -> Turn:
    """A turn that quotes an article; the question was completed before it was asked."""
    start = article.text.index(quote)
    sentence = Sentence(7, article.uri, start, start + len(quote), 0)
    first = article.text.index(words, start)
    span = Span(first, first + len(words), 2.5, 3.5)
    passage = Passage(
        article,
        start,
        start + len(quote),
        sentence,
        (sentence,),
        0,
        len(article.text),
        0.75,
        {"sentence_bm25": 0.25},
        span,
    )
    citation = Citation(
        1,
        article.uri,
        article.title,
        article.source,
        article.published,
        article.content_hash,
        quote,
        start,
        start + len(quote),
        passage,
        span.start,
        span.end,
    )
    standalone = f"{question} (the ferry)"
    answer = Answer(
        question, standalone, words, AnswerForm.WORDS, (citation,), (passage,), confidence=0.9
    )
    return Turn(question, standalone, answer)


def a_refusal(question: str = "Who is the captain?") -> Turn:
    """A turn without an answer."""
    passages = a_turn().answer.passages
    reason = AbstentionReason.NOT_ANSWERED
    answer = Answer(question, question, "They do not say it.", passages=passages, reason=reason)
    return Turn(question, question, answer)


# Questions come from pages and programs: half characters and NUL too.
anything = st.text(st.characters(), max_size=20)
# What `Article` takes: all characters that can be written to a file.
writable = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
stated = writable.filter(str.strip)
scores = st.floats(allow_nan=False)
offsets = st.integers(0, 10**9)
# Python itself does not read every offset of less than a second back; no calendar has one.
zones = st.integers(-86_399, 86_399).map(lambda seconds: timezone(timedelta(seconds=seconds)))
moments = st.datetimes(
    min_value=datetime(2, 1, 1), max_value=datetime(9998, 1, 1), timezones=st.none() | zones
)
articles = st.builds(
    Article,
    uri=stated,
    title=stated,
    text=stated,
    published=st.none() | moments,
    source=st.none() | writable,
    language=st.none() | writable,
    author=st.none() | writable,
)
signals = st.dictionaries(writable, scores, max_size=3)


def passages(articles: st.SearchStrategy[Article]) -> st.SearchStrategy[Passage]:
    """Passages of these articles, at any offsets."""

    def of(article: Article) -> st.SearchStrategy[Passage]:
        sentence = st.builds(
            Sentence,
            id=offsets,
            article_uri=st.just(article.uri),
            start=offsets,
            end=offsets,
            paragraph=offsets,
        )
        return st.builds(
            Passage,
            article=st.just(article),
            start=offsets,
            end=offsets,
            sentence=sentence,
            sentences=st.lists(sentence, max_size=2).map(tuple),
            paragraph_start=offsets,
            paragraph_end=offsets,
            score=scores,
            scores=signals,
            span=st.none()
            | st.builds(Span, start=offsets, end=offsets, score=scores, sentence_score=scores),
        )

    return articles.flatmap(of)


def citations(passages: st.SearchStrategy[Passage]) -> st.SearchStrategy[Citation]:
    """Citations that stand in these passages."""
    return st.builds(
        Citation,
        number=offsets,
        uri=writable,
        title=writable,
        source=st.none() | writable,
        published=st.none() | moments,
        content_hash=writable,
        quote=writable,
        start=offsets,
        end=offsets,
        passage=passages,
        answer_start=st.none() | offsets,
        answer_end=st.none() | offsets,
        alternative=st.booleans(),
    )


def turns(articles: st.SearchStrategy[Article] = articles) -> st.SearchStrategy[Turn]:
    """Turns whose answers quote these articles."""
    found = passages(articles)
    answers = st.builds(
        Answer,
        question=anything,
        standalone_question=anything,
        text=anything,
        form=st.none() | st.sampled_from(AnswerForm),
        citations=st.lists(citations(found), max_size=2).map(tuple),
        passages=st.lists(found, max_size=2).map(tuple),
        confidence=scores,
        reason=st.none() | st.sampled_from(AbstentionReason),
        unknown_words=st.lists(anything, max_size=2).map(tuple),
        corrections=st.dictionaries(anything, anything, max_size=2),
        timings=signals,
    )
    return st.builds(Turn, question=anything, standalone_question=anything, answer=answers)
