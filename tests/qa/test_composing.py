"""From sentences that were read to an answer: nothing but slices of the articles."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import Article, ArticleIndex, Sentence, StoredSentence
from qa import AnswerForm, Passage, Retriever
from qa.answer import Span
from qa.composing import (
    ALTERNATIVE_WITHIN,
    LISTED_WITHIN,
    LONGEST_LIST,
    MOST_ALTERNATIVES,
    MOST_SOURCES,
    SECOND_WITHIN,
    Composed,
    citations,
    compose,
)
from qa.reranking import SCALE, RankedSentence
from tests.qa.word_reader import WordReader

NO_VECTOR = np.zeros(1, dtype=np.float32)
TOP = 10.0
# A lead under which two sentences outweigh one, and one under which they do not, whatever the
# scale is: e ** -0.3 * 2 > 1 > e ** -2 * 2.
SLIGHTLY, CLEARLY = 0.3 / SCALE, 2 / SCALE

Found = tuple[RankedSentence, str]


def found(
    quote: str,
    words: str | None,
    *,
    uri: str | None = None,
    behind: float = 0.0,
    text: str | None = None,
    score: float = 5.0,
) -> Found:
    """A sentence so far behind the best one, with the words that answer; and its article's text.

    Each has an article of its own, in which it is not the first sentence, unless `text` is given.
    """
    text = text or f"Nothing of note. {quote} Nothing else."
    uri = uri or f"article:{quote}"
    start = text.index(quote)
    sentence = Sentence(start, uri, start, start + len(quote), 0)
    stored = StoredSentence(sentence, quote, "", NO_VECTOR, NO_VECTOR)
    span = None
    if words is not None:
        place = start + quote.index(words)
        span = Span(place, place + len(words), score, score)
    return RankedSentence(stored, 0.5, {}, TOP - behind, span), text


def composed(question: str, *items: Found) -> Composed:
    return compose(question, [item for item, _ in items], [text for _, text in items])


def cited_words(result: Composed, items: Sequence[Found]) -> list[str | None]:
    """What the offsets of the answer stand for, in the order of its citations."""
    return [
        words and items[position][1][slice(*words)]
        for position, words in zip(result.positions, result.words, strict=True)
    ]


NOON = found("The ferry sails at noon.", "noon")


def test_words() -> None:
    items = [NOON, found("The ferry sails at dawn.", "dawn")]
    result = composed("When does the ferry sail?", *items)
    assert (result.text, result.form, result.positions) == ("noon", AnswerForm.WORDS, (0,))
    assert cited_words(result, items) == ["noon"]


def test_the_same_words_in_several_articles_outweigh_a_slightly_better_one() -> None:
    items = [
        found("Some say it sails at dawn.", "dawn"),
        found("The ferry sails at noon.", "noon", behind=SLIGHTLY),
        found("At noon it leaves.", "noon", behind=SLIGHTLY),
    ]
    result = composed("When does the ferry sail?", *items)
    assert result.text == "noon"
    assert result.positions == (1, 2)
    assert cited_words(result, items) == ["noon", "noon"]


def test_they_do_not_outweigh_a_clearly_better_one() -> None:
    items = [
        found("The ferry sails at dawn.", "dawn"),
        found("The bus leaves at noon.", "noon", behind=CLEARLY),
        found("At noon we eat.", "noon", behind=CLEARLY),
    ]
    result = composed("When does the ferry sail?", *items)
    assert (result.text, result.positions) == ("dawn", (0,))


def test_a_text_that_repeats_itself_is_no_second_witness() -> None:
    text = "It leaves at noon. I say it again: noon."
    items = [
        found("The ferry sails at dawn.", "dawn"),
        found("It leaves at noon.", "noon", uri="a", text=text, behind=SLIGHTLY),
        found("I say it again: noon.", "noon", uri="a", text=text, behind=SLIGHTLY),
    ]
    result = composed("When does the ferry sail?", *items)
    assert (result.text, result.positions) == ("dawn", (0,))


def test_of_an_article_that_repeats_itself_its_best_sentence_counts() -> None:
    """Not its last: the second of these is too weak to hold up against "dawn" alone."""
    text = "It leaves at noon. I say it again: noon."
    items = [
        found("It leaves at noon.", "noon", uri="a", text=text),
        found("The ferry sails at dawn.", "dawn", behind=SLIGHTLY),
        found("I say it again: noon.", "noon", uri="a", text=text, behind=CLEARLY),
    ]
    assert composed("When does the ferry sail?", *items).text == "noon"


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("the Blue Ferry", "Blue ferry"),
        ("A ferry", "an FERRY"),
        ("nine million", "nine  million"),
        ("St. Ives", "St Ives"),
    ],
)
def test_case_punctuation_and_articles_do_not_make_another_answer(first: str, second: str) -> None:
    items = [
        found("It was the train.", "train"),
        found(f"He took {first} home.", first, behind=SLIGHTLY),
        found(f"He left on {second} then.", second, behind=SLIGHTLY),
    ]
    result = composed("What did he take?", *items)
    assert result.text == first, "as the better one of them writes it"
    assert result.positions == (1, 2)
    assert cited_words(result, items) == [first, second]


@pytest.mark.parametrize(("first", "second"), [("1.5 million", "15 million"), ("-5", "5")])
def test_other_numbers_are_other_answers(first: str, second: str) -> None:
    items = [
        found(f"It cost {first} euros.", first),
        found(f"They paid {second} euros.", second),
    ]
    result = composed("How much did it cost?", *items)
    assert result.positions == (0,), f"{second} is no witness of {first}"


def test_words_without_any_letter_but_an_article_are_compared_as_they_are() -> None:
    items = [
        found("Carrots have vitamin A inside.", "A"),
        found("It is vitamin K.", "K", behind=SLIGHTLY),
        found("It has a star, *, beside it.", "*", behind=SLIGHTLY),
    ]
    result = composed("Which vitamin is it?", *items)
    assert (result.text, result.positions) == ("A", (0,))


def test_what_is_far_behind_is_no_source() -> None:
    items = [NOON, found("It was noon when we ate.", "noon", behind=LISTED_WITHIN + 0.01)]
    assert composed("When does it sail?", *items).positions == (0,)
    items = [NOON, found("It was noon when we ate.", "noon", behind=LISTED_WITHIN - 0.01)]
    assert composed("When does it sail?", *items).positions == (0, 1)


def test_so_many_sources_are_enough() -> None:
    items = [found(f"In report {n} it was noon.", "noon") for n in range(MOST_SOURCES + 3)]
    assert composed("When does it sail?", *items).positions == tuple(range(MOST_SOURCES))


@pytest.mark.parametrize("question", ["Why did it stop?", "How did it stop?"])
def test_why_and_how_get_the_sentence(question: str) -> None:
    items = [
        found("It stopped because of fog.", "fog"),
        found("The mill is old.", "mill", behind=ALTERNATIVE_WITHIN + 0.01),
    ]
    result = composed(question, *items)
    assert result == Composed("It stopped because of fog.", AnswerForm.SENTENCE, (0,), (None,))


def test_a_second_sentence_that_is_about_as_good_goes_with_the_first() -> None:
    items = [
        found("It stopped because of fog.", "fog"),
        found("The fog came from Norwick.", "Norwick", behind=SECOND_WITHIN - 0.01),
        found("Fog is wet.", "wet", behind=SECOND_WITHIN - 0.01),
    ]
    result = composed("Why did it stop?", *items)
    assert result.text == "It stopped because of fog. The fog came from Norwick."
    assert (result.positions, result.words) == ((0, 1), (None, None))


def test_two_sentences_of_one_article_stand_in_the_order_of_its_text() -> None:
    text = "The fog came at dawn. So the ferry stopped."
    items = [
        found("So the ferry stopped.", "stopped", uri="a", text=text),
        found("The fog came at dawn.", "fog", uri="a", text=text, behind=0.1),
    ]
    result = composed("Why did it stop?", *items)
    assert (result.text, result.positions) == (text, (1, 0))
    apart = composed("Why?", items[0], found("The fog came at dawn.", "fog", behind=0.1))
    assert apart.positions == (0, 1), "in two articles there is no such order"


def test_what_was_not_read_is_cited_as_a_whole() -> None:
    items = [
        found("The ferry sails at noon.", None),
        found("It is noon.", "noon", behind=ALTERNATIVE_WITHIN + 0.01),
    ]
    result = composed("When does the ferry sail?", *items)
    assert result == Composed("The ferry sails at noon.", AnswerForm.SENTENCE, (0,), (None,))


def test_an_unread_sentence_further_down_is_no_source() -> None:
    items = [NOON, found("It is noon.", None)]
    assert composed("When does the ferry sail?", *items).positions == (0,)
    assert composed("Which ferries are there?", *items).positions == (0,)


@pytest.mark.parametrize(
    ("quote", "text", "form"),
    [
        ("The ferry did sink.", "Yes.", AnswerForm.YES),
        ("The ferry did not sink.", "No.", AnswerForm.NO),
        ("The ferry might sink.", "The ferry might sink.", AnswerForm.SENTENCE),
    ],
)
def test_yes_and_no_rest_on_the_whole_best_sentence(
    quote: str, text: str, form: AnswerForm
) -> None:
    second = found("The ferry will sink.", "sink", behind=ALTERNATIVE_WITHIN + 0.01)
    result = composed("Did the ferry sink?", found(quote, "ferry"), second)
    lacks = form is AnswerForm.SENTENCE
    assert result == Composed(text, form, (0,), (None,), lacks_yes_or_no=lacks)


def test_yes_needs_no_reading() -> None:
    assert composed("Did the ferry sink?", found("The ferry did sink.", None)).text == "Yes."


WHICH = "Which cities did the ferry visit?"


def test_list() -> None:
    items = [
        found("It went to Varn.", "Varn"),
        found("It called at Norwick.", "Norwick", behind=0.5),
        found("It saw Oslo in May.", "Oslo", behind=1.0),
    ]
    result = composed(WHICH, *items)
    assert (result.text, result.form) == ("• Varn\n• Norwick\n• Oslo", AnswerForm.LIST)
    assert result.positions == (0, 1, 2)
    assert cited_words(result, items) == ["Varn", "Norwick", "Oslo"]


def test_list_items_are_not_doubled() -> None:
    items = [
        found("It went to Varn.", "Varn"),
        found("VARN was next.", "VARN"),
        found("It saw the Varn.", "the Varn"),
        found("It saw New Norwick.", "New Norwick"),
        found("Norwick was dull.", "Norwick"),
        found("It saw Varn and Oslo.", "Varn and Oslo"),
    ]
    result = composed(WHICH, *items)
    assert result.text == "• Varn\n• New Norwick"
    assert result.positions == (0, 3)


@pytest.mark.parametrize(("first", "second"), [("Niger", "Nigeria"), ("Somalia", "Mali")])
def test_a_name_within_another_word_is_another_name(first: str, second: str) -> None:
    items = [
        found("It went to Varn.", "Varn"),
        found(f"It went to {first}.", first),
        found(f"It saw {second} too.", second),
    ]
    assert composed(WHICH, *items).text == f"• Varn\n• {first}\n• {second}"


def test_one_item_is_no_list() -> None:
    items = [found("It went to Varn.", "Varn"), found("It saw the Varn.", "the Varn")]
    result = composed(WHICH, *items)
    assert (result.text, result.form) == ("Varn", AnswerForm.WORDS)
    assert result.positions == (0, 1)


def test_only_what_is_likelier_than_no_answer_is_listed() -> None:
    items = [
        found("It went to Varn.", "Varn"),
        found("It called at Norwick.", "Norwick", score=0.1),
        found("It rained all day.", "rained", score=-0.1),
    ]
    assert composed(WHICH, *items).text == "• Varn\n• Norwick"


def test_what_is_far_behind_is_not_listed() -> None:
    items = [
        found("It went to Varn.", "Varn"),
        found("It called at Norwick.", "Norwick", behind=LISTED_WITHIN - 0.01),
        found("It saw Oslo.", "Oslo", behind=LISTED_WITHIN + 0.01),
    ]
    assert composed(WHICH, *items).text == "• Varn\n• Norwick"


def test_a_list_ends() -> None:
    items = [found(f"It went to Port{n:02}.", f"Port{n:02}") for n in range(LONGEST_LIST + 3)]
    result = composed(WHICH, *items)
    assert result.positions == tuple(range(LONGEST_LIST))
    assert result.text.count("•") == LONGEST_LIST


QUOTES = ["The ferry sails at noon.", "Noon, said Ida.", "It left; the 1.5 knots were slow."]
WORD = st.sampled_from("the ferry noon Noon Ida 1.5".split())


@given(
    question=st.sampled_from(
        ["When?", "Why?", "Is the ferry late?", WHICH, "Does the ferry sail at noon?", ""]
    ),
    picks=st.lists(
        st.tuples(st.sampled_from(QUOTES), st.none() | WORD, st.floats(0, 5), st.floats(-3, 3)),
        min_size=1,
        max_size=8,
    ),
)
def test_every_answer_is_made_of_slices_of_the_articles(
    question: str, picks: list[tuple[str, str | None, float, float]]
) -> None:
    items = [
        found(
            quote,
            words if words and words in quote else None,
            uri=f"{n}",
            behind=behind,
            text=f"{'x' * n} {quote} And so on.",
            score=score,
        )
        for n, (quote, words, behind, score) in enumerate(sorted(picks, key=lambda p: p[2]))
    ]
    result = composed(question, *items)
    assert result.positions
    assert len(set(result.positions)) == len(result.positions) == len(result.words)
    slices = cited_words(result, items)
    if result.form is AnswerForm.WORDS:
        assert result.text == slices[0]
    elif result.form is AnswerForm.LIST:
        assert result.text.split("\n") == [f"• {words}" for words in slices]
    elif result.form is AnswerForm.SENTENCE:
        assert result.text == " ".join(items[n][0].stored.text for n in result.positions)
        assert not any(slices)
    else:
        assert result.text in ("Yes.", "No.")
        assert result.positions == (0,)
    for position, words in zip(result.positions, result.words, strict=True):
        sentence = items[position][0].stored.sentence
        if words:
            assert sentence.start <= words[0] < words[1] <= sentence.end


def passage(number: int) -> Passage:
    article = Article(f"a{number}", f"Title {number}", f"It rained. Ferry {number} sails at noon.")
    sentence = Sentence(number, article.uri, 11, len(article.text), 0)
    end = len(article.text)
    return Passage(article, 0, end, sentence, (sentence,), 0, end, 0.5, {})


def test_citations_are_numbered_in_the_order_of_the_answer() -> None:
    passages = [passage(n) for n in range(3)]
    result = Composed("noon", AnswerForm.WORDS, (2, 0), ((28, 32), None))
    first, second = citations(result, passages)
    assert (first.number, first.uri, first.passage) == (1, "a2", passages[2])
    assert (second.number, second.uri, second.passage) == (2, "a0", passages[0])
    assert (first.answer_start, first.answer_end) == (28, 32)
    assert passages[2].article.text[28:32] == "noon"
    assert (second.answer_start, second.answer_end) == (None, None)
    for citation in (first, second):
        article = citation.passage.article
        assert citation.quote == article.text[citation.start : citation.end]
        assert citation.quote.startswith("Ferry")
        assert (citation.title, citation.source, citation.published, citation.content_hash) == (
            article.title,
            article.source,
            article.published,
            article.content_hash,
        )


def test_from_an_index_to_citations(index: ArticleIndex) -> None:
    index.add(
        [
            Article("a", "Ferry", "It rained all day. The blue ferry sails at noon."),
            Article("b", "Harbour", "The harbour is old. At noon the blue ferry sails, says Ida."),
        ]
    )
    retriever = Retriever(index, reader=WordReader({"noon": 9.0}))
    question = retriever.read("When does the blue ferry sail?")
    # Level, so that the two agree whatever the ranking makes of them.
    ranked = [
        replace(item, total=TOP)
        for item in retriever.rerank(question, retriever.rank(question))
        if item.span and item.span.score > 0
    ]
    passages = retriever.passages(ranked)
    result = compose(question.text, ranked, [p.article.text for p in passages])
    cited = citations(result, passages)
    assert result.text == "noon"
    assert {citation.uri for citation in cited} == {"a", "b"}
    assert [citation.number for citation in cited] == [1, 2]
    for citation in cited:
        text = citation.passage.article.text
        assert text[citation.answer_start : citation.answer_end] == "noon"
        assert citation.quote == text[citation.start : citation.end]


def test_what_is_nearly_as_good_and_says_something_else_is_an_alternative() -> None:
    near = min(ALTERNATIVE_WITHIN, LISTED_WITHIN) * 0.9
    made = composed(
        "Where did she live?",
        found("She lived in Lyon.", "Lyon"),
        found("Her home was the city of Nice.", "Nice", behind=near),
        found("She stayed in Lyon for years.", "Lyon", behind=near),
        found("She once saw Rome.", "Rome", behind=ALTERNATIVE_WITHIN * 1.1),
    )
    assert made.text == "Lyon"
    assert made.positions == (0, 2)
    assert made.alternatives == (1,)


def test_of_alternatives_the_nearest_are_cited() -> None:
    behind = [ALTERNATIVE_WITHIN * n / 10 for n in range(5)]
    items = [found(f"It was {n}.", str(n), behind=b) for n, b in enumerate(behind)]
    made = composed("Which number was it?", *items)
    assert len(made.alternatives) == MOST_ALTERNATIVES
    assert set(made.positions + made.alternatives) == set(range(1 + MOST_ALTERNATIVES))


@pytest.mark.parametrize(
    ("question", "lacks"),
    [
        ("Did the mayor resign?", True),
        ("is she still the mayor", True),
        ("Why did the mayor leave?", False),
    ],
)
def test_it_is_told_where_no_sentence_says_yes_or_no(question: str, lacks: bool) -> None:
    behind = [0.0] + [SECOND_WITHIN + n / 10 for n in range(1, 5)]
    items = [
        found(f"Her office of {n} years ended.", str(n), behind=b) for n, b in enumerate(behind)
    ]
    made = composed(question, *items)
    assert made.form is AnswerForm.SENTENCE
    assert made.lacks_yes_or_no == lacks


def test_alternatives_to_a_sentence_are_sentences() -> None:
    made = composed(
        "Why did she leave?",
        found("She left because of the rain.", "the rain"),
        found("The rain had come early.", "early", behind=SECOND_WITHIN * 1.1),
    )
    assert made.form is AnswerForm.SENTENCE
    assert (made.positions, made.alternatives) == ((0,), (1,))


def test_yes_no_and_lists_have_no_alternatives() -> None:
    for question in ("Did she live in Lyon?", "Which cities did she see?"):
        made = composed(
            question,
            found("She lived in Lyon.", "Lyon"),
            found("She saw Nice.", "Nice", behind=0.1),
            found("She saw Rome.", "Rome", behind=0.2),
        )
        if made.form not in (AnswerForm.WORDS, AnswerForm.SENTENCE):
            assert made.alternatives == ()
