"""The bot over a real index, with the hashing embedder and a reader that does as it is told."""

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index import Article, ArticleIndex, HashingEmbedder
from qa import AbstentionReason, Answer, AnswerForm, Bot, Filters, Retriever, Step, Turn
from qa.abstention import (
    HIGHEST_ARTICLE_LEAD,
    HIGHEST_WITHOUT_YES_OR_NO,
    confidence,
    evidence,
)
from qa.bot import MAXIMUM_QUESTION_CHARACTERS
from qa.chat.confidence import level_of
from qa.reader import Reading, Window
from tests.qa.word_reader import WordReader

TEXT = (
    "The blue ferry sails to Norwick at noon. Tickets cost four euros.\n"
    "Captain Ida Holm steered the first crossing on Monday. She has sailed for thirty years.\n"
    "The harbour master closed the southern pier after the storm.\n"
    "The lighthouse was not damaged."
)
ARTICLE = Article("ferry", "Ferry service returns", TEXT, datetime(2024, 5, 1, tzinfo=UTC), "Post")
STEERED = "Captain Ida Holm steered the first crossing on Monday."
WHO_STEERED = "Who steered the first crossing?"
# So high that neither the ranking nor the working point can outweigh it, whatever they are.
SURE = 1000.0
STEPS = ["searching", "reading"]


@pytest.fixture(scope="module")
def ferry(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ArticleIndex]:
    folder = tmp_path_factory.mktemp("bot")
    with ArticleIndex.open(folder, embedder=HashingEmbedder()) as index:
        index.add([ARTICLE])
        yield index


@pytest.fixture(scope="module")
def eager(ferry: ArticleIndex) -> Bot:
    """A bot that reads who, when and what for, and never refuses."""
    return bot_that_reads(ferry, {"Captain Ida Holm": SURE})


def bot_that_reads(
    index: ArticleIndex,
    phrases: Mapping[str, float],
    *,
    refuse_below: float = 0.0,
    passages: int = 5,
) -> Bot:
    retriever = Retriever(index, reader=WordReader(phrases))
    return Bot(retriever, refuse_below=refuse_below, passages=passages)


def turn(answer: Answer) -> Turn:
    return Turn(answer.question, answer.standalone_question, answer)


def untimed(answer: Answer) -> Answer:
    return replace(answer, timings={})


def test_an_answer_is_the_words_with_a_citation_of_exact_offsets(ferry: ArticleIndex) -> None:
    answer = bot_that_reads(ferry, {"Captain Ida Holm": SURE}, refuse_below=0.9).ask(WHO_STEERED)
    assert not answer.abstained
    assert answer.reason is None
    assert (answer.text, answer.form) == ("Captain Ida Holm", AnswerForm.WORDS)
    assert answer.confidence > 0.9
    [citation] = answer.citations
    assert citation.quote == STEERED
    assert TEXT[citation.start : citation.end] == citation.quote
    assert TEXT[citation.answer_start : citation.answer_end] == answer.text
    assert (citation.number, citation.uri, citation.source) == (1, "ferry", "Post")
    assert (citation.title, citation.published) == (ARTICLE.title, ARTICLE.published)
    assert citation.content_hash == ARTICLE.content_hash
    assert citation.passage == answer.passages[0]
    assert citation.passage.span is not None
    assert citation.passage.span.score == SURE


def test_what_is_read_decides_among_the_sentences(ferry: ArticleIndex) -> None:
    answer = bot_that_reads(ferry, {"harbour master": SURE}).ask(WHO_STEERED)
    assert answer.text == "harbour master"
    assert answer.passages[0].quote.startswith("The harbour master")


def test_why_is_answered_with_the_whole_sentence(ferry: ArticleIndex) -> None:
    answer = bot_that_reads(ferry, {"after the storm": SURE}).ask("Why is the pier closed?")
    assert answer.form is AnswerForm.SENTENCE
    assert answer.text == "The harbour master closed the southern pier after the storm."
    [citation] = answer.citations
    assert (citation.answer_start, citation.answer_end) == (None, None)
    assert citation.quote == answer.text


