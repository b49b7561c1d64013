"""Suggested questions: the sentences they are made from, and what the bot says to them."""

import re
from collections.abc import Mapping
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from index import Article, ArticleIndex
from qa import Bot, Filters, Retriever, Turn
from qa import suggestions as suggestions_module
from qa.article_names import ArticleNames, is_english
from qa.question_making import questions_of
from qa.suggestions import MOST_CHECKS, suggest
from tests.qa.word_reader import WordReader

SURE = 1000.0
PRONOUNS = set(
    """he him his she her hers it its they them their this that these those we us our you your my
    mine himself herself itself themselves""".split()
)

# A sentence, what else its article says, and the questions that are made of the sentence.
GOLDEN = [
    (
        "The Norwick Lighthouse was built in 1874.",
        "",
        {"When was the Norwick Lighthouse built?"},
    ),
    (
        "The Norwick Lighthouse was designed by Ole Berg in 1874.",
        "",
        {"When was the Norwick Lighthouse designed?", "Who designed the Norwick Lighthouse?"},
    ),
    (
        "In 1911, Ida Holm founded the Norwick Ferry Company.",
        "The captain Ida Holm was born here.",
        {
            "When did Ida Holm found the Norwick Ferry Company?",
            "What did Ida Holm found in 1911?",
            "Who founded the Norwick Ferry Company?",
        },
    ),
    (
        "Holm founded the Norwick Ferry Company in 1911.",
        "The captain Ida Holm was born here.",
        {
            "When did Ida Holm found the Norwick Ferry Company?",
            "What did Ida Holm found in 1911?",
            "Who founded the Norwick Ferry Company in 1911?",
        },
    ),
    (
        "On Monday, Foreign Minister Karin Vass postponed a trip to Oslo over the strike.",
        "",
        {
            "Who is Karin Vass?",
            "What did Karin Vass postpone on Monday?",
            "When did Karin Vass postpone a trip to Oslo?",
            "Why did Karin Vass postpone a trip to Oslo?",
            "Who postponed a trip to Oslo?",
        },
    ),
    (
        "Norwick is the largest port in Sundland.",
        "Ships go to Norwick.",
        {"What is the largest port in Sundland?"},
    ),
    (
        "The Norwick Bank has 12 branches.",
        "",
        {"How many branches does the Norwick Bank have?"},
    ),
    (
        "Sundland has a population of 40,000 people.",
        "The ferry to Sundland is late.",
        {"What is the population of Sundland?"},
    ),
    (
        "Some 300 people attended the opening of the Norwick Bridge.",
        "",
        {"How many people attended the opening of the Norwick Bridge?"},
    ),
    (
        "There are 14 schools in Norwick.",
        "",
        {"How many schools are there in Norwick?"},
    ),
    (
        "The Norwick Tower is 80 metres tall.",
        "",
        {"How tall is the Norwick Tower?"},
    ),
    (
        "The Norwick Museum is located in the old customs house.",
        "",
        {"Where is the Norwick Museum located?"},
    ),
    (
        "Ida Holm was born in Trondheim in 1870.",
        "",
        {"When was Ida Holm born in Trondheim?", "Where was Ida Holm born?"},
    ),
    (
        "Ida Holm, a retired captain, said that the storm over Sundland was the worst in years.",
        "",
        {"Who is Ida Holm?", "What did Ida Holm say about the storm over Sundland?"},
    ),
    (
        "The Norwick Council said on Friday that the ferry to Oslo will sail again.",
        "",
        {"What did the Norwick Council say about the ferry to Oslo?"},
    ),
    (
        "“The pier is closed until the summer,” Holm told reporters Friday.",
        "The captain Ida Holm was born here.",
        {"What did Ida Holm tell reporters on Friday?"},
    ),
    (
        "She called Sundland’s chief engineer, Ole Berg, on Monday.",
        "",
        {"Who is Sundland’s chief engineer?"},
    ),
    (
        "A drumlin is a long hill that a glacier has left behind.",
        "",
        {"What is a drumlin?"},
    ),
    (
        "The Norwick Prize is an annual award for sea rescue.",
        "",
        {"What is the Norwick Prize?"},
    ),
    (
        "Ida Holm was a Sundish captain.",
        "The captain Ida Holm was born here.",
        {"Who was Ida Holm?"},
    ),
    (
        "The Sundland Parliament consists of two chambers.",
        "",
        {"What does the Sundland Parliament consist of?"},
    ),
    (
        "Norwick is known for its smoked herring.",
        "Ships go to Norwick.",
        {"What is Norwick known for?"},
    ),
    (
        "The Norwick Canal was closed because of a strike.",
        "",
        {"Why was the Norwick Canal closed?"},
    ),
    (
        "The Battle of Norwick took place in 1644.",
        "",
        {"When did the Battle of Norwick take place?"},
    ),
    (
        "The Norwick Archive is divided into four sections.",
        "",
        {"What is the Norwick Archive divided into?"},
    ),
    (
        "The ferry reached Norwick, the capital of Sundland, at noon.",
        "",
        {"What is the capital of Sundland?"},
    ),
    (
        "The Norwick Opera, which stands by the harbour, was opened in 1920.",
        "",
        {"When was the Norwick Opera opened?"},
    ),
    (
        "The Norwick Council told the Sundland Times that the ferry to Oslo is safe.",
        "",
        {"What did the Norwick Council say about the ferry to Oslo?"},
    ),
    # And what must make none.
    ("He was born in 1870.", "", set()),
    ("Walker retired in 1990.", "The house of Walker.", set()),
    ("Norwick is the largest in Sundland.", "Ships go to Norwick.", set()),
    ("Eight Norwick companies are located in Oslo.", "", set()),
    ("Ida Holm was an African American.", "", set()),
    ("Oslo and Norwick is used as a name.", "Ships go to Oslo. Ships go to Norwick.", set()),
    ("In 1911, the Norwick Council approved a plan.", "", set()),
    ("The Norwick Phone was a failure commercially.", "", set()),
    ("The Norwick Council said the mayor’s remark was wrong.", "", set()),
    ("The city was founded in 1200.", "", set()),
    ("The University was founded in 1851.", "", set()),
    ("It was the largest port in Sundland.", "", set()),
    ("Holm founded a bank in 1911.", "Captain Ida Holm and Captain Per Holm came.", set()),
    ("The album recorded in Norwick sold well in 1999.", "", set()),
    ("The Norwick Opera was used to store grain.", "", set()),
    ("Was the Norwick Lighthouse built in 1874?", "", set()),
    ("The Norwick Lighthouse was not built in 1874.", "", set()),
    ("Norwick’s team won the 1990 World Cup in the final.", "Ships go to Norwick.", set()),
    ("The Norwick Lighthouse\u202e was built in 1874.", "", set()),
    ("", "", set()),
]


