"""Articles that are added in the page, removed, and brought back."""

import queue
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from index import (
    AddProgress,
    AddReport,
    Article,
    ArticleIndex,
    ArticleQAError,
    Filters,
    Loaded,
    LoadFailure,
    load_articles,
)
from qa import words
from qa.chat import panels, rendering
from qa.chat.parts import Changes, Parts, Service

# Seconds between two looks at how far adding is.
_LOOK = 0.3


def changed_by_adding(parts: Parts) -> list[Any]:
    """The parts that `add_files` and `add_pasted` may change."""
    collection = [parts.header, parts.articles, parts.filter_fields]
    return [parts.report, *pasted_fields(parts), *collection]


def pasted_fields(parts: Parts) -> list[Any]:
    """What is filled in to add a pasted text, in the order that `add_pasted` takes it."""
    return [
        parts.pasted_title,
        parts.pasted_text,
        parts.pasted_source,
        parts.pasted_author,
        parts.pasted_date,
    ]


def collection(service: Service, parts: Parts) -> Changes:
    """The collection as it is now."""
    articles = service.index.articles()
    published = [article.published for article in articles if article.published]
    return {
        parts.header: rendering.header(
            len(articles),
            sum(article.sentences for article in articles),
            (min(published), max(published)) if published else None,
        ),
        parts.articles: panels.article_list(articles, can_remove=service.can_change),
        parts.filter_fields: panels.filter_fields(articles),
    }


def add_files(service: Service, parts: Parts, files: Sequence[str]) -> Iterator[Changes]:
    """Add uploaded files; they are deleted when they are in the index."""
    try:
        yield from _adding(service, parts, uploaded(files))
    finally:
        for file in files:
            with suppress(OSError):
                Path(file).unlink()


def add_pasted(service: Service, parts: Parts, fields: Sequence[str]) -> Iterator[Changes]:
    """Add a pasted text; `fields` are its title, text, outlet, author and date."""
    try:
        article = pasted(*fields)
    except (ArticleQAError, ValueError) as error:
        yield {parts.report: panels.told(str(error))}
        return
    yield dict.fromkeys(pasted_fields(parts), "")
    yield from _adding(service, parts, [article])


def remove(service: Service, parts: Parts, uri: str, filters: Filters) -> Changes:
    """Take an article out of the index; it can be brought back as long as the tab is open."""
    article = service.index.article(uri)
    service.index.remove(uri)
    left = replace(filters, uris=tuple(u for u in filters.uris if u != uri))
    return {
        parts.removed: article,
        parts.filters: left,
        parts.report: panels.told(words.REMOVED.format(title=article.title), undo=True),
        parts.active_filter: active_filter(service, left),
        **collection(service, parts),
    }


def bring_back(service: Service, parts: Parts, article: Article | None) -> Changes:
    """Undo the last removal."""
    if article is None:
        return {parts.report: ""}
    service.ready()
    service.index.add([article])
    return {
        parts.removed: None,
        parts.report: panels.told(words.BACK_AGAIN.format(title=article.title)),
        **collection(service, parts),
    }


def active_filter(service: Service, filters: Filters) -> str:
    """The filter in words."""
    titles = {a.uri: a.title for a in service.index.articles()} if filters.uris else {}
    return panels.active_filter(filters, titles)


def uploaded(files: Iterable[str]) -> Iterator[Loaded]:
    """Articles of uploaded files, called by the name of the file, not by where it lies."""
    for file in files:
        path = Path(file)
        address = path.resolve().as_uri()
        for item in load_articles(path):
            name = f"upload:{path.name}"
            called = replace(item, uri=item.uri.replace(address, name, 1))
            if isinstance(called, LoadFailure):
                called = replace(called, reason=called.reason.replace(address, name))
            yield called


def pasted(title: str, text: str, source: str, author: str, published: str) -> Article:
    """The article of a pasted text.

    Raises:
        ValueError: the title, the text or the date is missing or wrong; says which.
        InvalidArticle: it cannot be stored.
    """
    if not title.strip():
        raise ValueError(words.NO_PASTED_TITLE)
    if not text.strip():
        raise ValueError(words.NO_PASTED_TEXT)
    day = day_of(published)
    article = Article(
        "pasted:",
        title.strip(),
        text,
        day,
        source.strip() or None,
        author=author.strip() or None,
    )
    return replace(article, uri=f"pasted:{article.content_hash[:16]}")


def day_of(text: str) -> datetime | None:
    """Midnight, in UTC, of a day such as "2023-02-07"; None of no text.

    Raises:
        ValueError: it is no such day.
    """
    if not text.strip():
        return None
    try:
        day = date.fromisoformat(text.strip())
    except ValueError:
        raise ValueError(words.BAD_DATE.format(date=text.strip()[:40])) from None
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def _adding(service: Service, parts: Parts, articles: Iterable[Loaded]) -> Iterator[Changes]:
    """Add articles, telling how far it is; stops after the step at work if it is closed."""
    yield {parts.report: panels.told(words.LOADING if not service.loading.done else "…", busy=True)}
    try:
        service.ready()
        for item in adding(service.index, articles):
            if isinstance(item, AddReport):
                report = panels.report(item)
            else:
                done = words.count(item.sentences, "sentence")
                text = words.ADDING.format(title=item.title[:80], sentences=done)
                yield {parts.report: panels.told(text, busy=True)}
    except ArticleQAError as error:
        yield {parts.report: panels.told(str(error))}
        return
    yield {parts.report: report, **collection(service, parts)}


def adding(index: ArticleIndex, articles: Iterable[Loaded]) -> Iterator[AddProgress | AddReport]:
    """Add articles in another thread; yields how far it is now and then, and last the report.

    Closed early, it stops after the step at work; what was added stays.

    Raises:
        ArticleQAError: the index cannot be changed.
    """
    told: queue.SimpleQueue[AddProgress | AddReport | BaseException] = queue.SimpleQueue()
    stop = threading.Event()

    def work() -> None:
        try:
            told.put(index.add(articles, progress=told.put, stop=stop.is_set))
        except BaseException as error:  # raised again below, in the thread that waits
            told.put(error)

    worker = threading.Thread(target=work, name="adding")
    worker.start()
    try:
        while True:
            item = _newest(told)
            if isinstance(item, BaseException):
                raise item
            yield item
            if isinstance(item, AddReport):
                return
            stop.wait(_LOOK)
    finally:
        stop.set()
        worker.join()


def _newest(
    told: "queue.SimpleQueue[AddProgress | AddReport | BaseException]",
) -> AddProgress | AddReport | BaseException:
    """The last thing that was told, waiting for one; nothing follows a report."""
    item = told.get()
    with suppress(queue.Empty):
        while True:
            item = told.get_nowait()
    return item
