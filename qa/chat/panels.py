"""The collection, the list of conversations and the active filter as HTML. Pure functions."""

from collections.abc import Mapping, Sequence

from index import AddReport, ArticleSummary, Filters
from qa import words
from qa.chat.escaping import date, facts, shortened
from qa.conversations import ConversationSummary
from qa.escaping import escaped

LONGEST_LIST = 200
"""Articles and conversations that are listed at most."""


def views() -> str:
    """What a narrow screen chooses its one area with."""
    buttons = "".join(
        f'<button type="button" data-qa-view="{name}" aria-pressed="false">{text}</button>'
        for name, text in (
            ("collection", words.COLLECTION),
            ("conversation", words.CONVERSATION),
            ("article", words.ARTICLE),
        )
    )
    return f'<nav class="qa-views" aria-label="{words.SHOW}">{buttons}</nav>'


def account(user: str | None) -> str:
    """Who is signed in, with the way out; nothing where nobody has to."""
    if user is None:
        return ""
    return (
        f'<p class="qa-account"><bdi>{shortened(user)}</bdi> '
        f'<a href="/logout">{words.SIGN_OUT}</a></p>'
    )


def history_head() -> str:
    """Above the list of conversations: its name, and a field to search it."""
    return (
        f'<h2>{words.CONVERSATIONS}</h2><input type="search" class="qa-find" data-qa-find '
        f'maxlength="200" placeholder="{words.FIND_CONVERSATION}" '
        f'aria-label="{words.FIND_CONVERSATION}">'
    )


def articles_head() -> str:
    """Above the list of articles."""
    return f"<h2>{words.ARTICLES}</h2>"


def conversation_list(
    conversations: Sequence[ConversationSummary], current: str | None, searched: str = ""
) -> str:
    """Conversations to open again, newest first; `current` is the id of the one that is shown."""
    if not conversations:
        text = words.NONE_FOUND if searched.strip() else words.NO_CONVERSATIONS
        return f'<p class="qa-note">{text}</p>'
    rows = "".join(_conversation(c, c.id == current) for c in conversations[:LONGEST_LIST])
    return f'<ul class="qa-list">{rows}</ul>'


def _conversation(summary: ConversationSummary, current: bool) -> str:
    title, id = shortened(summary.title), escaped(summary.id)
    here = ' aria-current="true"' if current else ""
    about = f"{date(summary.changed)} · {words.count(summary.turns, 'question')}"
    return (
        f'<li{here}><button type="button" class="qa-open" data-qa-do="reopen" data-id="{id}" '
        f'dir="auto">{title}</button><p class="qa-facts">{about}</p><p class="qa-row-actions">'
        f'<button type="button" data-qa-rename data-id="{id}" aria-label="{words.RENAME}: {title}">'
        f'{words.RENAME}</button><button type="button" data-qa-do="delete" data-id="{id}" '
        f'data-qa-sure="{words.REALLY_DELETE}" aria-label="{words.DELETE}: {title}">'
        f"{words.DELETE}</button></p></li>"
    )


def article_list(articles: Sequence[ArticleSummary], *, can_remove: bool) -> str:
    """The articles, newest first, each to be read, to be chosen or to be removed."""
    newest = sorted(articles, key=lambda a: (a.published or a.added, a.added), reverse=True)
    rows = "".join(_article(a, can_remove) for a in newest[:LONGEST_LIST])
    left = len(articles) - LONGEST_LIST
    more = ""
    if left > 0:
        told = words.MORE_ARTICLES.format(count=f"{left:,}")
        more = f'<p class="qa-note">{told}</p>'
    return f'<ul class="qa-list qa-articles">{rows}</ul>{more}'