def made(sentence: str, rest: str = "") -> set[str]:
    names = ArticleNames("News", f"{sentence} {rest}")
    return {question.text for question in questions_of(sentence, names)}


@pytest.mark.parametrize(("sentence", "rest", "questions"), GOLDEN)
def test_questions_that_are_made_of_a_sentence(
    sentence: str, rest: str, questions: set[str]
) -> None:
    assert made(sentence, rest) == questions


def is_sound(question: str) -> bool:
    words = re.findall(r"[\w’']+", question)
    return (
        question.endswith("?")
        and len(question) <= 120
        and question.isprintable()
        and not PRONOUNS & {word.lower() for word in words if word != "US"}
    )


WORDS = (
    "Ida Holm Norwick Ferry the a was were is has had founded built in 1911 , who which said that"
    " he her it of by because 12 ships “ ” ( ) [ US president Captain ’s to on Monday . and not its"
).split()


@settings(max_examples=120, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.sampled_from(WORDS), max_size=25).map(" ".join) | st.text(max_size=200))
@example("\x00\x1b[31m The Norwick Opera was built in 1920.")
@example("\u202eThe Norwick Opera was built in 1920.")
@example("The Norwick Opera (\x00) was built in 1920.")
@example("هذه السفينة was built in 1920.")
@example("The Norwick Opera was built in 1920. " * 300)
@example("Norwick " * 1250 + "was built in 1920.")
@example("(" * 10_000)
@example("<img src=x onerror=alert(1)> was built in 1920.")
def test_whatever_a_sentence_holds_a_question_is_sound(text: str) -> None:
    for rest in ("", "Captain Ida Holm was born in Norwick. The ships of Ida Holm."):
        for sentence in (text, text + "."):
            questions = made(sentence, rest)
            assert all(is_sound(question) for question in questions), questions


@pytest.mark.parametrize(
    "text", ["A" * 200_000, "Aa " * 60_000, "Aa, the " * 20_000, "Aa (b; " * 20_000, "’" * 100_000]
)
def test_an_article_without_end_takes_no_time_without_end(text: str) -> None:
    # Would take hours were a pattern tried anew from every letter.
    names = ArticleNames("Long", text)
    for sentence in (text[:599] + ".", f"The Norwick Council told {text[:500]} it is."):
        assert questions_of(sentence, names) == []


@pytest.mark.parametrize(
    ("text", "language", "english"),
    [
        ("The ferry to the island is late because of the storm.", None, True),
        ("Die Fähre zur Insel ist wegen des Sturms verspätet, und keiner weiß warum.", None, False),
        ("El barco a la isla llega tarde por la tormenta de la noche.", None, False),
        ("Le bateau pour l’île est en retard à cause de la tempête.", None, False),
        ("The ferry to the island is late.", "da", False),
        ("Ferry late", "en-GB", True),
        ("", None, False),
    ],
)
def test_english_is_told_from_other_languages(
    text: str, language: str | None, english: bool
) -> None:
    assert is_english(text, language) == english


