"""A conversation as one file to keep: its quotes can be checked later (`qa.quotes`)."""

import json
import re
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from qa.answer import Answer, AnswerForm, Citation, Passage, Turn
from qa.escaping import as_shown, escaped
from qa.quotes import QUOTE_CLASS
from qa.serialization import answer_as_dict

FORMAT = "article-qa conversation"
VERSION = 1
NEAREST = 3
"""Sentences that are kept of a refusal."""

_MARKUP = re.compile(r"([\\`*_{}\[\]<>#|~$&]|^[-+=]|(?<=^\d)[.)]|(?<=^\d\d)[.)])")

_STYLE = """
:root { color-scheme: light dark }
body { font: 1.05rem/1.6 Georgia, serif; max-width: 42rem; margin: 2rem auto; padding: 0 1rem }
h1 { font-size: 1.3rem } h2 { font-size: 1.1rem; margin-top: 2.5rem }
blockquote { margin: 1rem 0; padding-left: 1rem; border-left: 3px solid #8888 }
p, .article-qa-quote { white-space: pre-wrap; overflow-wrap: anywhere }
footer, small { opacity: .75 }
"""


def conversation_as_json(turns: Sequence[Turn], title: str, saved: datetime) -> str:
    """The conversation with the sentences of each turn, and where each stands.

    Args:
        saved: now, with a time zone.
    """
    content = {
        "format": FORMAT,
        "version": VERSION,
        "title": title,
        "saved": saved.isoformat(),
        "turns": [_turn_as_dict(turn.answer) for turn in turns],
    }
    return json.dumps(content, indent=2) + "\n"


def conversation_as_html(turns: Sequence[Turn], title: str, saved: datetime) -> str:
    """The same as a page by itself: no script, nothing from another place.

    Args:
        saved: now, with a time zone.
    """
    sections = "\n".join(_turn_as_html(turn.answer) for turn in turns)
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width">\n'
        '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; '
        "style-src 'unsafe-inline'\">\n"
        f"<title>{escaped(title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n"
        f'<h1 dir="auto">{escaped(title)}</h1>\n{sections}\n'
        f"<footer><p>Saved {saved.isoformat(timespec='minutes')}. To check every quote: "
        "<code>article-qa verify FILE</code></p></footer>\n</body>\n</html>\n"
    )


def answer_as_markdown(answer: Answer, *, longest: int | None = None) -> str:
    """An answer with its sources, to be pasted somewhere else.

    Args:
        longest: characters of the answer, and of each quote, from which on "[…]" stands instead.
    """
    marks = "".join(f" [{citation.number}]" for citation in answer.support)
    said = _plain(answer.text, longest)
    parts = [said if answer.abstained else f"**{said}**{marks}"]
    if answer.alternatives:
        others = ", ".join(
            _alternative(citation, lambda text: _plain(text, longest))
            for citation in answer.alternatives
        )
        parts.append(f"Also possible: {others}")
    for citation in answer.citations:
        about = f"[{citation.number}] {_plain(_about(citation.passage))}"
        if answer.form is AnswerForm.SENTENCE and not citation.alternative:
            parts.append(about)  # the answer is the quotes
        else:
            parts.append(f"> {_plain(citation.quote, longest)}\n>\n> {about}")
    return "\n\n".join(parts) + "\n"


def _turn_as_dict(answer: Answer) -> dict[str, Any]:
    kept = answer_as_dict(answer)
    for citation in kept["citations"]:
        del citation["passage"]
    kept["nearest"] = kept.pop("passages")[: len(_nearest(answer))]
    return kept


def _turn_as_html(answer: Answer) -> str:
    asked = ""
    if answer.standalone_question != answer.question:
        asked = f'<p><small dir="auto">{escaped(answer.standalone_question)}</small></p>'
    marks = "".join(f" [{citation.number}]" for citation in answer.support)
    said = escaped(answer.text)
    if not answer.abstained and answer.form is not AnswerForm.SENTENCE:
        said = f"<strong>{said}</strong>"
    also = ""
    if answer.alternatives:
        others = ", ".join(_alternative(citation, escaped) for citation in answer.alternatives)
        also = f'<p dir="auto">Also possible: {others}</p>'
    quotes = [_citation_as_html(citation) for citation in answer.citations]
    quotes += [_quote(passage, escaped(passage.quote), "Nearest: ") for passage in _nearest(answer)]
    return (
        f'<section>\n<h2 dir="auto">{escaped(answer.question)}</h2>\n{asked}'
        f'<p dir="auto">{said}{marks}</p>\n{also}{"".join(quotes)}</section>'
    )


def _alternative(citation: Citation, show: Callable[[str], str]) -> str:
    """The words of an alternative that answer, if not all of it does, and its number."""
    if citation.answer_start is None or citation.answer_end is None:
        return f"[{citation.number}]"
    words = citation.passage.article.text[citation.answer_start : citation.answer_end]
    return f"{show(words)} [{citation.number}]"


def _citation_as_html(citation: Citation) -> str:
    text = citation.passage.article.text
    start, end = citation.start, citation.end
    shown = escaped(citation.quote)
    if citation.answer_start is not None and citation.answer_end is not None:
        first, last = citation.answer_start, citation.answer_end
        shown = (
            f"{escaped(text[start:first])}<strong>{escaped(text[first:last])}</strong>"
            f"{escaped(text[last:end])}"
        )
    return _quote(citation.passage, shown, f"[{citation.number}] ")


def _quote(passage: Passage, shown: str, label: str) -> str:
    return (
        f'<blockquote>\n<div class="{QUOTE_CLASS}" dir="auto" '
        f'data-uri="{escaped(passage.article.uri)}" '
        f'data-content-hash="{escaped(passage.article.content_hash)}" '
        f'data-start="{passage.sentence.start}" data-end="{passage.sentence.end}">{shown}</div>\n'
        f'<small dir="auto">{label}{escaped(_about(passage))}</small>\n</blockquote>\n'
    )


def _nearest(answer: Answer) -> tuple[Passage, ...]:
    return answer.passages[:NEAREST] if answer.abstained else ()


def _about(passage: Passage) -> str:
    article = passage.article
    date = article.published.date().isoformat() if article.published else None
    named = " · ".join(part for part in (article.title, article.source, date) if part)
    return f"{named} · {article.uri}, characters {passage.sentence.start} to {passage.sentence.end}"


def _plain(text: str, longest: int | None = None) -> str:
    """Markdown that shows just this text, in one line."""
    shown = _MARKUP.sub(r"\\\1", " ".join(as_shown(text[:longest]).split()))
    return shown if longest is None or len(text) <= longest else f"{shown} […]"
