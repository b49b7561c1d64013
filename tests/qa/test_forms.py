"""The form that a question wants, and what a sentence says plainly: tables of both."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa import AnswerForm
from qa.forms import form_of, yes_or_no

WORDS, SENTENCE, LIST, YES, NO = (
    AnswerForm.WORDS,
    AnswerForm.SENTENCE,
    AnswerForm.LIST,
    AnswerForm.YES,
    AnswerForm.NO,
)

FORMS = {
    WORDS: [
        "When did it close?",
        "Who sang at the opening?",
        "Where is the harbour?",
        "What caused the flood?",
        "Which city did he visit?",
        "Which bus did he take?",
        "Which class did he teach?",
        "Which news did he hear?",
        "What series did she make?",
        "What has he said?",
        "Which was it?",
        "Who was the boss of Varn?",
        "Name the captain.",
        "How many ferries are there?",
        "how much did it cost",
        "HOW TALL IS THE TOWER?",
        "How long did it take?",
        "How often does it sail?",
        "And when?",
        "Tell me who built it.",
        "I want to know how many sank.",
        "Tell me about how many sank.",
        "about when did it sink",
        "The island of Varn is in which sea?",
        "What are the Everglades?",
        "What are foods like pies called in a pub?",
        "Who were the islanders known as?",
        "Is it blue or green?",
        "Did they record fewer or more crimes?",
        # Words that only begin like those that ask for another form.
        "Island of Varn: where is it?",
        "Hashim became what?",
        "Isolde sang what?",
        "Listed since when?",
        "",
        "   ",
        "?",
    ],
    SENTENCE: [
        "Why did the ferry stop?",
        "why",
        "And why?",
        "Tell me why it sank.",
        "Tell me about the ferry.",
        "And what about the ferry?",
        "How about the ferry?",
        "about the ferry",
        "Can you tell me why it sank?",
        "For what reason did he go?",
        "What is the reason for it?",
        "What were the reasons?",
        "How did it sink?",
        "How does it work",
        "How come it rained?",
        "How was the weather?",
        "What happened in June?",
        "What happens to the bridge?",
        "In what way did it change?",
        "Explain the delay.",
        "Please describe the bridge.",
    ],
    LIST: [
        "Which cities did the ferry visit?",
        "What countries signed?",
        "Which three countries signed the treaty?",
        "which states did not join",
        "Who were the founders of Varn?",
        "What are the names of the ferries?",
        "List the ships.",
        "Please list the ships",
        "Could you list the names?",
        "Name all the islands.",
        "Name the islands.",
        "Name some islands.",
    ],
    YES: [
        "Is it blue?",
        "is it blue",
        "WAS IT BLUE?",
        "  Are they here?",
        "Does the ferry sail on Sunday?",
        "Did it sink?",
        "Has it sunk?",
        "Can it swim?",
        "Will it rain?",
        "Should we go?",
        "Should we go or not?",
        "Isn't it blue?",
        "Hasn't it sunk?",
        "But is it blue?",
        "So, was it?",
        "Tell me, is it blue?",
    ],
}


@pytest.mark.parametrize(
    ("question", "form"),
    [(question, form) for form, questions in FORMS.items() for question in questions],
)
def test_form_of(question: str, form: AnswerForm) -> None:
    assert form_of(question) is form


@pytest.mark.parametrize(
    "question",
    [
        "Can you tell me when the ferry sails?",
        "Could you tell me who built the ferry?",
        "Do you know where the ferry sails?",
        "Can you please tell me how many ferries there are?",
    ],
)
def test_a_polite_opening_is_no_question_of_its_own(question: str) -> None:
    """Nobody who asks so is helped by "Yes."."""
    assert form_of(question) is WORDS


@pytest.mark.parametrize("question", ["Isn’t it blue?", "Didn’t it sink?"])
def test_both_apostrophes_are_one(question: str) -> None:
    assert form_of(question) is YES


@given(st.text(max_size=80))
def test_any_text_has_a_form(question: str) -> None:
    assert form_of(question) in {WORDS, SENTENCE, LIST, YES}
    assert yes_or_no(question, question) in {SENTENCE, YES, NO}


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("Is the ferry blue?", "The ferry is blue."),
        ("IS THE FERRY BLUE", "Since June, the old ferry of Varn is painted blue."),
        ("Was the trip postponed?", "The trip was postponed on Friday."),
        ("Did Blinken postpone his trip?", "Blinken postponed the trip."),
        ("Did the boats stop?", "The boat stops at Norwick."),
        ("Is Oslo larger than Bergen?", "Oslo is larger than Bergen."),
        ("Is it Ida’s boat?", "Ida's boat is here."),
        # Words that hold others: nothing is denied and nothing is doubtful here.
        ("Is the notary here?", "The notary is here, knotted into his scarf."),
        ("Is the noble lifeboat Northern blue?", "The noble lifeboat Northern is blue."),
        ("Is the gift blue?", "The gift is blue and stiff."),
    ],
)
def test_yes(question: str, sentence: str) -> None:
    assert yes_or_no(question, sentence) is YES


def test_the_month_of_may_is_no_doubt() -> None:
    assert yes_or_no("Is the ferry blue?", "Since last May the ferry is blue.") is YES


@pytest.mark.parametrize(
    "sentence",
    [
        "The ferry did not sink.",
        "The ferry didn't sink.",
        "The ferry didn’t sink.",
        "The ferry will never sink.",
        "No ferry ever did sink.",
        "Nobody saw the ferry sink.",
        "Neither ferry did sink.",
        "THE FERRY DID NOT SINK.",
    ],
)
def test_no(sentence: str) -> None:
    assert yes_or_no("Did the ferry sink?", sentence) is NO


@pytest.mark.parametrize(
    "sentence",
    [
        "If the ferry should sink, all is lost.",
        "It is unclear whether the ferry did sink.",
        "The ferry may sink.",
        "The ferry might not sink.",
        "The ferry could sink.",
        "Perhaps the ferry did sink.",
        "The ferry allegedly did sink.",
        "He denied that the ferry did sink.",
        "Islanders claim that the ferry did sink.",
        "There are rumours that the ferry did sink.",
        "There is speculation that the ferry did sink.",
        "The ferry nearly did sink.",
        "The ferry is likely to sink.",
        "The ferry is expected to sink.",
        "The ferry refused to sink.",
        "The ferry failed to sink.",
        "Unless it rains, the ferry will sink.",
    ],
)
def test_a_sentence_with_a_doubt_says_neither(sentence: str) -> None:
    assert yes_or_no("Did the ferry sink?", sentence) is SENTENCE


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        # A word of the question is missing.
        ("Did the ferry sink in June?", "The ferry did sink in May."),
        ("Is Oslo larger than Bergen?", "Oslo is smaller than Bergen."),
        ("Is the ferry blue?", ""),
        # Another order of words is another statement.
        ("Did the dog bite the cat?", "The cat bit the dog; did it bite?"),
        ("Did the dog chase the cat?", "The cat can chase the dog."),
        ("Is Oslo larger than Bergen?", "Bergen is larger than Oslo."),
        ("Is the ferry blue?", "The blue ferry is new."),
        # The same word twice wants it twice.
        ("Is the ferry a ferry?", "This is the ferry."),
        # A question says nothing.
        ("Is the ferry blue?", "Is the ferry blue?"),
        ("Is the ferry blue?", "“Is the ferry blue?”"),
        ("Is the ferry blue?", 'He asked: "Is the ferry blue?" '),
        ("Is the ferry blue?", "'Is the ferry not blue?'"),
        # Yes and no to a denial are both unclear.
        ("Is the ferry not blue?", "The ferry is blue."),
        ("Is the ferry not blue?", "The ferry is not blue."),
        ("Didn't the ferry sink?", "The ferry did sink."),
        ("Did nobody see the ferry sink?", "Nobody saw the ferry sink."),
        # Nothing is asked about.
        ("Is it?", "It is."),
        ("Was he not?", "He was not."),
        ("", "The ferry is blue."),
        ("", ""),
    ],
)
def test_what_is_not_said_plainly(question: str, sentence: str) -> None:
    assert yes_or_no(question, sentence) is SENTENCE


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("Was the dog chased by the cat?", "The dog chased the cat."),
        ("Did Spain surrender before Portugal?", "Spain surrendered after Portugal."),
        ("Do the ferries sail to Norwick?", "The ferries sail from Norwick."),
        ("Did all passengers survive?", "Some passengers survived."),
        ("Are there more boats than cars?", "There are fewer boats than cars."),
        ("Did Russia invade Ukraine?", "Russia threatened to invade Ukraine."),
        ("Did the committee approve?", "The committee approached."),
        ("Is the ferry blue?", "Not only the bridge but the ferry is blue."),
    ],
)
def test_small_words_that_change_what_is_said(question: str, sentence: str) -> None:
    """Each of these sentences says something else than the plain yes or no would."""
    assert yes_or_no(question, sentence) is SENTENCE