TEXT = (
    "The Norwick Lighthouse was built in 1874. It stands on a rock.\n"
    "Ida Holm, a retired captain, lives beside the water.\n"
    "The Norwick Bank has 12 branches.\n"
    "The Norwick Museum is located in the old customs house.\n"
    "The Norwick Archive is divided into four sections."
)
ARTICLE = Article("norwick", "Norwick", TEXT)
PHRASES = {"1874": 8.0, "a retired captain": 8.0, "12": 8.0, "customs house": 8.0, "four": 8.0}


class CountingBot(Bot):
    """Remembers what it was asked."""

    asked: list[str]

    def ask(self, question, history=(), *, filters=None):  # type: ignore[no-untyped-def]
        self.asked = [*getattr(self, "asked", []), question]
        return super().ask(question, history, filters=filters)


def bot_over(index: ArticleIndex, phrases: Mapping[str, float] = PHRASES) -> CountingBot:
    return CountingBot(Retriever(index, reader=WordReader(phrases)))


def turn(bot: Bot, question: str) -> Turn:
    answer = Bot.ask(bot, question)
    return Turn(question, answer.standalone_question, answer)


@pytest.fixture(autouse=True)
def without_alternatives(monkeypatch: pytest.MonkeyPatch) -> None:
    """The reader here finds all its phrases, whatever is asked: they would be alternatives."""
    monkeypatch.setattr("qa.composing.MOST_ALTERNATIVES", 0)


@pytest.fixture
def norwick(index: ArticleIndex) -> ArticleIndex:
    index.add([ARTICLE])
    return index


WHEN_BUILT = "When was the Norwick Lighthouse built?"


def test_each_suggestion_is_answered_from_a_sentence_that_was_not_cited(
    norwick: ArticleIndex,
) -> None:
    bot = bot_over(norwick)
    turns = [turn(bot, WHEN_BUILT)]
    assert turns[0].answer.text == "1874"
    found = list(suggest(bot, turns))
    assert len(found) == 3
    assert WHEN_BUILT not in found
    seen = {c.quote for t in turns for c in t.answer.citations}
    for question in found:
        answer = Bot.ask(bot, question)
        assert not answer.abstained
        quotes = {citation.quote for citation in answer.citations}
        assert not quotes & seen
        seen |= quotes


def test_the_same_turns_give_the_same_suggestions(norwick: ArticleIndex) -> None:
    bot = bot_over(norwick)
    turns = [turn(bot, WHEN_BUILT)]
    assert list(suggest(bot, turns)) == list(suggest(bot_over(norwick), turns))


def test_what_the_conversation_has_cited_is_not_suggested_again(norwick: ArticleIndex) -> None:
    bot = bot_over(norwick)
    turns = [turn(bot, WHEN_BUILT)]
    everything = []
    for _ in range(10):
        found = list(suggest(bot, turns))
        if not found:
            break
        everything.append(found[0])
        turns.append(turn(bot, found[0]))
    assert sorted(everything) == [
        "How many branches does the Norwick Bank have?",
        "What is the Norwick Archive divided into?",
        "Where is the Norwick Museum located?",
        "Who is Ida Holm?",
    ]


def test_after_a_refusal_there_are_questions_that_have_an_answer(norwick: ArticleIndex) -> None:
    bot = bot_over(norwick)
    unreadable = bot_over(norwick, {})
    refused = turn(unreadable, "Who painted the Norwick Lighthouse?")
    assert refused.answer.abstained
    found = list(suggest(bot, [refused]))
    assert found
    assert all(not Bot.ask(bot, question).abstained for question in found)


def test_what_the_bot_cannot_answer_is_not_suggested(norwick: ArticleIndex) -> None:
    turns = [turn(bot_over(norwick), WHEN_BUILT)]
    assert list(suggest(bot_over(norwick, {}), turns)) == []
    only_bank = {"12": 8.0}
    found = list(suggest(bot_over(norwick, only_bank), turns))
    assert found == ["How many branches does the Norwick Bank have?"]


def test_an_answer_with_other_words_than_the_sentence_offered_is_not_good(
    norwick: ArticleIndex,
) -> None:
    turns = [turn(bot_over(norwick), WHEN_BUILT)]
    assert list(suggest(bot_over(norwick, {"Norwick Bank": 8.0}), turns)) == []


def test_an_answer_from_another_sentence_is_not_good(index: ArticleIndex) -> None:
    index.add([replace(ARTICLE, text=TEXT + "\nOle Berg has 12 sons.")])
    phrases = {"1874": 8.0, "12": 8.0}
    bot = bot_over(index, phrases)
    bank = "How many branches does the Norwick Bank have?"
    turns = [turn(bot, WHEN_BUILT)]
    assert bank in list(suggest(bot, turns))
    assert bank not in list(suggest(bot_over(index, {**phrases, "12 sons": SURE}), turns))


