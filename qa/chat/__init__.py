"""The chat in the browser."""

import os

# Gradio reads this when it is imported: without it, it reports its use to its makers.
os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"

from qa.chat.layout import build_demo
from qa.chat.serving import launch, serve

__all__ = ["build_demo", "launch", "serve"]
