"""From a sentence of an English article to questions that it answers; by rules, not by a model.

The rules know few shapes of sentences and leave all others alone. A phrase is moved as it stands;
a verb changes only where its other form is known for certain.
"""

from collections.abc import Iterator

from qa.article_names import ArticleNames
from qa.definition_questions import counted, definition, has, present, superlative_beside, what_is
from qa.english import BASE_OF_PAST, BE, HAVE, PRESENT, SAID, is_participle
from qa.event_questions import had_done, passive, past
from qa.made_question import MadeQuestion, is_sound
from qa.people_questions import about_people, quoted, said
from qa.phrases import Clause, plain, read_clause


def questions_of(sentence: str, names: ArticleNames) -> list[MadeQuestion]:
    """Every question that the rules make of a sentence, the most asked kinds first.

    Args:
        sentence: any text at all; most make no question.
        names: of its article.
    """
    text = plain(sentence)
    if text is None:
        return []
    made = [*about_people(text, names)]
    clause = read_clause(text, names)
    if clause:
        made += _of_clause(clause, names)
    made += counted(text)
    made += quoted(text, names)
    made += superlative_beside(text, names)
    unique = {question.text: question for question in reversed(made) if is_sound(question.text)}
    return sorted(unique.values(), key=lambda question: (question.rank, question.text))


def _of_clause(clause: Clause, names: ArticleNames) -> Iterator[MadeQuestion]:
    if clause.subject.split()[0] in ("a", "an"):
        if clause.verb == "is" and clause.subject.islower():
            yield from what_is(clause, names)
        return
    if clause.verb in BE:
        if clause.rest and is_participle(clause.rest[0]):
            yield from passive(clause)
        else:
            yield from definition(clause, names)
    elif clause.verb in SAID or clause.verb == "told":
        yield from said(clause, names)
        if clause.verb in BASE_OF_PAST:
            yield from past(clause, names)
    elif clause.verb in HAVE:
        yield from has(clause)
        if clause.verb == "had":
            yield from had_done(clause)
    elif clause.verb in PRESENT:
        yield from present(clause)
    elif clause.verb in BASE_OF_PAST:
        yield from past(clause, names)
