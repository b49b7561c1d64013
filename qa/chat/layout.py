"""The page: conversation on one side, its sources on the other, one below the other if narrow."""

import gradio as gr

from index import ArticleIndex
from qa.bot import MAXIMUM_QUESTION_CHARACTERS, Bot
from qa.chat import rendering
from qa.chat.endpoints import add_endpoints
from qa.chat.events import Parts, connect, ready
from qa.chat.examples import MOST
from qa.chat.loading import Loading
from qa.waiting_line import WaitingLine

# Gradio's temporary files: looked through every hour, deleted after a day (in seconds).
_DELETE_CACHE = (3_600, 86_400)
# A conversation nobody goes on with is forgotten after a day (in seconds).
_KEEP_TURNS = 86_400
# Questions at work at once, and waiting; more than that are turned away.
_AT_ONCE = 4
_WAITING = 64


def build_demo(bot: Bot, index: ArticleIndex, *, writes: bool = False) -> gr.Blocks:
    """The chat page, ready to be launched; the language model begins to load at once.

    Args:
        bot: answers the questions.
        index: what the bot answers from; the page tells its size.
        writes: whether programs of those who have signed in may add and remove articles.
    """

    def warm_up() -> None:
        bot.retriever.reader.warm_up()  # quick; the embedding model takes the time
        index.warm_up()

    loading = Loading(warm_up)
    page = gr.Blocks(title="Ask your articles", analytics_enabled=False, delete_cache=_DELETE_CACHE)
    with page:
        parts = _parts()
        connect(page, parts, bot, index, loading)
        line = WaitingLine(_AT_ONCE, _WAITING)
        add_endpoints(bot, index, lambda: ready(loading), line, writes=writes)
    page.queue(max_size=_WAITING, default_concurrency_limit=_AT_ONCE, api_open=False)
    return page


def _parts() -> Parts:
    """Make and place every component."""
    with gr.Row(elem_id="qa-top"):
        header = gr.HTML(rendering.header(0, 0, None), elem_id="qa-header", apply_default_css=False)
        new = gr.Button("New conversation", elem_id="qa-new", size="sm", scale=0)
    with gr.Row(elem_id="qa-main"):
        with gr.Column(elem_id="qa-left"):
            with gr.Column(elem_id="qa-scroll"):
                conversation = gr.HTML("", elem_id="qa-conversation", apply_default_css=False)
                with gr.Column(elem_id="qa-examples", visible=False) as examples:
                    buttons = tuple(
                        gr.Button("", visible=False, elem_classes="qa-example") for _ in range(MOST)
                    )
                with gr.Row(elem_id="qa-keep", visible=False) as keep:
                    save_page = gr.Button("Save conversation", size="sm", scale=0)
                    save_data = gr.Button("Save as JSON", size="sm", scale=0)
            status = gr.HTML(rendering.status(""), elem_id="qa-status", apply_default_css=False)
            with gr.Row(elem_id="qa-composer"):
                question = gr.Textbox(
                    label="Your question",
                    placeholder="Ask a question",
                    show_label=False,
                    container=False,
                    lines=1,
                    max_lines=5,
                    # More than the bot reads, so that it can say so: a browser cuts in silence.
                    max_length=4 * MAXIMUM_QUESTION_CHARACTERS,
                    autofocus=True,
                    elem_id="qa-question",
                )
                ask = gr.Button("Ask", variant="primary", elem_id="qa-ask", scale=0, min_width=80)
        sources = gr.HTML(rendering.sources([]), elem_id="qa-sources", apply_default_css=False)
    # A file on its way to the browser: its script saves it. Not shown, see page.css.
    file = gr.Textbox(elem_id="qa-file", label="File", interactive=False)
    turns = gr.State([], time_to_live=_KEEP_TURNS)
    return Parts(
        header,
        conversation,
        sources,
        status,
        question,
        ask,
        new,
        examples,
        buttons,
        keep,
        save_page,
        save_data,
        file,
        turns,
    )