@pytest.mark.parametrize(
    ("question", "phrase", "form", "text"),
    [
        ("Did Captain Ida Holm steer the first crossing?", "Holm", AnswerForm.YES, "Yes."),
        ("Was the lighthouse damaged?", "lighthouse", AnswerForm.NO, "No."),
        (
            "Was the lighthouse painted?",
            "lighthouse",
            AnswerForm.SENTENCE,
            "The lighthouse was not damaged.",
        ),
    ],
)
def test_yes_and_no_only_where_the_sentence_says_so(
    ferry: ArticleIndex, question: str, phrase: str, form: AnswerForm, text: str
) -> None:
    answer = bot_that_reads(ferry, {phrase: SURE}).ask(question)
    assert (answer.form, answer.text) == (form, text)
    [citation] = answer.citations
    assert phrase in citation.quote
    assert (citation.answer_start, citation.answer_end) == (None, None)


def test_a_list_cites_each_of_its_items(index: ArticleIndex) -> None:
    sentence = "The blue ferry visited {} in spring."
    index.add(
        Article(town, "Harbour news", sentence.format(town)) for town in ("Norwick", "Eastham")
    )
    bot = bot_that_reads(index, {"Norwick": SURE, "Eastham": SURE})
    answer = bot.ask("Which towns did the blue ferry visit?")
    assert answer.form is AnswerForm.LIST
    assert sorted(answer.text.splitlines()) == ["• Eastham", "• Norwick"]
    assert [citation.number for citation in answer.citations] == [1, 2]
    for line, citation in zip(answer.text.splitlines(), answer.citations, strict=True):
        text = sentence.format(citation.uri)
        assert line == "• " + text[citation.answer_start : citation.answer_end] == f"• {line[2:]}"
        assert citation.uri == line[2:]


def test_the_answer_of_most_articles_is_given_and_cited_from_each(index: ArticleIndex) -> None:
    sentence = "{} steered the first crossing in {}."
    texts = {
        "alone": sentence.format("Ole Berg", "winter"),
        "first": sentence.format("Ida Holm", "spring"),
        "second": sentence.format("Ida Holm", "autumn"),
    }
    index.add(Article(uri, "Harbour news", text) for uri, text in texts.items())
    answer = bot_that_reads(index, {"Ida Holm": SURE, "Ole Berg": SURE}).ask(WHO_STEERED)
    assert (answer.text, answer.form) == ("Ida Holm", AnswerForm.WORDS)
    assert {citation.uri for citation in answer.support} == {"first", "second"}
    assert [citation.uri for citation in answer.alternatives] == ["alone"]
    assert [citation.number for citation in answer.citations] == [1, 2, 3]
    for citation in answer.citations:
        text = texts[citation.uri]
        words = text[citation.answer_start : citation.answer_end]
        assert words == ("Ole Berg" if citation.alternative else "Ida Holm")
        assert text[citation.start : citation.end] == citation.quote == text


def test_a_question_about_something_else_is_refused_with_reasons(ferry: ArticleIndex) -> None:
    answer = bot_that_reads(ferry, {}, refuse_below=1).ask("What is the capital of Mongolia?")
    assert answer.reason is AbstentionReason.NOTHING_RELEVANT
    assert answer.abstained
    assert answer.citations == ()
    assert answer.form is None
    assert answer.unknown_words == ("capital", "Mongolia")
    assert "Mongolia" in answer.text
    assert answer.passages, "the nearest sentences are shown"


def test_a_question_about_it_without_an_answer_is_refused(ferry: ArticleIndex) -> None:
    question = "How many passengers can the ferry company insure against piracy?"
    answer = bot_that_reads(ferry, {}, refuse_below=1).ask(question)
    assert answer.reason is AbstentionReason.NOT_ANSWERED
    assert answer.form is None


def test_refusing_does_not_stop_after_a_good_answer(ferry: ArticleIndex) -> None:
    good = bot_that_reads(ferry, {"Captain Ida Holm": SURE}, refuse_below=0.9).ask(WHO_STEERED)
    assert not good.abstained
    strict = bot_that_reads(ferry, {}, refuse_below=0.9)
    assert strict.ask("What is the capital of Mongolia?", [turn(good)]).abstained


def test_a_follow_up_is_completed(ferry: ArticleIndex) -> None:
    bot = bot_that_reads(ferry, {"on Monday": SURE})
    good = bot.ask("Who steered the first crossing to Norwick?")
    answer = bot.ask("And when?", [turn(good)])
    assert answer.question == "And when?"
    assert "crossing" in answer.standalone_question
    assert answer.text == "on Monday"
    reader = bot.retriever.reader
    assert isinstance(reader, WordReader)
    assert reader.asked[-1][0] == answer.standalone_question, "what is read is complete, too"