def test_an_answer_that_rests_also_on_what_was_cited_is_not_good(norwick: ArticleIndex) -> None:
    norwick.add([Article("copy", "Norwick", "The Norwick Bank has 12 branches.")])
    bot = bot_over(norwick)
    bank = "How many branches does the Norwick Bank have?"
    cited = [c for c in Bot.ask(bot, bank).citations if c.uri == "copy"]
    assert cited
    before = turn(bot, WHEN_BUILT)
    assert bank in list(suggest(bot, [before]))
    answer = replace(before.answer, citations=(*before.answer.citations, *cited))
    assert bank not in list(suggest(bot, [replace(before, answer=answer)]))


def test_a_doubtful_answer_is_not_good(
    norwick: ArticleIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    bot = bot_over(norwick)
    turns = [turn(bot, WHEN_BUILT)]
    assert list(suggest(bot, turns))
    monkeypatch.setattr(suggestions_module, "CONFIDENT", 1.01)
    assert list(suggest(bot, turns)) == []


def test_a_question_that_was_nearly_asked_is_not_suggested(norwick: ArticleIndex) -> None:
    bot = bot_over(norwick)
    refusing = Bot(bot.retriever, refuse_below=1.0)
    refused = turn(refusing, "And how many branches has the Norwick Bank got?")
    assert refused.answer.abstained
    turns = [refused, turn(bot, WHEN_BUILT)]
    assert not [question for question in suggest(bot, turns) if "branches" in question]
    assert not [question for question in bot.asked if "branches" in question]


def test_each_is_told_before_the_next_is_sought(norwick: ArticleIndex) -> None:
    bot = bot_over(norwick)
    found = suggest(bot, [turn(bot, WHEN_BUILT)])
    first = next(found)
    assert bot.asked[-1] == first
    assert len(bot.asked) < 4


def test_the_bot_is_asked_a_bounded_number_of_questions(index: ArticleIndex) -> None:
    lines = [f"The Norwick {name} was built in {year}." for year, name in enumerate(NAMES, 1800)]
    index.add([Article("many", "Norwick", "\n".join(lines))])
    bot = bot_over(index, {})
    assert list(suggest(bot, [turn(bot, "Who built the Norwick Abbey?")])) == []
    assert len(bot.asked) == MOST_CHECKS


NAMES = """Abbey Archive Arena Bakery Barn Brewery Chapel Cinema Cottage Dairy Fountain Gallery
    Granary Mill Mosque Mint Observatory Opera Orchard Pavilion Pier Quay""".split()


def test_filters_hold_for_the_suggestions_too(norwick: ArticleIndex) -> None:
    bot = bot_over(norwick)
    turns = [turn(bot, WHEN_BUILT)]
    assert list(suggest(bot, turns, filters=Filters(uris=("norwick",))))
    assert list(suggest(bot, turns, filters=Filters(uris=("other",)))) == []


def test_other_languages_give_no_suggestions(index: ArticleIndex) -> None:
    index.add([Article("norwick", "Norwick", TEXT, language="da")])
    bot = bot_over(index)
    assert list(suggest(bot, [turn(bot, WHEN_BUILT)])) == []
    assert not hasattr(bot, "asked")


def test_a_very_long_article_is_used_as_far_as_it_was_found(
    norwick: ArticleIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(suggestions_module, "LONGEST_SPLIT", 10)
    bot = bot_over(norwick)
    assert list(suggest(bot, [turn(bot, WHEN_BUILT)]))


def test_an_article_that_is_gone_gives_no_suggestions(norwick: ArticleIndex) -> None:
    bot = bot_over(norwick)
    turns = [turn(bot, WHEN_BUILT)]
    norwick.remove("norwick")
    assert list(suggest(bot, turns)) == []


def test_without_turns_or_passages_there_are_none(norwick: ArticleIndex) -> None:
    bot = bot_over(norwick)
    assert list(suggest(bot, [])) == []
    assert list(suggest(bot, [turn(bot, "")])) == []


def test_a_wrong_number_is_named_at_once(norwick: ArticleIndex) -> None:
    with pytest.raises(ValueError, match="at_most"):
        suggest(bot_over(norwick), [], at_most=0)
    bot = bot_over(norwick)
    assert len(list(suggest(bot, [turn(bot, WHEN_BUILT)], at_most=1))) == 1


@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=80))
def test_no_question_before_makes_it_fail(norwick: ArticleIndex, question: str) -> None:
    bot = bot_over(norwick)
    for suggestion in suggest(bot, [turn(bot, question)]):
        assert is_sound(suggestion)
