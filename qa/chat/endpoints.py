"""The endpoints that programs call: `/ask`, `/search`, `/articles`; `/add` and `/remove`.

Their docstrings are shown to programs, too: as descriptions of tools (MCP) and on the page
`/api`. Gradio reads one line for each argument.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import cast

import gradio as gr

from index import Article, ArticleIndex, ArticleQAError
from qa.answer import Answer, Turn
from qa.bot import MAXIMUM_QUESTION_CHARACTERS, Bot
from qa.chat import arguments
from qa.chat.arguments import Refused
from qa.chat.requests import address_of, user_of
from qa.chat.schemas import AddedJSON, AnswerJSON, ArticleJSON, PassageJSON, RemovedJSON
from qa.followup import standalone_question
from qa.serialization import answer_as_dict, article_as_dict, passage_as_dict
from qa.waiting_line import WaitingLine

MOST_PASSAGES = 100
"""That `/search` gives."""
LONGEST_ARTICLE = 5_000_000
"""Characters of a text that `/add` takes."""

# More than the bot reads, so that it can say so.
_LONGEST_QUESTION = 1_000_000

_log = logging.getLogger("qa.chat")


def add_endpoints(
    bot: Bot,
    index: ArticleIndex,
    check: Callable[[], None],
    line: WaitingLine,
    *,
    writes: bool = False,
) -> None:
    """Add them to the Gradio page being built; call it within `gr.Blocks`.

    Args:
        bot: answers, and finds passages through its retriever.
        index: whose articles are listed and changed.
        check: waits until the bot can answer; raises where it never will.
        line: where `/ask` and `/search` wait for their turn, with the page's own questions.
        writes: whether there are `/add` and `/remove`, for those who have signed in.
    """

    def ask(
        request: gr.Request,
        question: str,
        history: list[str] | None = None,
        sources: list[str] | None = None,
        uris: list[str] | None = None,
        published_from: str | None = None,
        published_until: str | None = None,
    ) -> AnswerJSON:
        """Answer a question from the articles, word for word, with citations; or refuse.

        The answer is words or sentences of the articles. Where they do not answer the question,
        `abstained` is true, `reason` says why, and `passages` holds what came nearest.

        Args:
            question: The question, up to 1,000 characters.
            history: Earlier questions of the conversation, oldest first, for "And when?"
            sources: Only articles of these publishers, in any case ("cnn").
            uris: Only the articles with these uris, as in citations and in the list of articles.
            published_from: Only articles of this day or later: 2023-02-07, or with a time.
            published_until: Only articles of this day or earlier: 2023-02-07, or with a time.
        """
        with _told():
            asked = arguments.text("question", question, _LONGEST_QUESTION)
            turns = _turns(arguments.texts("history", history, MAXIMUM_QUESTION_CHARACTERS))
            only = arguments.filters(sources, uris, published_from, published_until)
            with _turn(request):
                answer = bot.ask(asked, turns, filters=only or None)
            return cast(AnswerJSON, answer_as_dict(answer))

    def search(
        request: gr.Request,
        question: str,
        k: int = 5,
        sources: list[str] | None = None,
        uris: list[str] | None = None,
        published_from: str | None = None,
        published_until: str | None = None,
    ) -> list[PassageJSON]:
        """Find the passages most likely to answer a question, best first, without answering it.

        Args:
            question: The question, or words to search for, up to 1,000 characters.
            k: How many passages at most, 1 to 100.
            sources: Only articles of these publishers, in any case ("cnn").
            uris: Only the articles with these uris, as in citations and in the list of articles.
            published_from: Only articles of this day or later: 2023-02-07, or with a time.
            published_until: Only articles of this day or earlier: 2023-02-07, or with a time.
        """
        with _told():
            asked = arguments.text("question", question, MAXIMUM_QUESTION_CHARACTERS)
            most = arguments.number("k", k, MOST_PASSAGES)
            only = arguments.filters(sources, uris, published_from, published_until)
            with _turn(request):
                found = bot.retriever.search(asked, most, filters=only or None)
            return [cast(PassageJSON, passage_as_dict(passage)) for passage in found]

    def articles() -> list[ArticleJSON]:
        """List the articles, in the order in which they were added, without their text."""
        with _told():
            return [cast(ArticleJSON, article_as_dict(a)) for a in index.articles()]

    def add(
        request: gr.Request,
        title: str,
        text: str,
        source: str | None = None,
        published: str | None = None,
        uri: str | None = None,
        author: str | None = None,
    ) -> AddedJSON:
        """Add an article, or replace the one of the same uri. For those who have signed in.

        Args:
            title: The headline.
            text: The whole text; an empty line ends a paragraph.
            source: Who published it, such as "CNN".
            published: When it was published: 2023-02-07, or with a time (ISO 8601).
            uri: Its address, which is its identity; without one, its content is its identity.
            author: Who wrote it.
        """
        with _told():
            _require_user(request)
            article = Article(
                arguments.optional_text("uri", uri) or "pasted:",
                arguments.text("title", title).strip(),
                arguments.text("text", text, LONGEST_ARTICLE),
                arguments.moment("published", published),
                arguments.optional_text("source", source),
                author=arguments.optional_text("author", author),
            )
            if article.uri == "pasted:":
                article = replace(article, uri=f"pasted:{article.content_hash[:16]}")
            check()
            report = index.add([article])
            if report.failed:
                raise Refused(report.failed[0].reason)
            _log.info("%s added %s", user_of(request), article.uri)
            if report.unchanged:
                return {"uri": article.uri, "outcome": "unchanged"}
            return {"uri": article.uri, "outcome": "replaced" if report.replaced else "added"}

    def remove(request: gr.Request, uri: str) -> RemovedJSON:
        """Remove an article. For those who have signed in.

        Args:
            uri: Of the article, as in the list of articles.
        """
        with _told():
            _require_user(request)
            gone = arguments.text("uri", uri)
            index.remove(gone)
            _log.info("%s removed %s", user_of(request), gone)
            return {"uri": gone}

    @contextmanager
    def _turn(request: gr.Request) -> Iterator[None]:
        """When it is the turn of whoever asks."""
        with line.join(user_of(request) or address_of(request)) as place:
            place.wait()
            check()
            yield

    for endpoint in (ask, search, articles, *((add, remove) if writes else ())):
        # Not in Gradio's queue: our own line is fair, and tools (MCP) get their answer directly.
        gr.api(endpoint, api_name=endpoint.__name__, queue=False, concurrency_limit=None)


def changes_articles(demo: gr.Blocks) -> bool:
    """Whether the page has endpoints with which programs change the articles."""
    return any(fn.api_name == "add" and fn.api_visibility == "public" for fn in demo.fns.values())


def whole(question: object) -> str:
    """The question without half characters (lone surrogates), which nothing can store or send.

    Raises:
        gradio.Error: it is no text; a program can send anything.
    """
    return arguments.text("the question", question, _LONGEST_QUESTION)


def _turns(questions: tuple[str, ...]) -> list[Turn]:
    """A conversation of which only the questions are known."""
    turns: list[Turn] = []
    for question in questions:
        standalone = standalone_question(question, turns)
        turns.append(Turn(question, standalone, Answer(question, standalone, "")))
    return turns


def _require_user(request: gr.Request) -> None:
    if user_of(request) is None:
        raise Refused("Only those who have signed in may change the articles.")


@contextmanager
def _told() -> Iterator[None]:
    """A known problem is told to whoever asked; of any other, only that there is one."""
    try:
        yield
    except Refused:
        raise
    except ArticleQAError as error:
        raise Refused(str(error)) from error
    except Exception as error:
        _log.exception("A request of a program failed.")
        message = "Something went wrong; the terminal that article-qa runs in says what."
        raise Refused(message) from error
