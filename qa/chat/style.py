"""How the page looks: the theme that Gradio's own parts take, and our style sheet and script.

Fonts are those of the reader's computer: nothing is loaded from another host.
"""

from pathlib import Path

import gradio as gr

_HERE = Path(__file__).parent
STYLE_SHEET = _HERE / "page.css"
SCRIPT = _HERE / "page.js"
_SANS = ("system-ui", "-apple-system", "Segoe UI", "Roboto", "Helvetica Neue", "sans-serif")
_MONOSPACE = ("ui-monospace", "Menlo", "Consolas", "monospace")


def theme() -> gr.Theme:
    """Gradio's plainest theme, with local fonts and the colours of the style sheet."""
    return gr.themes.Base(font=_SANS, font_mono=_MONOSPACE).set(
        body_background_fill="var(--qa-page)",
        body_background_fill_dark="var(--qa-page)",
        body_text_color="var(--qa-ink)",
        body_text_color_dark="var(--qa-ink)",
    )
