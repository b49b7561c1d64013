"""What programs ask and get, over plain HTTP and with gradio_client."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import gradio as gr
import httpx
import pytest
from gradio_client import Client

from index import Article, ArticleIndex, ArticleQAError
from qa import Bot, Retriever
from qa.chat.arguments import Refused, moment
from qa.chat.endpoints import add_endpoints
from qa.chat.requests import USER
from qa.waiting_line import WaitingLine
from tests.qa.api.conftest import Call, Served
from tests.qa.word_reader import WordReader

Endpoints = dict[str, Callable[..., Any]]
Make = Callable[..., Endpoints]
TRIP = "Why did Blinken postpone his trip to Beijing?"


def request(user: str | None = None, address: str = "192.0.2.1") -> Any:
    return SimpleNamespace(scope={"client": (address, 1234)} | ({USER: user} if user else {}))


@pytest.fixture
def make(index: ArticleIndex, monkeypatch: pytest.MonkeyPatch) -> Make:
    """The functions themselves, where a server would hide what is tested."""
    index.add([Article("a", "Elephant", "The elephant stood at the river.")])
    bot = Bot(Retriever(index, reader=WordReader({})))

    def make(
        line: WaitingLine | None = None,
        check: Callable[[], None] = lambda: None,
        writes: bool = True,
    ) -> Endpoints:
        made: Endpoints = {}
        # Gradio leaves event loops open where a page is made.
        monkeypatch.setattr(gr, "api", lambda fn, **options: made.update({fn.__name__: fn}))
        add_endpoints(bot, index, check, line or WaitingLine(4, 64), writes=writes)
        return made

    return make


@pytest.fixture
def functions(make: Make) -> Endpoints:
    return make()


def test_a_question_alone_gets_a_cited_answer(public: Call) -> None:
    answer = public.result("ask", question=TRIP)
    assert not answer["abstained"]
    [citation, *_] = answer["citations"]
    assert citation["quote"].startswith("US Secretary of State Antony Blinken postponed")
    assert citation["passage"]["quote"] == citation["quote"]


def test_earlier_questions_complete_a_later_one(public: Call) -> None:
    alone = public.result("ask", question="And why?")
    completed = public.result("ask", question="And why?", history=[TRIP])
    assert alone["standalone_question"] == "And why?"
    assert "Blinken" in completed["standalone_question"]


@pytest.mark.parametrize(
    "filters",
    [
        {"sources": ["Reuters"]},
        {"uris": ["file:///elsewhere"]},
        {"published_from": "2023-02-08"},
        {"published_until": "2023-02-06"},
        {"published_from": "2023-02-07T00:00:01Z"},
    ],
)
def test_filters_leave_articles_out(public: Call, filters: dict[str, Any]) -> None:
    answer = public.result("ask", question=TRIP, **filters)
    assert answer["reason"] == "no_matching_article"
    assert public.result("search", question=TRIP, **filters) == []


@pytest.mark.parametrize(
    "filters",
    [
        {"sources": ["cnn"]},
        {"published_from": "2023-02-07", "published_until": "2023-02-07"},
        {"published_from": "2023-02-07T01:00:00+02:00"},
        {"sources": [], "uris": None, "published_from": None, "published_until": ""},
    ],
)
def test_filters_let_articles_through(public: Call, filters: dict[str, Any]) -> None:
    assert not public.result("ask", question=TRIP, **filters)["abstained"]
    assert len(public.result("search", question=TRIP, **filters)) == 5


def test_a_search_gives_as_many_passages_as_asked_for(public: Call) -> None:
    scores = [p["score"] for p in public.result("search", question=TRIP, k=3)]
    assert len(scores) == 3
    assert scores == sorted(scores, reverse=True)


def test_the_articles_are_listed_without_their_text(public: Call) -> None:
    [article] = public.result("articles")
    assert (article["source"], article["sentences"]) == ("CNN", 18)
    assert "text" not in article


@pytest.mark.parametrize(
    ("name", "arguments", "problem"),
    [
        ("ask", {"question": 5}, "Send question as text"),
        ("ask", {"question": None}, "Send question as text"),
        ("ask", {"question": "Why?", "history": "before"}, "Send history as a list"),
        ("ask", {"question": "Why?", "history": [1]}, "Send history as text"),
        ("ask", {"question": "Why?", "sources": ["x"] * 1001}, "at most 1,000"),
        ("search", {"question": "x" * 1001}, "question has 1,001 characters"),
        ("search", {"question": "Why?", "k": 0}, "from 1 to 100"),
        ("search", {"question": "Why?", "k": 101}, "from 1 to 100"),
        ("search", {"question": "Why?", "k": True}, "from 1 to 100"),
        ("search", {"question": "Why?", "k": "3"}, "from 1 to 100"),
        ("search", {"question": "Why?", "published_from": "yesterday"}, "2023-02-07T14:30:00Z"),
        ("search", {"question": "Why?", "uris": {"a": 1}}, "Send uris as a list"),
    ],
)
def test_what_cannot_be_used_is_told_with_what_to_send(
    public: Call, name: str, arguments: dict[str, Any], problem: str
) -> None:
    assert problem in public.problem(name, **arguments)


def test_a_question_that_is_too_long_is_refused_like_any_other(public: Call) -> None:
    answer = public.result("ask", question="why " * 1_000)
    assert answer["reason"] == "question_too_long"


def test_a_half_character_does_no_harm(functions: Endpoints) -> None:
    assert functions["ask"](request(), "Why \ud800?")["question"] == "Why ??"


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("nothing", {}, 404),
        ("ask_here", {}, 404),
        ("add", {"title": "T", "text": "A text."}, 404),
        ("remove", {"uri": "x"}, 404),
        ("ask", {}, 422),
        ("ask", {"question": "Why?", "colour": "red"}, 422),
        ("ask", ["Why?"], 422),
    ],
)
def test_a_call_of_what_is_not_there_is_no_error_of_the_server(
    served: Served, web: httpx.Client, path: str, body: Any, status: int
) -> None:
    response = web.post(f"{served.public}/gradio_api/call/v2/{path}", json=body)
    assert response.status_code == status
    assert "Traceback" not in response.text


def test_gradio_client_asks_by_position_and_by_name(served: Served) -> None:
    client = Client(served.public, verbose=False, analytics_enabled=False)
    assert not client.predict(TRIP, api_name="/ask")["abstained"]
    assert len(client.predict(question=TRIP, k=2, sources=["CNN"], api_name="/search")) == 2
    names = client.view_api(return_format="dict", print_info=False)["named_endpoints"]
    assert set(names) == {"/ask", "/search", "/articles"}


def test_who_has_signed_in_adds_and_removes_articles(ada: Call) -> None:
    text = "The elephant stood at the river. It drank for an hour."
    sent = {"title": " Elephant ", "text": text, "source": "Zoo News", "published": "2024-05-01"}
    added = ada.result("add", **sent)
    assert added["outcome"] == "added"
    assert ada.result("add", **sent) == {**added, "outcome": "unchanged"}
    [article] = [a for a in ada.result("articles") if a["uri"] == added["uri"]]
    assert article["title"] == "Elephant"
    assert article["published"] == "2024-05-01T00:00:00+00:00"
    answer = ada.result("ask", question="Where did the elephant stand?", sources=["zoo news"])
    assert "at the river" in answer["text"]
    assert ada.result("remove", uri=added["uri"]) == {"uri": added["uri"]}
    assert added["uri"] not in [a["uri"] for a in ada.result("articles")]
    assert "No article" in ada.problem("remove", uri=added["uri"])


def test_an_article_with_a_uri_is_replaced_by_its_next_version(ada: Call) -> None:
    article = {"title": "T", "uri": "https://example.com/a"}
    assert ada.result("add", text="First.", **article)["outcome"] == "added"
    assert ada.result("add", text="Second.", **article)["outcome"] == "replaced"
    ada.result("remove", uri="https://example.com/a")


@pytest.mark.parametrize(
    ("article", "problem"),
    [
        ({"title": "", "text": "A text."}, "no title"),
        ({"title": "T", "text": " \n "}, "no text"),
        ({"title": "T", "text": 5}, "Send text as text"),
        ({"title": "T", "text": "x" * 5_000_001}, "at most 5,000,000"),
        ({"title": "T" * 2_001, "text": "A text."}, "at most 2,000"),
        ({"title": "T", "text": "A text.", "published": "May"}, "2023-02-07"),
    ],
)
def test_what_is_no_article_is_told(ada: Call, article: dict[str, Any], problem: str) -> None:
    assert problem in ada.problem("add", **article)


def test_without_writes_there_are_no_endpoints_for_them(make: Make) -> None:
    assert set(make(writes=False)) == {"ask", "search", "articles"}


def test_nobody_changes_articles_without_having_signed_in(
    index: ArticleIndex, functions: Endpoints
) -> None:
    with pytest.raises(Refused, match="signed in"):
        functions["add"](request(), "T", "A text.")
    with pytest.raises(Refused, match="signed in"):
        functions["remove"](request(), "a")
    assert len(index.articles()) == 1
    functions["remove"](request("ada"), "a")
    assert index.articles() == []


@pytest.mark.parametrize("name", ["ask", "search"])
def test_a_program_waits_in_the_line_of_the_page(make: Make, name: str) -> None:
    line = WaitingLine(1, 1)
    function = make(line)[name]
    done = threading.Event()

    def call() -> None:
        function(request(), "Where did the elephant stand?")
        done.set()

    with line.join("the page"):
        thread = threading.Thread(target=call, daemon=True)
        thread.start()
        assert not done.wait(0.3)
        with pytest.raises(Refused, match="again in a minute"):
            function(request(), "Where?")
    assert done.wait(60)
    thread.join()


@pytest.mark.parametrize("sender", [{"user": "ada"}, {"address": "192.0.2.9"}])
def test_programs_of_one_person_wait_as_one(make: Make, sender: dict[str, str]) -> None:
    owners: list[Any] = []

    class Line(WaitingLine):
        def join(self, owner: Any) -> Any:
            owners.append(owner)
            return super().join(owner)

    line = Line(1, 1)
    functions = make(line)
    functions["ask"](request(**sender), "Where?")
    functions["search"](request(**sender), "Where?")
    assert owners == [*sender.values()] * 2


def test_a_place_in_the_line_is_left_whatever_happens(make: Make) -> None:
    line = WaitingLine(1, 0)

    def fail() -> None:
        raise ArticleQAError("The model is damaged.")

    function = make(line, fail)["ask"]
    for _ in range(3):
        with pytest.raises(Refused, match=r"^The model is damaged\.$"):
            function(request(), "Where?")


def test_an_unknown_trouble_tells_no_details(make: Make) -> None:
    def fail() -> None:
        raise RuntimeError("secret")

    with pytest.raises(Refused, match="Something went wrong") as caught:
        make(check=fail)["search"](request(), "Where?")
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("written", "end", "meant"),
    [
        (None, False, None),
        ("", False, None),
        ("2023-02-07", False, datetime(2023, 2, 7, tzinfo=UTC)),
        ("2023-02-07", True, datetime(2023, 2, 7, 23, 59, 59, 999_999, tzinfo=UTC)),
        (" 2023-02-07T14:30 ", True, datetime(2023, 2, 7, 14, 30, tzinfo=UTC)),
        ("2023-02-07T14:30:00Z", False, datetime(2023, 2, 7, 14, 30, tzinfo=UTC)),
        ("2023-02-07T01:00:00+02:00", False, datetime(2023, 2, 6, 23, tzinfo=UTC)),
    ],
)
def test_days_and_times_are_those_of_utc(
    written: str | None, end: bool, meant: datetime | None
) -> None:
    assert moment("published", written, end_of_day=end) == meant


@pytest.mark.parametrize(
    "written", ["7.2.2023", "0001-01-01T00:00+05:00", "9999-12-31T23:59-01:00"]
)
def test_a_time_that_no_calendar_has_is_refused(written: str) -> None:
    with pytest.raises(Refused, match="Send published as a date"):
        moment("published", written)