def _article(article: ArticleSummary, can_remove: bool) -> str:
    title, uri = shortened(article.title), escaped(article.uri)
    known = facts(article.source, article.published, words.count(article.sentences, "sentence"))
    remove = ""
    if can_remove:
        remove = (
            f'<button type="button" data-qa-do="remove" data-uri="{uri}" '
            f'aria-label="{words.REMOVE_ARTICLE.format(title=title)}">{words.REMOVE}</button>'
        )
    return (
        f'<li><input type="checkbox" class="qa-choose" data-qa-filter="uris" value="{uri}" '
        f'aria-label="{words.CHOOSE_ARTICLE.format(title=title)}">'
        f'<div><button type="button" class="qa-open" data-qa-do="read" data-uri="{uri}" dir="auto">'
        f'{title}</button><p class="qa-facts">{known}</p>'
        f'<p class="qa-row-actions">{remove}</p></div></li>'
    )


def filter_fields(articles: Sequence[ArticleSummary]) -> str:
    """Where outlets and dates are chosen; nothing where there is nothing to choose."""
    outlets = sorted({a.source for a in articles if a.source}, key=str.casefold)[:LONGEST_LIST]
    boxes = "".join(
        f'<label><input type="checkbox" data-qa-filter="sources" value="{escaped(outlet)}"> '
        f"<bdi>{shortened(outlet)}</bdi></label>"
        for outlet in outlets
    )
    group = (
        f"<fieldset><legend>{words.OUTLETS}</legend>{boxes}</fieldset>" if len(outlets) > 1 else ""
    )
    days = ""
    if any(article.published for article in articles):
        days = "".join(
            f'<label>{label} <input type="date" data-qa-filter="{name}"></label>'
            for label, name in ((words.FROM, "from"), (words.UNTIL, "until"))
        )
    if not (group or days):
        return ""
    return (
        f'<details class="qa-filter" id="qa-filter-fields"><summary>{words.FILTER}</summary>'
        f"{group}<div>{days}</div></details>"
    )


def active_filter(filters: Filters, titles: Mapping[str, str]) -> str:
    """What questions are asked of, above the field for them; nothing where it is everything.

    Args:
        titles: of the articles, by uri.
    """
    if not filters:
        return ""
    parts = [shortened(source) for source in filters.sources]
    if len(filters.uris) == 1:
        parts.append(f"‘{shortened(titles.get(filters.uris[0], filters.uris[0]))}’")
    elif filters.uris:
        parts.append(words.CHOSEN.format(count=words.count(len(filters.uris), "article")))
    for label, moment in (
        (words.FROM, filters.published_from),
        (words.UNTIL, filters.published_until),
    ):
        if moment:
            parts.append(f"{label.lower()} {date(moment)}")
    told = ", ".join(f"<bdi>{part}</bdi>" for part in parts)
    return (
        f'<p class="qa-active-filter" role="status">{words.ASKED_ONLY} {told} '
        f'<button type="button" data-qa-unfilter>{words.ALL_AGAIN}</button></p>'
    )


def report(added: AddReport) -> str:
    """What adding did, with the reason of each failure."""
    told = [
        text.format(count=words.count(len(uris), "article"))
        for uris, text in (
            (added.added, words.ADDED),
            (added.replaced, words.REPLACED),
            (added.unchanged, words.UNCHANGED),
            (added.failed, words.FAILED),
        )
        if uris
    ]
    line = ", ".join(told) + "." if told else words.NOTHING_ADDED
    if added.stopped:
        line = f"{words.ADDING_STOPPED} {line if told else ''}"
    reasons = "".join(
        f"<li><bdi>{shortened(failure.uri)}</bdi>: {shortened(failure.reason)}</li>"
        for failure in added.failed[:LONGEST_LIST]
    )
    listed = f"<ul>{reasons}</ul>" if reasons else ""
    return f'<div class="qa-report" role="status"><p>{line}</p>{listed}</div>'


def told(text: str, *, undo: bool = False, busy: bool = False) -> str:
    """A line about the collection; with `undo`, a button that takes it back."""
    dots = '<span class="qa-dots" aria-hidden="true"></span>' if busy else ""
    button = ""
    if undo:
        button = f' <button type="button" data-qa-do="undo">{words.UNDO}</button>'
    work = " qa-busy" if busy else ""
    return f'<div class="qa-report{work}" role="status"><p>{dots}{escaped(text)}{button}</p></div>'
