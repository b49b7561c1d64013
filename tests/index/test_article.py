import dataclasses
import hashlib
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import Article, ArticleQAError, InvalidArticle

TEXTS = st.text(min_size=1).filter(str.strip)
DATES = st.none() | st.datetimes(timezones=st.none() | st.just(UTC))


def article(**changes: object) -> Article:
    fields: dict[str, object] = {
        "uri": "u",
        "title": "t",
        "text": "It rained.",
        "published": datetime(2023, 2, 7, tzinfo=UTC),
        "source": "CNN",
        "language": "en",
    }
    return Article(**{**fields, **changes})  # type: ignore[arg-type]


def test_the_hash_is_the_same_in_every_release() -> None:
    content = b'["t", "It rained.", "2023-02-07T00:00:00+00:00", "CNN", "en"]'
    assert article().content_hash == hashlib.sha256(content).hexdigest()


@pytest.mark.parametrize(
    "change",
    [
        {"title": "T"},
        {"text": "It rained. "},
        {"published": None},
        {"published": datetime(2023, 2, 8, tzinfo=UTC)},
        {"source": None},
        {"source": "cnn"},
        {"language": None},
        {"author": "Ida Holm"},
    ],
)
def test_every_part_of_the_content_changes_the_hash(change: dict[str, object]) -> None:
    assert article(**change).content_hash != article().content_hash


def test_the_address_is_no_part_of_the_content() -> None:
    assert article(uri="elsewhere").content_hash == article().content_hash


def test_text_cannot_move_between_fields_without_changing_the_hash() -> None:
    assert article(title="a", text="bc").content_hash != article(title="ab", text="c").content_hash


@given(TEXTS, TEXTS, DATES, st.none() | st.text())
def test_equal_content_has_equal_hashes(
    title: str, text: str, published: datetime | None, source: str | None
) -> None:
    one, two = (Article(uri, title, text, published, source) for uri in ("one", "two"))
    assert one.content_hash == two.content_hash
    assert one.text == text


@pytest.mark.parametrize("name", ["uri", "title", "text"])
@pytest.mark.parametrize("value", ["", " \n\t", "\u2003"])
def test_what_is_empty_is_refused_by_name(name: str, value: str) -> None:
    with pytest.raises(InvalidArticle, match=f"no {name}"):
        article(**{name: value})


@pytest.mark.parametrize("name", ["uri", "title", "text", "source", "language", "author"])
def test_half_a_character_is_refused_with_its_offset(name: str) -> None:
    with pytest.raises(InvalidArticle, match=rf"{name} .*offset 3.*UTF-8"):
        article(**{name: "abc\ud83d"})


def test_whole_characters_beyond_16_bits_are_welcome() -> None:
    assert article(text="abc\U0001f600").text == "abc\U0001f600"


def test_a_time_without_a_zone_is_utc() -> None:
    naive, aware = (
        article(published=datetime(2023, 2, 7, 12, tzinfo=zone)) for zone in (None, UTC)
    )
    assert naive == aware
    assert naive.published == datetime(2023, 2, 7, 12, tzinfo=UTC)


def test_one_moment_in_two_zones_is_the_same_content() -> None:
    east = timezone(timedelta(hours=5))
    there = article(published=datetime(2023, 2, 7, 5, tzinfo=east))
    assert there.content_hash == article().content_hash


@pytest.mark.parametrize(
    ("year", "month", "day", "hours"), [(1, 1, 1, 5), (9999, 12, 31, -5)], ids=["first", "last"]
)
def test_a_date_outside_the_calendar_is_refused(
    year: int, month: int, day: int, hours: int
) -> None:
    hour = 0 if hours > 0 else 23
    published = datetime(year, month, day, hour, tzinfo=timezone(timedelta(hours=hours)))
    with pytest.raises(InvalidArticle, match="correct the date"):
        article(published=published)


def test_articles_cannot_be_changed() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        article().text = "It snowed."  # type: ignore[misc]


def test_invalid_articles_are_caught_as_ours_and_as_wrong_values() -> None:
    assert issubclass(InvalidArticle, ArticleQAError)
    assert issubclass(InvalidArticle, ValueError)
