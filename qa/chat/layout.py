"""The page: the collection, the conversation, and the article that an answer rests on.

Wide screens show the three side by side, narrow ones one at a time. Where they stand is in
`page.css`, which of them a narrow screen shows in `page.js`.
"""

import gradio as gr

from index import ArticleIndex, Filters
from qa import words
from qa.bot import MAXIMUM_QUESTION_CHARACTERS, Bot
from qa.chat import article_view, panels, rendering
from qa.chat.endpoints import add_endpoints
from qa.chat.events import connect
from qa.chat.loading import Loading
from qa.chat.parts import Parts, Service
from qa.chat.state import Talk
from qa.conversations import Conversations
from qa.waiting_line import WaitingLine

# Gradio's temporary files: looked through every hour, deleted after a day (in seconds).
_DELETE_CACHE = (3_600, 86_400)
# What a tab shows is forgotten after a day (in seconds); it is in the store.
_KEEP_STATE = 86_400
# Questions at work at once, one for each core of a small computer; and waiting.
_AT_ONCE = 2
_WAITING = 200
# Files that the page offers to add; see `index.loaders`.
_FILE_TYPES = [".txt", ".md", ".markdown", ".jsonl"]
# Gives `page.js` the way to tell the server what was chosen; see `wishes.py`.
_CHANNEL = "(window.qaChannels ??= {}).%s = (wish) => trigger('click', wish);"
# The same where only the newest wish counts: as a value, since Gradio keeps no data of an event
# that has to wait.
_NEWEST = """(window.qaChannels ??= {}).%s = (wish) => {
  props.value = JSON.stringify(wish);
  trigger('click');
};"""


def build_demo(
    bot: Bot,
    index: ArticleIndex,
    conversations: Conversations,
    *,
    can_change: bool = False,
    writes: bool = False,
) -> gr.Blocks:
    """The chat page, ready to be launched; the language model begins to load at once.

    Args:
        bot: answers the questions.
        index: what the bot answers from; the page lists its articles.
        conversations: where they are kept.
        can_change: whether articles may be added and removed in the page.
        writes: whether programs of those who have signed in may add and remove articles.
    """

    def warm_up() -> None:
        bot.retriever.reader.warm_up()  # quick; the embedding model takes the time
        index.warm_up()

    line = WaitingLine(_AT_ONCE, _WAITING)
    service = Service(bot, index, conversations, line, Loading(warm_up), can_change)
    page = gr.Blocks(title=words.TITLE, analytics_enabled=False, delete_cache=_DELETE_CACHE)
    with page:
        parts = _parts(can_change)
        connect(page, parts, service)
        add_endpoints(bot, index, service.ready, line, writes=writes)
    page.queue(max_size=None, default_concurrency_limit=None, api_open=False)
    return page


def _parts(can_change: bool) -> Parts:
    """Make and place every component."""
    made: dict[str, gr.Component] = {}
    with gr.Row(elem_id="qa-top"):
        made["header"] = _html("qa-header", rendering.header(0, 0, None))
        _html("qa-views", panels.views())
        made["account"] = _html("qa-account")
        made["new"] = gr.Button(words.NEW_CONVERSATION, elem_id="qa-new", size="sm", scale=0)
    with gr.Row(elem_id="qa-main"):
        with gr.Column(elem_id="qa-collection"):
            made |= _collection(can_change)
        with gr.Column(elem_id="qa-left"):
            made |= _conversation()
        made["article"] = _html("qa-article", article_view.nothing())
    made |= _channels()
    # A file on its way to the browser: its script saves it. Not shown, see page.css.
    made["file"] = gr.Textbox(elem_id="qa-file", label=words.FILE, interactive=False)
    made["talk"] = gr.State(Talk(), time_to_live=_KEEP_STATE)
    made["editing"] = gr.State(None, time_to_live=_KEEP_STATE)
    made["filters"] = gr.State(Filters(), time_to_live=_KEEP_STATE)
    made["removed"] = gr.State(None, time_to_live=_KEEP_STATE)
    return Parts(**made)  # type: ignore[arg-type]  # each is made above, by its name


