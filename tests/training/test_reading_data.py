"""Groups of windows that the reader is trained on."""

import gzip
import importlib
import json
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

TRAINING = Path(__file__).parents[2] / "training"
FERRY = [
    ["The blue ferry sails to Norwick.", "Captain Ida Holm steered the first crossing in 1901."],
    [
        "Tickets cost four euros.",
        "Children travel free.",
        "Captain Ida Holm has sailed for thirty years.",
        "Nobody has been late.",
        "Most people like the view.",
    ],
    ["The harbour master closed the pier.", "It opened again in June."],
]
BRIDGE = [["The old bridge closed after the storm.", "Engineers found cracks in two pillars."]]
# Question, answer, and which sentence of the article has it (from 0).
ASKED = [
    ("Who steered the first crossing?", "Captain Ida Holm", 1),
    ("What do tickets cost?", "four euros", 2),
    ("How long has the captain sailed?", "thirty years", 4),
    ("Who closed the pier?", "The harbour master", 7),
    ("When did the pier open again?", "June", 8),
]
SEEDS = range(60)
# A window without the answer beside each that has it.
ONE = ((1, 1.0),)


@pytest.fixture
def reading(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """training/reading_data.py, found as its neighbours find it."""
    monkeypatch.syspath_prepend(TRAINING)
    return importlib.import_module("reading_data")


def mined(
    title: str, paragraphs: list[list[str]], asked: list[tuple[str, str, int]]
) -> dict[str, Any]:
    """As `mine_passages.py` writes an article; each question ranks all sentences, its own first."""
    text = ""
    sentences = []
    for number, paragraph in enumerate(paragraphs):
        for sentence in paragraph:
            text += ("\n\n" if sentences and sentence is paragraph[0] else " ") if text else ""
            sentences.append([len(text), len(text) + len(sentence), number])
            text += sentence
    questions = []
    for number, (question, answer, right) in enumerate(asked):
        start = text.index(answer, sentences[right][0])
        order = sorted(range(len(sentences)), key=lambda n: (n != right, n))
        questions.append(
            {
                "id": str(number),
                "text": question,
                "answers": [[start, start + len(answer)]],
                "ranked": order,
            }
        )
    return {
        "uri": title.lower(),
        "title": title,
        "text": text,
        "sentences": sentences,
        "questions": questions,
    }


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    save(tmp_path, "000", mined("Ferry", FERRY, ASKED))
    cracks = ("What did engineers find?", "cracks", 1)
    save(tmp_path, "001", mined("Bridge", BRIDGE, [cracks]))
    return tmp_path


def save(folder: Path, name: str, article: dict[str, Any]) -> None:
    (folder / f"{name}.json").write_text(json.dumps(article))


@pytest.fixture
def shares(reading: ModuleType, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Sets how often what is done; questions are left as they are, and titles are always there."""

    def set_shares(**values: object) -> None:
        for name, value in {
            "EXCHANGED": 0.0,
            "NEGATIVES": ((0, 1.0),),
            "BESIDE": 0.0,
            "ELSEWHERE": 0.0,
            "WITHOUT_TITLE": 0.0,
            **values,
        }.items():
            assert hasattr(reading, name)
            monkeypatch.setattr(reading, name, value)

    monkeypatch.setattr(reading, "as_typed", lambda question, _: question)
    return set_shares


def of_question(groups: list[Any], question: str) -> list[Any]:
    return [group for group in groups if group.question == question]


def test_groups_mark_the_answer_at_its_exact_place(reading: ModuleType, folder: Path) -> None:
    answers = {"cracks", *(answer for _, answer, _ in ASKED)}
    marked = set()
    for seed in SEEDS:
        for group in reading.squad_groups(folder, seed):
            assert 1 <= len(group.windows) <= 3
            for window in group.windows:
                found = {window.text[start:end] for start, end in window.answers}
                assert len(found) <= 1
                assert found <= answers
                marked |= found
            assert not any(window.answers for window in group.windows[1:])
    assert marked == answers


def test_each_question_comes_once_with_its_answer_in_its_sentence(
    reading: ModuleType, folder: Path, shares: Callable[..., None]
) -> None:
    shares()
    sentences = [sentence for paragraph in FERRY for sentence in paragraph]
    for seed in SEEDS:
        groups = list(reading.squad_groups(folder, seed))
        assert len(groups) == len(ASKED) + 1
        for question, answer, right in ASKED:
            [group] = of_question(groups, question)
            [window] = group.windows
            assert window.title == "Ferry"
            assert sentences[right] in window.text
            place = window.text.index(sentences[right]) + sentences[right].index(answer)
            assert (place, place + len(answer)) in window.answers


def test_windows_are_neighbouring_sentences_of_one_paragraph(
    reading: ModuleType, folder: Path, shares: Callable[..., None]
) -> None:
    shares(NEGATIVES=ONE)
    possible = {
        " ".join(paragraph[first : last + 1])
        for paragraph in FERRY + BRIDGE
        for first in range(len(paragraph))
        for last in range(first, len(paragraph))
    }
    sizes = set()
    for seed in SEEDS:
        for group in reading.squad_groups(folder, seed):
            for window in group.windows:
                assert window.text in possible
                sizes.add(window.text.count("."))
    assert {1, 2, 3} <= sizes


@pytest.mark.parametrize("size", [1, 2, 3])
def test_a_window_has_so_many_sentences_where_the_paragraph_has_them(
    reading: ModuleType, folder: Path, shares: Callable[..., None], size: int
) -> None:
    shares(WINDOW_SIZES=((size, 1.0),))
    texts = set()
    for seed in SEEDS:
        [group] = of_question(list(reading.squad_groups(folder, seed)), ASKED[2][0])
        texts.add(group.windows[0].text)
    # Its sentence is the middle one of five, so that all positions in the window are possible.
    assert len(texts) == size
    assert {text.count(".") for text in texts} == {size}


def test_every_occurrence_of_the_answer_is_marked(
    reading: ModuleType, tmp_path: Path, shares: Callable[..., None]
) -> None:
    shares(WINDOW_SIZES=((3, 1.0),))
    paragraph = ["Ida Holm left.", "Who steered? IDA HOLM did.", "Ida Holmes slept."]
    save(tmp_path, "000", mined("Ferry", [paragraph], [("Who steered?", "IDA HOLM", 1)]))
    together = 0
    for seed in SEEDS:
        [group] = reading.squad_groups(tmp_path, seed)
        [window] = group.windows
        words = [window.text[start:end] for start, end in window.answers]
        assert words.count("IDA HOLM") == 1
        assert len(words) == window.text.replace("Holmes", "").lower().count("ida holm")
        assert window.answers == tuple(sorted(window.answers))
        together += len(words) == 2
    assert together


def test_of_sentences_with_the_same_words_the_likeliest_one_answers(reading: ModuleType) -> None:
    path_free = mined(
        "Ferry",
        [["Ida Holm slept.", "The first crossing was steered by Ida Holm.", "Ida Holm ate."]],
        [("Who steered the first crossing?", "Ida Holm", 0)],
    )
    article = article_of(reading, path_free)
    assert article.answer_sentence(path_free["questions"][0]) == 1
    path_free["questions"][0]["text"] = "Who was it?"
    article = article_of(reading, path_free)
    assert article.answer_sentence(path_free["questions"][0]) == 1, "it shares the word was"
    path_free["questions"][0]["text"] = "Whose name is it?"
    assert article.answer_sentence(path_free["questions"][0]) == 0, "as the file says"


def article_of(reading: ModuleType, content: dict[str, Any]) -> Any:
    class Text:
        def read_text(self) -> str:
            return json.dumps(content)

    return reading.MinedArticle(Text())


def test_answers_that_no_window_can_hold_are_dropped(
    reading: ModuleType, tmp_path: Path, shares: Callable[..., None]
) -> None:
    shares()
    long = "a very long word " * 12 + "ends"
    article = mined(
        "Ferry",
        [["Ida Holm sailed.", "Ole Berg slept.", f"It was {long}."]],
        [("Who?", "Ida Holm", 0), ("Who did what?", "Ole Berg slept", 1), ("What?", long, 2)],
    )
    start, _ = article["questions"][0]["answers"][0]
    _, end = article["questions"][1]["answers"][0]
    article["questions"][0]["answers"] = [[start, end]]  # over the end of a sentence
    save(tmp_path, "000", article)
    for seed in SEEDS:
        groups = reading.squad_groups(tmp_path, seed)
        assert [group.question for group in groups] == ["Who did what?"]


def test_negatives_hold_neither_the_answer_nor_its_sentence(
    reading: ModuleType, folder: Path, shares: Callable[..., None]
) -> None:
    shares(NEGATIVES=ONE, BESIDE=0.3, ELSEWHERE=0.2)
    sentences = [sentence for paragraph in FERRY for sentence in paragraph]
    negatives = 0
    for seed in SEEDS:
        groups = list(reading.squad_groups(folder, seed))
        for question, answer, right in ASKED:
            [group] = of_question(groups, question)
            for negative in group.windows[1:]:
                negatives += 1
                assert negative.answers == ()
                assert sentences[right] not in negative.text
                assert answer.lower() not in negative.text.lower()
    assert negatives > len(ASKED) * len(SEEDS) * 0.7, "most have one"


def test_negatives_leave_the_sentence_out_where_the_answer_is_part_of_a_word(
    reading: ModuleType, tmp_path: Path, shares: Callable[..., None]
) -> None:
    shares(NEGATIVES=ONE)
    paragraph = ["It rained.", "The mill opened in the 1990s.", "Nobody came."]
    asked = ("When did the mill open?", "1990", 1)
    save(tmp_path, "000", mined("Mill", [paragraph], [asked]))
    for group in every_group(reading, tmp_path, asked[0]):
        positive, negative = group.windows
        [(start, end)] = positive.answers
        assert positive.text[start:end] == "1990"
        assert negative.text in ("It rained.", "Nobody came.")


def test_negatives_do_not_hold_the_words_that_the_file_marks(
    reading: ModuleType, tmp_path: Path, shares: Callable[..., None]
) -> None:
    """Also where another sentence with these words was taken for the one that answers."""
    shares(NEGATIVES=ONE)
    paragraph = ["It opened in the 1990s.", "The mill of the town opened to visitors in 1990."]
    asked = ("When did the mill of the town open?", "1990", 0)
    save(tmp_path, "000", mined("Mill", [paragraph], [asked]))
    for seed in SEEDS:
        for group in reading.squad_groups(tmp_path, seed):
            assert not any("1990" in negative.text for negative in group.windows[1:])


def test_negatives_hold_no_other_sentence_that_answers(
    reading: ModuleType, tmp_path: Path, shares: Callable[..., None]
) -> None:
    """In other words than those that the file marks first, as of news."""
    shares(NEGATIVES=ONE, BESIDE=0.5)
    paragraph = ["It rained.", "The mayor denied it.", "She had no part in it.", "Nobody came."]
    article = mined("Mill", [paragraph], [("Did the mayor do it?", "denied it", 1)])
    also = article["text"].index("She had")
    article["questions"][0]["answers"].append([also, also + len("She had no part in it.")])
    save(tmp_path, "000", article)
    for group in every_group(reading, tmp_path, "Did the mayor do it?"):
        assert group.windows[1].text in ("It rained.", "Nobody came.")


def test_hard_negatives_are_what_the_retriever_ranked_best(
    reading: ModuleType, folder: Path, shares: Callable[..., None]
) -> None:
    shares(NEGATIVES=ONE, NEGATIVES_FROM=2, WINDOW_SIZES=((1, 1.0),))
    question, _, _ = ASKED[3]  # its sentence is ranked first, then those from the beginning
    seen = {group.windows[1].text for group in every_group(reading, folder, question)}
    assert seen == set(FERRY[0])


def test_negatives_from_beside_the_answer(
    reading: ModuleType, folder: Path, shares: Callable[..., None]
) -> None:
    shares(NEGATIVES=ONE, BESIDE=1.0, WINDOW_SIZES=((1, 1.0),))
    seen = {group.windows[1].text for group in every_group(reading, folder, ASKED[3][0])}
    assert seen == {"Most people like the view.", "It opened again in June."}
    seen = {group.windows[1].text for group in every_group(reading, folder, ASKED[1][0])}
    assert seen == {FERRY[0][1], "Children travel free."}


def test_negatives_from_elsewhere_come_with_the_title_of_their_article(
    reading: ModuleType, folder: Path, shares: Callable[..., None]
) -> None:
    shares(NEGATIVES=ONE, ELSEWHERE=1.0)
    for group in every_group(reading, folder, ASKED[0][0]):
        positive, negative = group.windows
        assert (positive.title, negative.title) == ("Ferry", "Bridge")
        assert any(sentence in negative.text for sentence in BRIDGE[0])
    shares(NEGATIVES=ONE, ELSEWHERE=1.0, WITHOUT_TITLE=1.0)
    for group in every_group(reading, folder, ASKED[0][0]):
        assert [window.title for window in group.windows] == ["", ""]


def test_several_negatives_of_a_question_differ(
    reading: ModuleType, folder: Path, shares: Callable[..., None]
) -> None:
    shares(NEGATIVES=((2, 1.0),))
    groups = every_group(reading, folder, ASKED[0][0])
    assert {len(group.windows) for group in groups} == {2, 3}
    for group in groups:
        texts = [window.text for window in group.windows]
        assert len(set(texts)) == len(texts)


def test_without_other_articles_negatives_come_from_the_article_itself(
    reading: ModuleType, tmp_path: Path, shares: Callable[..., None]
) -> None:
    shares(NEGATIVES=ONE, ELSEWHERE=1.0)
    save(tmp_path, "000", mined("Ferry", FERRY, ASKED))
    for group in every_group(reading, tmp_path, ASKED[1][0]):
        assert [window.title for window in group.windows] == ["Ferry", "Ferry"]


def test_where_every_window_has_the_answer_there_is_no_negative(
    reading: ModuleType, tmp_path: Path, shares: Callable[..., None]
) -> None:
    shares(NEGATIVES=ONE)
    paragraph = ["Ida Holm sailed.", "Then Ida Holm slept.", "Ida Holm woke."]
    save(tmp_path, "000", mined("Ferry", [paragraph], [("Who slept?", "Ida Holm", 1)]))
    for group in every_group(reading, tmp_path, "Who slept?"):
        assert len(group.windows) == 1


def every_group(reading: ModuleType, folder: Path, question: str) -> list[Any]:
    groups = [g for seed in SEEDS for g in reading.squad_groups(folder, seed)]
    found = of_question(groups, question)
    assert len(found) == len(SEEDS)
    return found


def test_exchanged_questions_have_the_window_and_no_answer(
    reading: ModuleType, tmp_path: Path, shares: Callable[..., None]
) -> None:
    shares(EXCHANGED=1.0, NEGATIVES=ONE)
    asked = ("What did Ida Holm steer in 1901?", "the first crossing", 1)
    save(tmp_path, "000", mined("Ferry", FERRY, [asked]))
    changed_to = set()
    for seed in SEEDS:
        original, changed = reading.squad_groups(tmp_path, seed)
        assert original.question == asked[0]
        assert original.windows[0].answers
        assert changed.question != asked[0]
        [window] = changed.windows
        assert window.text == original.windows[0].text
        assert window.answers == ()
        if "1901" not in changed.question:
            assert "Ida Holm" in changed.question
        else:
            name = changed.question.removeprefix("What did ").removesuffix(" steer in 1901?")
            assert name[0].isupper()
            assert name in (tmp_path / "000.json").read_text()
            assert name not in window.text
        changed_to.add(changed.question)
    assert len(changed_to) > 3


def test_titles_are_left_out_at_times(
    reading: ModuleType, folder: Path, shares: Callable[..., None]
) -> None:
    shares(WITHOUT_TITLE=0.5, NEGATIVES=ONE)
    titles = {
        tuple(sorted({window.title for window in group.windows}))
        for group in every_group(reading, folder, ASKED[1][0])
    }
    assert titles == {("",), ("Ferry",)}


def test_the_same_seed_gives_the_same_groups(reading: ModuleType, folder: Path) -> None:
    first = list(reading.squad_groups(folder, 3))
    assert first == list(reading.squad_groups(folder, 3))
    assert any(first != list(reading.squad_groups(folder, seed)) for seed in (4, 5, 6))


def test_an_article_more_does_not_change_what_is_drawn_for_the_others(
    reading: ModuleType, folder: Path, shares: Callable[..., None]
) -> None:
    shares(NEGATIVES=((0, 0.5), (1, 0.5)), BESIDE=0.5, EXCHANGED=0.5, WITHOUT_TITLE=0.5)
    before = list(reading.squad_groups(folder, 1))
    save(folder, "002", mined("Rain", [["It rained.", "Nobody came."]], [("Who?", "Nobody", 1)]))
    assert list(reading.squad_groups(folder, 1))[: len(before)] == before


TOKENS = [
    "`` The ferry , '' said Ida Holm -LRB- 41 -RRB- , `` does n't sail ; it 's late . ''".split(),
    "Tickets cost $ 4.50 -LSB- or less -RSB- on Monday .".split(),
]


@pytest.fixture
def qamr(tmp_path: Path) -> Path:
    """The three files of the data set: two sentences, and questions about both of them."""
    rows = [
        ("a", "Who said it?", "6 7"),
        ("a", "How old is she?", "9"),
        ("a", "What is far apart?", "1 6"),  # words that do not stand together
        ("b", "What do they cost?", "2 3"),
        ("b", "When?", "9"),
    ]
    lines = [f"{key}\t0\tworker\t0\t0\t{question}\t{words}\n" for key, question, words in rows]
    sentences = [f"{key}\t{' '.join(t)}\n" for key, t in zip("ab", TOKENS, strict=True)]
    for name, content in (
        ("wiki-sentences.tsv.gz", sentences),
        ("dev.tsv.gz", lines[:3]),
        ("test.tsv.gz", lines[3:]),
    ):
        with gzip.open(tmp_path / name, "wt", encoding="utf-8") as file:
            file.writelines(content)
    return tmp_path


def test_tokens_are_joined_as_people_write_them(reading: ModuleType) -> None:
    text, spans = reading._joined(TOKENS[0])
    assert text == '"The ferry," said Ida Holm (41), "doesn\'t sail; it\'s late."'
    assert [text[start:end] for start, end in spans] == [
        *('"', "The", "ferry", ",", '"', "said", "Ida", "Holm", "(", "41", ")", ",", '"'),
        *("does", "n't", "sail", ";", "it", "'s", "late", ".", '"'),
    ]
    text, spans = reading._joined(TOKENS[1])
    assert text == "Tickets cost $4.50 [or less] on Monday."
    assert [end for _, end in spans] == sorted(end for _, end in spans)


def test_groups_of_qamr_mark_the_answer_at_its_exact_place(
    reading: ModuleType, qamr: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "QAMR_SHARE", 1.0)
    monkeypatch.setattr(reading, "as_typed", lambda question, _: question)
    right = {
        "Who said it?": "Ida Holm",
        "How old is she?": "41",
        "What do they cost?": "$4.50",
        "When?": "Monday",
    }
    in_vain = 0
    for seed in SEEDS:
        groups = list(reading.qamr_groups(qamr, seed))
        assert {group.question for group in groups} == set(right)
        for group in groups:
            [window] = group.windows
            if window.answers:
                [(start, end)] = window.answers
                assert window.text[start:end] == right[group.question]
            else:
                in_vain += 1
                assert right[group.question] not in window.text
    assert 0 < in_vain < len(SEEDS) * len(right) / 4


def test_a_share_of_qamr_is_drawn_the_same_for_the_same_seed(
    reading: ModuleType, qamr: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "QAMR_SHARE", 0.5)
    drawn = {seed: list(reading.qamr_groups(qamr, seed)) for seed in SEEDS}
    assert all(list(reading.qamr_groups(qamr, seed)) == drawn[seed] for seed in SEEDS)
    assert 0.3 < sum(map(len, drawn.values())) / (4 * len(SEEDS)) < 0.7
    monkeypatch.setattr(reading, "QAMR_SHARE", 0.0)
    assert list(reading.qamr_groups(qamr, 0)) == []


def test_whole_paragraphs_instead_of_windows(
    reading: ModuleType, folder: Path, shares: Callable[..., None]
) -> None:
    shares(NEGATIVES=ONE, BESIDE=0.0, ELSEWHERE=0.0)
    whole = {" ".join(paragraph) for paragraph in [*FERRY, *BRIDGE]}
    for seed in SEEDS:
        for group in reading.squad_groups(folder, seed, reading.Recipe(windows=False)):
            assert group.windows[0].text in whole


def test_negatives_that_are_not_chosen_for_looking_right(
    reading: ModuleType, tmp_path: Path, shares: Callable[..., None]
) -> None:
    shares(NEGATIVES=ONE, BESIDE=0.0, ELSEWHERE=0.0, WINDOW_SIZES=((1, 1.0),), NEGATIVES_FROM=2)
    save(tmp_path, "000", mined("Ferry", FERRY, ASKED[:1]))

    def negatives(recipe: Any) -> set[str]:
        groups = [g for seed in SEEDS for g in reading.squad_groups(tmp_path, seed, recipe)]
        return {w.text for g in of_question(groups, ASKED[0][0]) for w in g.windows[1:]}

    assert negatives(reading.Recipe()) == {FERRY[0][0], FERRY[1][0]}
    assert len(negatives(reading.Recipe(hard_negatives=False))) > 4


def test_no_exchanged_questions(
    reading: ModuleType, folder: Path, shares: Callable[..., None]
) -> None:
    shares(EXCHANGED=1.0)
    for seed in SEEDS:
        groups = reading.squad_groups(folder, seed, reading.Recipe(exchanged=False))
        assert all(group.windows[0].answers for group in groups)


def test_news_are_read_several_times_and_what_nobody_answers_in_vain(
    reading: ModuleType, folder: Path, shares: Callable[..., None]
) -> None:
    shares()
    article = mined("Storm", BRIDGE, [("What did engineers find?", "cracks", 1)])
    vain = {"id": "x", "text": "Who paid the engineers?", "answers": [], "ranked": [1, 0]}
    article["questions"].append(vain)
    save(folder, "002", article)
    groups = list(reading.news_groups(folder, 0, copies=4))
    assert len(of_question(groups, "What did engineers find?")) == 8  # two articles ask it
    unanswered = of_question(groups, "Who paid the engineers?")
    assert len(unanswered) == 4
    for group in unanswered:
        assert len({window.text for window in group.windows}) == len(group.windows)
        for window in group.windows:
            assert window.text in article["text"]
            assert window.answers == ()
    # The sentence that is ranked first is always among what is read.
    assert all(any("cracks" in w.text for w in group.windows) for group in unanswered)


def test_questions_are_read_once_more_without_the_sentence_that_answers(
    reading: ModuleType, folder: Path, shares: Callable[..., None]
) -> None:
    shares()
    recipe = reading.Recipe(taken_out=1.0)
    sentences = [sentence for paragraph in FERRY for sentence in paragraph]
    windows_read = set()
    for seed in SEEDS:
        groups = list(reading.squad_groups(folder, seed, recipe))
        for question, answer, right in ASKED:
            answered, without = of_question(groups, question)
            assert answered.windows[0].answers
            windows_read.add(len(without.windows))
            for window in without.windows:
                assert window.answers == ()
                assert sentences[right] not in window.text
                assert answer.lower() not in window.text.lower()
    assert windows_read == {1, 2, 3}


def test_no_other_sentence_that_answers_is_read_as_if_it_did_not(
    reading: ModuleType, tmp_path: Path, shares: Callable[..., None]
) -> None:
    shares(WINDOW_SIZES=((1, 1.0),))
    paragraphs = [["Ida Holm steered."], ["The captain had the wheel."], ["It rained."]]
    article = mined("Ferry", paragraphs, [("Who steered?", "Ida Holm", 0)])
    other = article["text"].index("The captain")
    article["questions"][0]["answers"].append([other, other + len("The captain")])
    save(tmp_path, "000", article)
    for seed in SEEDS:
        _, without = reading.news_groups(tmp_path, seed, reading.Recipe(taken_out=1.0), copies=1)
        assert [window.text for window in without.windows] == ["It rained."]


def test_a_question_is_not_read_without_its_sentence_where_nothing_else_is_left(
    reading: ModuleType, tmp_path: Path, shares: Callable[..., None]
) -> None:
    shares()
    article = mined("Ferry", [["Ida Holm steered."]], [("Who steered?", "Ida Holm", 0)])
    save(tmp_path, "000", article)
    for seed in SEEDS:
        [group] = reading.squad_groups(tmp_path, seed, reading.Recipe(taken_out=1.0))
        assert group.windows[0].answers
