"""What a page can wish: everything that comes from a browser is checked."""

from datetime import UTC, datetime
from json import dumps
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index import Article, Filters
from qa import Turn, words
from qa.chat.parts import Service
from qa.chat.state import Editing, Talk
from qa.chat.wishes import Wishes, newest_wish
from tests.qa.chat_service import PARTS, service
from tests.qa.shown import answered, passage

ARTICLE = Article(
    "https://example.com/a", "A", "One. Two.", datetime(2023, 2, 7, tzinfo=UTC), "Outlet"
)


def kept(at: Service, *turns: Turn, owner: str = "ada") -> Talk:
    id = at.conversations.begin(owner, "A talk").id
    for turn in turns:
        at.conversations.append(id, owner, turn)
    return Talk(id, turns)


def wishes(at: Service, talk: Talk | None = None, *, removed: Any = None) -> Wishes:
    return Wishes(at, PARTS, talk or Talk(), Filters(), removed, "ada", "tab")


json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(), max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=4,
)
NAMES = st.sampled_from(
    """open read edit edit-understood cancel-edit rate remark reopen find rename delete filter
    remove undo nothing""".split()
)
FIELDS = ["turn", "position", "id", "uri", "good", "value", "uris", "sources", "from", "until"]


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=NAMES | json, fields=st.dictionaries(st.sampled_from(FIELDS), json))
def test_no_wish_raises(tmp_path: Path, name: Any, fields: dict[str, Any]) -> None:
    with service(tmp_path) as at:
        talk = kept(at, answered(passage("One.")))
        changes = wishes(at, talk).fulfil({**fields, "do": name})
        assert set(changes) <= set(PARTS_NAMES)


PARTS_NAMES = [getattr(PARTS, name) for name in PARTS.__slots__]


def test_a_source_opens_in_its_article_and_says_whether_it_is_current(tmp_path: Path) -> None:
    with service(tmp_path) as at:
        turn = answered(passage("One. Two.", 5, 9))
        wish = {"do": "open", "turn": "1", "position": "1"}
        shown = wishes(at, kept(at, turn)).fulfil(wish)["article"]
        assert words.REMOVED_SINCE in shown
        at.index.add([turn.answer.citations[0].passage.article])
        shown = wishes(at, kept(at, turn)).fulfil(wish)["article"]
        assert words.REMOVED_SINCE not in shown
        assert 'id="qa-current"' in shown
        at.index.add([Article(turn.answer.citations[0].uri, "A", "Quite another text.")])
        assert words.CHANGED_SINCE in wishes(at, kept(at, turn)).fulfil(wish)["article"]


def test_a_conversation_of_somebody_else_is_not_opened_renamed_or_deleted(tmp_path: Path) -> None:
    with service(tmp_path) as at:
        theirs = kept(at, answered(passage("Secret.")), owner="bob")
        for does in ("reopen", "rename", "delete"):
            changes = wishes(at).fulfil({"do": does, "id": theirs.id, "value": "Mine"})
            assert set(changes) == {"status"}
            assert "Secret" not in str(changes)
        [summary] = at.conversations.list("bob")
        assert summary.title == "A talk"


def test_a_conversation_is_opened_renamed_found_and_deleted(tmp_path: Path) -> None:
    with service(tmp_path) as at:
        talk = kept(at, answered(passage("One.")))
        changes = wishes(at).fulfil({"do": "reopen", "id": talk.id})
        assert changes["talk"].id == talk.id
        assert [t.answer.text for t in changes["talk"].turns] == ["One."]
        assert "One." in changes["conversation"]
        renamed = wishes(at, talk).fulfil({"do": "rename", "id": talk.id, "value": " New "})
        assert "New" in renamed["history"]
        assert "New" in wishes(at).fulfil({"do": "find", "value": "new"})["history"]
        assert words.NONE_FOUND in wishes(at).fulfil({"do": "find", "value": "old"})["history"]
        deleted = wishes(at, talk).fulfil({"do": "delete", "id": talk.id})
        assert deleted["talk"] == Talk()
        assert at.conversations.list("ada") == []