def test_a_follow_up_finds_what_only_the_answer_named(ferry: ArticleIndex) -> None:
    bot = bot_that_reads(ferry, {})
    named = Answer("What stands there?", "What stands there?", "The lighthouse.")
    assert "lighthouse" not in bot.ask("And was it?", [turn(named)]).standalone_question
    assert "lighthouse" in bot.ask("And was it?", [turn(named)]).passages[0].quote


class DistractedReader(WordReader):
    """Finds nothing for a question with words of another subject."""

    def read(self, question: str, windows: Sequence[Window]) -> list[Reading]:
        if "crossing" in question:
            self.asked.append((question, tuple(windows)))
            return WordReader({}).read(question, windows)
        return super().read(question, windows)


CHANGED_SUBJECT = "What was the storm's damage?"


def after_a_turn(bot: Bot, question: str) -> Answer:
    return bot.ask(question, [Turn(WHO_STEERED, WHO_STEERED, bot.ask(WHO_STEERED))])


def test_a_short_question_about_something_new_is_answered_as_if_asked_first(
    ferry: ArticleIndex,
) -> None:
    reader = DistractedReader({"after the storm": SURE})
    bot = Bot(Retriever(ferry, reader=reader), refuse_below=0.5)
    answer = after_a_turn(bot, CHANGED_SUBJECT)
    assert answer.standalone_question == CHANGED_SUBJECT, "nothing is dragged along"
    assert untimed(answer) == untimed(bot.ask(CHANGED_SUBJECT))
    assert "crossing" in reader.asked[1][0], "the subject of before comes first"


def test_a_follow_up_that_cannot_stand_alone_is_refused_as_it_was_understood(
    ferry: ArticleIndex,
) -> None:
    reader = DistractedReader({"after the storm": SURE})
    bot = Bot(Retriever(ferry, reader=reader), refuse_below=0.5)
    answer = after_a_turn(bot, "And then?")
    assert answer.abstained
    assert "crossing" in answer.standalone_question


def test_what_is_refused_either_way_is_shown_as_completed(ferry: ArticleIndex) -> None:
    bot = Bot(Retriever(ferry, reader=DistractedReader({})), refuse_below=0.5)
    answer = after_a_turn(bot, CHANGED_SUBJECT)
    assert answer.abstained
    assert "crossing" in answer.standalone_question


def test_corrections_are_said(eager: Bot) -> None:
    answer = eager.ask("Who steerd the first crossing?")
    assert answer.corrections == {"steerd": "steered"}
    assert answer.question == "Who steerd the first crossing?"
    assert answer.text == "Captain Ida Holm"


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        ("", AbstentionReason.EMPTY_QUESTION),
        (" \n", AbstentionReason.EMPTY_QUESTION),
        ("ferry " * 2000, AbstentionReason.QUESTION_TOO_LONG),
    ],
)
def test_what_is_no_question_gets_a_clear_answer(
    ferry: ArticleIndex, question: str, reason: AbstentionReason
) -> None:
    bot = bot_that_reads(ferry, {})
    [answer] = bot.stream(question)
    assert isinstance(answer, Answer)
    assert answer.reason is reason
    assert answer.text
    assert answer.form is None
    reader = bot.retriever.reader
    assert isinstance(reader, WordReader)
    assert reader.asked == []


def test_the_longest_question_is_still_read(eager: Bot) -> None:
    question = "Who steered the first crossing? " * 40
    answer = eager.ask(question[:MAXIMUM_QUESTION_CHARACTERS])
    assert answer.text == "Captain Ida Holm"


def test_an_empty_index_says_so(index: ArticleIndex) -> None:
    assert bot_that_reads(index, {}).ask("Who?").reason is AbstentionReason.EMPTY_INDEX


def test_filters_that_let_nothing_through_say_so(eager: Bot) -> None:
    answer = eager.ask(WHO_STEERED, filters=Filters(sources=("Nobody",)))
    assert answer.reason is AbstentionReason.NO_MATCHING_ARTICLE


def test_filters_keep_other_articles_unread(index: ArticleIndex) -> None:
    index.add([ARTICLE, Article("other", "Other", "Ole Berg steered the first crossing.")])
    bot = bot_that_reads(index, {"Captain Ida Holm": SURE, "Ole Berg": 2 * SURE})
    assert bot.ask(WHO_STEERED).text == "Ole Berg"
    answer = bot.ask(WHO_STEERED, filters=Filters(uris=("ferry",)))
    assert answer.text == "Captain Ida Holm"
    assert {p.article.uri for p in answer.passages} == {"ferry"}


