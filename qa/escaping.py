"""Any text as HTML that shows exactly it. Pure functions."""

import html
import re

_UNSHOWABLE = re.compile("[\0\ud800-\udfff]")


def as_shown(text: str) -> str:
    """The text with "�" for what no page can hold: NUL, and half characters (lone surrogates)."""
    return _UNSHOWABLE.sub("�", text)


def escaped(text: str) -> str:
    """Any text as HTML that shows exactly it, in an element or in an attribute.

    What no page can hold becomes "�", as `as_shown` says.
    """
    return html.escape(as_shown(text), quote=True)
