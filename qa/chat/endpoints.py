"""The endpoints that programs call: `/ask` and `/search`, with the question and nothing else."""

from collections.abc import Callable
from typing import Any

import gradio as gr

from qa.bot import MAXIMUM_QUESTION_CHARACTERS, Bot
from qa.serialization import answer_as_dict, passage_as_dict


def add_endpoints(bot: Bot, check: Callable[[], None]) -> None:
    """Add both to the Gradio page being built.

    Args:
        bot: answers, and finds passages through its retriever.
        check: waits until the bot can answer; raises where it never will.
    """

    def ask(question: str) -> dict[str, Any]:
        """Answer a question from the articles: text, citations, confidence or a refusal."""
        question = whole(question)
        check()
        return answer_as_dict(bot.ask(question))

    def search(question: str) -> list[dict[str, Any]]:
        """Find the passages most likely to answer a question, best first."""
        question = whole(question)
        if len(question) > MAXIMUM_QUESTION_CHARACTERS:
            raise gr.Error(
                f"The question has {len(question):,} characters; send at most "
                f"{MAXIMUM_QUESTION_CHARACTERS:,}.",
                print_exception=False,
            )
        check()
        return [passage_as_dict(passage) for passage in bot.retriever.search(question)]

    gr.api(ask, api_name="ask")
    gr.api(search, api_name="search")


def whole(question: object) -> str:
    """The question without half characters (lone surrogates), which nothing can store or send.

    Raises:
        gradio.Error: it is no text; a program can send anything.
    """
    if not isinstance(question, str):
        raise gr.Error("Send the question as text.", print_exception=False)
    return question.encode("utf-8", "replace").decode("utf-8")