def test_the_working_point_can_be_moved(ferry: ArticleIndex) -> None:
    always = bot_that_reads(ferry, {}, refuse_below=0).ask("What is Mongolia?")
    assert not always.abstained
    assert always.citations
    never = bot_that_reads(ferry, {"Captain Ida Holm": 1.0}, refuse_below=1).ask(WHO_STEERED)
    assert never.abstained
    assert never.text != "Captain Ida Holm"
    bar = never.confidence
    assert 0 < bar < 1
    at_the_bar = bot_that_reads(ferry, {"Captain Ida Holm": 1.0}, refuse_below=bar)
    assert not at_the_bar.ask(WHO_STEERED).abstained, "only what is below it is refused"
    above = bot_that_reads(ferry, {"Captain Ida Holm": 1.0}, refuse_below=bar + 1e-9)
    assert above.ask(WHO_STEERED).abstained


def test_wrong_arguments_are_named(ferry: ArticleIndex) -> None:
    for refuse_below in (2, -0.1):
        with pytest.raises(ValueError, match="refuse_below"):
            bot_that_reads(ferry, {}, refuse_below=refuse_below)
    with pytest.raises(ValueError, match="passages"):
        bot_that_reads(ferry, {}, passages=1)


def test_better_evidence_makes_it_surer(ferry: ArticleIndex) -> None:
    scores = (-5.0, 0.0, 5.0, SURE)
    answers = [bot_that_reads(ferry, {"Captain Ida": s}).ask(WHO_STEERED) for s in scores]
    assert all(low.confidence <= high.confidence for low, high in pairwise(answers))
    assert answers[0].confidence < answers[-1].confidence


def test_without_a_plain_yes_or_no_it_is_never_sure(ferry: ArticleIndex) -> None:
    sure = bot_that_reads(ferry, {"lighthouse": SURE})
    assert sure.ask("Was the lighthouse damaged?").confidence > 0.9, "the sentence says no"
    assert sure.ask("What was not damaged?").confidence > 0.9
    answer = sure.ask("Was the lighthouse painted?")
    assert answer.confidence == HIGHEST_WITHOUT_YES_OR_NO
    assert level_of(answer.confidence) == "medium"
    unsure = bot_that_reads(ferry, {"lighthouse": -5.0}).ask("Was the lighthouse painted?")
    assert unsure.confidence < HIGHEST_WITHOUT_YES_OR_NO
    strict = bot_that_reads(ferry, {"lighthouse": SURE}, refuse_below=0.9)
    assert strict.ask("Was the lighthouse painted?").abstained
    assert not strict.ask("Was the lighthouse damaged?").abstained


def test_an_answer_carries_as_many_passages_as_wanted(ferry: ArticleIndex) -> None:
    for passages in (2, 4):
        bot = bot_that_reads(ferry, {"Captain Ida Holm": SURE}, passages=passages)
        assert len(bot.ask(WHO_STEERED).passages) == passages


def test_two_sentences_about_as_likely_are_both_cited_in_the_order_of_the_text(
    index: ArticleIndex,
) -> None:
    text = "Repairs in June. The storm broke pillars.\nThe storm broke windows. Nobody slept."
    index.add([Article("storm", "Weather", text)])
    bot = bot_that_reads(index, {"The storm": SURE})
    answer = bot.ask("Explain what the storm broke")
    assert answer.form is AnswerForm.SENTENCE
    assert [c.quote for c in answer.citations] == [
        "The storm broke pillars.",
        "The storm broke windows.",
    ]
    assert [c.number for c in answer.citations] == [1, 2]
    assert answer.text == "The storm broke pillars. The storm broke windows."


def test_the_steps_come_before_what_they_tell_of(ferry: ArticleIndex) -> None:
    reader = WordReader({"Captain Ida Holm": SURE})
    stream = Bot(Retriever(ferry, reader=reader), refuse_below=0).stream(WHO_STEERED)
    assert next(stream) == Step("searching")
    assert next(stream) == Step("reading")
    assert reader.asked == []
    answer = next(stream)
    assert len(reader.asked) == 1
    assert isinstance(answer, Answer)
    assert next(stream, None) is None
    assert list(answer.timings) == [*STEPS, "answering"]
    assert all(milliseconds >= 0 for milliseconds in answer.timings.values())