def _conversation() -> dict[str, gr.Component]:
    made: dict[str, gr.Component] = {}
    with gr.Column(elem_id="qa-scroll"):
        made["conversation"] = _html("qa-conversation")
        made["suggestions"] = _html("qa-suggestions")
        with gr.Row(elem_id="qa-keep"):
            made["save_page"] = gr.Button(words.SAVE_PAGE, size="sm", scale=0)
            made["save_data"] = gr.Button(words.SAVE_DATA, size="sm", scale=0)
    made["status"] = _html("qa-status", rendering.status(""))
    made["editing_note"] = _html("qa-editing")
    made["active_filter"] = _html("qa-active-filter")
    with gr.Row(elem_id="qa-composer"):
        made["question"] = gr.Textbox(
            label=words.YOUR_QUESTION,
            placeholder=words.ASK_A_QUESTION,
            show_label=False,
            container=False,
            lines=1,
            max_lines=5,
            # More than the bot reads, so that it can say so: a browser cuts in silence.
            max_length=4 * MAXIMUM_QUESTION_CHARACTERS,
            autofocus=True,
            elem_id="qa-question",
        )
        made["ask"] = gr.Button(
            words.ASK, variant="primary", elem_id="qa-ask", scale=0, min_width=80
        )
        made["stop"] = gr.Button(words.STOP, elem_id="qa-stop", scale=0, min_width=80)
    return made


def _collection(can_change: bool) -> dict[str, gr.Component]:
    made: dict[str, gr.Component] = {}
    _html("qa-history-head", panels.history_head())
    made["history"] = _html("qa-history")
    _html("qa-articles-head", panels.articles_head())
    with gr.Row(elem_id="qa-add", visible=can_change):
        made["files"] = gr.UploadButton(
            words.ADD_FILES,
            elem_id="qa-files",
            file_count="multiple",
            file_types=_FILE_TYPES,
            size="sm",
            scale=0,
        )
    with gr.Accordion(words.PASTE_TEXT, elem_id="qa-paste", open=False, visible=can_change):
        made["pasted_title"] = gr.Textbox(label=words.PASTED_TITLE, max_lines=1)
        made["pasted_text"] = gr.Textbox(label=words.PASTED_TEXT, lines=4, max_lines=8)
        made["pasted_source"] = gr.Textbox(label=words.PASTED_SOURCE, max_lines=1)
        made["pasted_author"] = gr.Textbox(label=words.PASTED_AUTHOR, max_lines=1)
        made["pasted_date"] = gr.Textbox(
            label=words.PASTED_DATE, placeholder="2023-02-07", max_lines=1
        )
        made["add_pasted"] = gr.Button(words.ADD, elem_id="qa-add-pasted", size="sm")
    made["report"] = _html("qa-report")
    made["stop_adding"] = gr.Button(words.STOP_ADDING, elem_id="qa-stop-adding", size="sm")
    made["filter_fields"] = _html("qa-filter")
    made["articles"] = _html("qa-articles")
    return made


def _channels() -> dict[str, gr.Component]:
    """What `page.js` sends wishes through; see `wishes.py`."""
    scripts = {name: _CHANNEL % name for name in ("wishes", "asks")}
    scripts |= {name: _NEWEST % name for name in ("filtering", "finding", "reading")}
    return {
        name: gr.HTML(
            "",
            elem_id=f"qa-{name}",
            elem_classes="qa-channel",
            html_template="",  # a value is for the server, never for the page
            js_on_load=script,
        )
        for name, script in scripts.items()
    }


def _html(id: str, shown: str = "") -> gr.HTML:
    return gr.HTML(shown, elem_id=id, apply_default_css=False)
