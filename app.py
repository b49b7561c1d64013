"""Starts the chat: `python app.py`, or `gradio app.py` to reload it while working on it.

ARTICLE_QA_INDEX names the index; GRADIO_SERVER_NAME and GRADIO_SERVER_PORT, as in any Gradio
app, where it listens.
"""

import os
from pathlib import Path

from index import ArticleIndex
from qa import Bot, Retriever
from qa.chat import build_demo, launch
from qa.cli import index_path
from qa.conversations import Conversations

named = os.environ.get("ARTICLE_QA_INDEX")
path = index_path(Path(named) if named else None)
index = ArticleIndex.open(path)
conversations = Conversations.open(path)
demo = build_demo(Bot(Retriever(index)), index, conversations, can_change=True)

if __name__ == "__main__":
    launch(demo, path, host=os.environ.get("GRADIO_SERVER_NAME", "127.0.0.1"), can_change=True)