def test_stream_ends_with_the_answer_of_ask(eager: Bot) -> None:
    *steps, last = eager.stream(WHO_STEERED)
    assert steps == [Step(name) for name in STEPS]
    assert isinstance(last, Answer)
    assert untimed(last) == untimed(eager.ask(WHO_STEERED))


def test_many_threads_get_the_answers_that_one_gets(ferry: ArticleIndex) -> None:
    bot = bot_that_reads(ferry, {"Captain Ida Holm": 9.0, "noon": 4.0, "storm": 6.0})
    questions = [
        WHO_STEERED,
        "When does the ferry sail to Norwick?",
        "Why is the pier closed?",
        "Was the lighthouse damaged?",
    ] * 8
    alone = [untimed(bot.ask(question)) for question in questions]
    with ThreadPoolExecutor(8) as threads:
        together = [untimed(answer) for answer in threads.map(bot.ask, questions)]
    assert together == alone


def test_each_step_may_be_taken_by_another_thread(index: ArticleIndex) -> None:
    """As a web server does, which hands every step to whichever thread is free."""
    index.add([ARTICLE])
    bot = bot_that_reads(index, {"Captain Ida Holm": SURE})
    stream = bot.stream(WHO_STEERED)
    with ThreadPoolExecutor(1) as one, ThreadPoolExecutor(1) as other:
        items = [thread.submit(next, stream).result(60) for thread in (one, other, one)]
        assert items[:2] == [Step(name) for name in STEPS]
        assert isinstance(items[2], Answer)
        assert items[2].text == "Captain Ida Holm"
        # A thread that is still thought to be reading may not change the index.
        for number, thread in enumerate((one, other)):
            thread.submit(index.add, [Article(str(number), "Rain", "It rains.")]).result(60)


@pytest.mark.parametrize("step", range(1, 3), ids=STEPS)
@pytest.mark.parametrize("replaced", [False, True], ids=["removed", "replaced"])
def test_the_index_may_change_while_a_step_is_shown(
    index: ArticleIndex, step: int, replaced: bool
) -> None:
    index.add([ARTICLE, Article("other", "Other", "Ole Berg steered the first ship.")])
    bot = bot_that_reads(index, {"Captain Ida Holm": SURE})
    stream = bot.stream(WHO_STEERED)
    shown = [next(stream) for _ in range(step)]
    assert shown == [Step(name) for name in STEPS[:step]]
    if replaced:
        index.add([replace(ARTICLE, text="Nobody steered anything. It rained.")])
    else:
        index.remove("ferry")
    *_, answer = stream
    assert isinstance(answer, Answer)
    assert answer.text


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    question=st.text(max_size=300) | st.text("why howistlehoWydng ?", max_size=40),
    refuse_below=st.sampled_from([0.0, 0.5, 1.0]),
)
def test_nothing_that_is_typed_raises(
    ferry: ArticleIndex, question: str, refuse_below: float
) -> None:
    phrases = {"Captain Ida Holm": 8.0, "noon": 5.0, "four euros": 5.0}
    answer = bot_that_reads(ferry, phrases, refuse_below=refuse_below).ask(question)
    assert answer.text
    assert 0 <= answer.confidence <= 1
    assert answer.abstained == (answer.form is None) == (not answer.citations)
    for citation in answer.citations:
        assert TEXT[citation.start : citation.end] == citation.quote
        if citation.answer_start is not None:
            assert citation.answer_end is not None
            assert citation.start <= citation.answer_start < citation.answer_end <= citation.end
            words = TEXT[citation.answer_start : citation.answer_end]
            assert (words in answer.text) != citation.alternative


def test_the_confidence_is_that_of_all_candidates(tmp_path: Path) -> None:
    names = ["Ida", "Per", "Ole", "Eva", "Jon", "Liv", "Kai", "Mia"]
    # So many sentences that the other article's is neither read nor among the next best.
    ferry = "\n".join(
        f"{name} steered the ferry, and again in {n}." for n in range(6) for name in names
    )
    articles = [
        Article("ferry", "The ferry", ferry),
        Article("bus", "The bus", "Bo steered the bus."),
    ]
    with ArticleIndex.open(tmp_path, embedder=HashingEmbedder()) as index:
        index.add(articles)
        bot = bot_that_reads(index, {"Ida": 3.0})
        read = bot.retriever.read("Who steered the ferry?")
        found = evidence(bot.retriever.rerank(read, bot.retriever.rank(read)))
        assert found["article_lead"] < HIGHEST_ARTICLE_LEAD
        assert bot.ask("Who steered the ferry?").confidence == confidence(found)