def test_a_rating_is_given_changed_and_taken_back(tmp_path: Path) -> None:
    with service(tmp_path) as at:
        talk = kept(at, answered(passage("One.")))

        def rate(good: str) -> dict[int, bool]:
            wishes(at, talk).fulfil({"do": "rate", "turn": "1", "good": good})
            return dict(at.conversations.ratings(talk.id or "", "ada"))

        assert rate("yes") == {1: True}
        assert rate("no") == {1: False}
        told = wishes(at, talk).fulfil({"do": "remark", "turn": "1", "value": "Not this."})
        assert words.THANKS in told["status"]
        assert rate("no") == {}
        refused = wishes(at, talk).fulfil({"do": "remark", "turn": "1", "value": "Lost."})
        assert words.NO_SUCH_WISH in refused["status"]


def test_editing_puts_the_question_into_its_field(tmp_path: Path) -> None:
    with service(tmp_path) as at:
        talk = kept(at, answered(passage("One."), question="Why so?"))
        changes = wishes(at, talk).fulfil({"do": "edit", "turn": "1"})
        assert changes["question"] == "Why so?"
        assert changes["editing"] == Editing(1)
        changes = wishes(at, talk).fulfil({"do": "edit-understood", "turn": "1"})
        assert changes["editing"] == Editing(1, understood=True)
        assert wishes(at, talk).fulfil({"do": "cancel-edit"})["editing"] is None


def test_the_filter_is_what_the_fields_say(tmp_path: Path) -> None:
    with service(tmp_path, articles=[ARTICLE]) as at:
        wish = {
            "do": "filter",
            "sources": ["Outlet"],
            "uris": [ARTICLE.uri],
            "from": "2023-02-07",
            "until": "2023-02-07",
        }
        changes = wishes(at).fulfil(wish)
        filters = changes["filters"]
        assert filters.sources == ("Outlet",)
        assert filters.uris == (ARTICLE.uri,)
        assert filters.published_from == datetime(2023, 2, 7, tzinfo=UTC)
        assert filters.published_until.date() == filters.published_from.date()
        assert filters.published_until.hour == 23
        assert "Outlet" in changes["active_filter"]
        told = wishes(at).fulfil({**wish, "from": "soon"})
        assert "“soon” is no date" in told["status"]
        assert "filters" not in told
        assert wishes(at).fulfil({"do": "filter"})["filters"] == Filters()


@given(st.text() | json.map(dumps) | st.just("[" * 100_000))
def test_whatever_is_sent_makes_a_wish_that_its_channel_is_for_or_none(sent: str) -> None:
    wish = newest_wish(sent, ["filter"])
    assert wish == {} or wish["do"] == "filter"


def test_a_channel_takes_no_wishes_of_another() -> None:
    assert newest_wish('{"do": "find", "value": "a"}', ["find"]) == {"do": "find", "value": "a"}
    assert newest_wish('{"do": "delete", "id": "a"}', ["find"]) == {}


def test_an_article_is_removed_and_brought_back_only_where_it_may_be(tmp_path: Path) -> None:
    wish = {"do": "remove", "uri": ARTICLE.uri}
    with service(tmp_path, articles=[ARTICLE], can_change=False) as at:
        assert words.NO_SUCH_WISH in wishes(at).fulfil(wish)["status"]
        assert len(at.index.articles()) == 1
        assert words.NO_SUCH_WISH in wishes(at, removed=ARTICLE).fulfil({"do": "undo"})["status"]
    with service(tmp_path) as at:
        changes = wishes(at).fulfil(wish)
        assert at.index.articles() == []
        assert "Removed “A”" in changes["report"]
        changes = wishes(at, removed=changes["removed"]).fulfil({"do": "undo"})
        assert at.index.article(ARTICLE.uri) == ARTICLE
        assert changes["removed"] is None
