"""Whoever has not signed in gets the login form, and nothing else."""

import re
import secrets
from collections.abc import Callable, Iterator

import httpx
import pytest
from gradio_client import Client
from gradio_client.exceptions import AuthenticationError

from qa.passwords import AuthFile
from tests.qa.api.conftest import Call, Served

ADA = ("ada", "correct horse battery")
# What is served without a login: the form, and what the server asks itself when it starts.
FORM = {"/", "/gradio_api/startup-events", "/login", "/login/"}


SignIn = Callable[[str, str], httpx.Client]


@pytest.fixture
def sign_in(served: Served) -> Iterator[SignIn]:
    """Browsers whose users filled in the form."""
    browsers = []

    def sign_in(name: str, password: str) -> httpx.Client:
        browser = httpx.Client(base_url=served.private, verify=False, timeout=60)
        browsers.append(browser)
        response = browser.post("/login", data={"username": name, "password": password})
        assert response.status_code == 200, response.text
        return browser

    yield sign_in
    for browser in browsers:
        browser.close()


def test_every_route_but_the_form_needs_a_login(web: httpx.Client, served: Served) -> None:
    assert len(served.routes) > 50
    opened = set()
    for method, path in served.routes:
        with web.stream(method, served.private + path) as response:  # some never end
            if response.status_code != 401:
                opened.add(path)
    assert opened <= FORM


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/api"),
        ("GET", "/api/openapi.json"),
        ("GET", "/config"),
        ("GET", "/config/"),
        ("GET", "/assets/x"),
        ("GET", "/theme.css"),
        ("GET", "/login"),
        ("GET", "/gradio_api/info"),
        ("GET", "/gradio_api/openapi.json"),
        ("GET", "/gradio_api/file=/etc/passwd"),
        ("GET", "/gradio_api/heartbeat/x"),
        ("GET", "/gradio_api/queue/data?session_hash=x"),
        ("GET", "/gradio_api/mcp/"),
        ("POST", "/gradio_api/mcp/"),
        ("POST", "/gradio_api/mcp"),
        ("GET", "/gradio_api/mcp/sse"),
        ("GET", "/gradio_api/mcp/schema"),
        ("POST", "/gradio_api/mcp/messages/"),
        ("POST", "/gradio_api/upload"),
        ("POST", "/gradio_api/call/ask"),
        ("POST", "/gradio_api/call/v2/ask"),
        ("POST", "/gradio_api/run/ask"),
        ("POST", "/gradio_api/queue/join"),
        ("POST", "/gradio_api/cancel"),
        ("POST", "/"),
        ("GET", "//config"),
        ("GET", "/nothing"),
        ("DELETE", "/login"),
    ],
)
def test_these_need_a_login_above_all(
    web: httpx.Client, served: Served, method: str, path: str
) -> None:
    response = web.request(method, served.private + path)
    assert response.status_code == 401
    assert "Sign in first" in response.json()["detail"]
    assert "content-security-policy" in response.headers


@pytest.mark.parametrize(
    "escape", ["/static/../config", "/assets/..%2f..%2fconfig", "/static/%2e%2e/"]
)
def test_no_way_leads_around_the_login(web: httpx.Client, served: Served, escape: str) -> None:
    request = web.build_request("GET", served.private)
    request.url = request.url.copy_with(raw_path=escape.encode())
    response = web.send(request)
    assert response.status_code in (401, 403, 404)


def test_the_form_shows_nothing_of_the_articles(web: httpx.Client, served: Served) -> None:
    response = web.get(served.private)
    assert 'type="password"' in response.text
    assert "gradio_config" not in response.text
    assert "Beijing" not in response.text
    assert response.headers["cache-control"] == "no-store", "it is not shown instead of the chat"
    assert web.head(served.private).headers["content-length"] == str(len(response.content))


def test_the_form_needs_nothing_else_from_the_server(web: httpx.Client, served: Served) -> None:
    shown = web.get(served.private).text
    assert not re.search(r"\b(?:src|href)=(?!.data:)", shown)
    assert "url(" not in shown


def test_a_browser_signs_in_and_out(sign_in: SignIn) -> None:
    client = sign_in(*ADA)
    assert client.get("/config").json()["username"] == "ada"
    assert client.get("/logout").status_code == 302
    assert client.get("/config").status_code == 401


def test_the_cookies_stay_with_this_site_and_away_from_scripts(
    web: httpx.Client, served: Served
) -> None:
    form = {"username": ADA[0], "password": ADA[1]}
    cookies = web.post(f"{served.private}/login", data=form).headers.get_list("set-cookie")
    assert len(cookies) == 2
    for cookie in cookies:
        flags = [flag.strip().lower() for flag in cookie.split(";")]
        assert "httponly" in flags
        assert [f for f in flags if f.startswith("samesite")] == ["samesite=lax"]


def test_behind_encryption_no_cookie_leaves_without_it(web: httpx.Client, served: Served) -> None:
    response = web.post(
        f"{served.private}/login",
        data={"username": ADA[0], "password": ADA[1]},
        headers={"X-Forwarded-Proto": "https"},
    )
    for cookie in response.headers.get_list("set-cookie"):
        assert [f.strip().lower() for f in cookie.split(";")].count("secure") == 1


def test_a_made_up_session_is_none(web: httpx.Client, sign_in: SignIn, served: Served) -> None:
    client = sign_in(*ADA)
    for name in list(client.cookies):
        for made_up in (secrets.token_urlsafe(16), "", '"', "x; y"):
            headers = {"Cookie": f"{name}={made_up}"}
            assert web.get(f"{served.private}/config", headers=headers).status_code == 401


def test_a_program_brings_its_name_and_password_along(web: httpx.Client, served: Served) -> None:
    response = web.get(f"{served.private}/config", auth=ADA)
    assert response.json()["username"] == "ada"
    assert "set-cookie" not in response.headers


@pytest.mark.parametrize(
    "header",
    [
        "Basic",
        "Basic !!!",
        "Basic YWRh",
        "Basic OnBhc3N3b3Jk",
        "Basic /////w==",
        "Bearer YWRhOmNvcnJlY3QgaG9yc2UgYmF0dGVyeQ==",
    ],
)
def test_what_is_no_name_and_password_opens_nothing(
    web: httpx.Client, served: Served, header: str
) -> None:
    headers = {"Authorization": header, "X-Forwarded-For": f"198.51.100.{len(header)}"}
    assert web.get(f"{served.private}/config", headers=headers).status_code == 401


def test_a_password_that_comes_along_counts_more_than_an_old_cookie(sign_in: SignIn) -> None:
    client = sign_in("bob", "staple a long password")
    assert client.get("/config", auth=ADA).json()["username"] == "ada"
    wrong = httpx.BasicAuth("ada", "wrong password")
    headers = {"X-Forwarded-For": "198.51.100.200"}
    assert client.get("/config", auth=wrong, headers=headers).status_code == 401


def test_gradio_client_signs_in(served: Served) -> None:
    client = Client(served.private, auth=ADA, verbose=False, analytics_enabled=False)
    assert len(client.predict(api_name="/articles")) >= 1
    with pytest.raises(AuthenticationError):
        Client(served.private, verbose=False, analytics_enabled=False)


def test_guessing_must_wait_and_others_need_not(web: httpx.Client, served: Served) -> None:
    def status(password: str, address: str) -> httpx.Response:
        headers = {"X-Forwarded-For": address}
        return web.get(f"{served.private}/config", auth=("guessed", password), headers=headers)

    def form(address: str) -> int:
        data = {"username": "guessed", "password": right}
        headers = {"X-Forwarded-For": address}
        return web.post(f"{served.private}/login", data=data, headers=headers).status_code

    right = "the password of guessed"
    guesses = [status("wrong password", "203.0.113.1") for _ in range(3)]
    assert [guess.status_code for guess in guesses] == [401] * 3
    wait = 0
    while wait < 8:  # more than a busy computer takes for what follows
        guess = status("wrong password", "203.0.113.1")
        wait = int(guess.headers.get("retry-after", 0))
    assert guess.status_code == 429
    assert status(right, "203.0.113.1").status_code == 429
    assert form("203.0.113.1") == 400
    assert status(right, "203.0.113.2").status_code == 200
    assert form("203.0.113.3") == 200


def test_who_is_removed_is_signed_out(web: httpx.Client, sign_in: SignIn, served: Served) -> None:
    password = "the password of leaving"
    client = sign_in("leaving", password)
    assert client.get("/config").status_code == 200
    assert web.get(f"{served.private}/config", auth=("leaving", password)).status_code == 200
    AuthFile(served.users).remove("leaving")
    assert client.get("/config").status_code == 401
    assert web.get(f"{served.private}/config", auth=("leaving", password)).status_code == 401


def test_a_new_password_ends_the_sessions_of_the_old_one(sign_in: SignIn, served: Served) -> None:
    client = sign_in("changing", "the password of changing")
    assert client.get("/config").status_code == 200
    AuthFile(served.users).add("changing", "another long password", replace=True)
    assert client.get("/config").status_code == 401
    assert client.get("/config", auth=("changing", "another long password")).status_code == 200


def test_a_login_form_is_small(web: httpx.Client, served: Served) -> None:
    large = {"username": "ada", "password": "x" * 20_000}
    assert web.post(f"{served.private}/login", data=large).status_code == 413
    of_unknown_length = iter([b"username=ada"])
    response = web.post(f"{served.private}/login", content=of_unknown_length)
    assert response.status_code == 413


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_no_other_site_acts_for_a_signed_in_browser(sign_in: SignIn, site: str) -> None:
    client = sign_in(*ADA)
    headers = {"Sec-Fetch-Site": site}
    call = client.post("/gradio_api/call/v2/articles", json={}, headers=headers)
    assert call.status_code == 403
    form = {"username": ADA[0], "password": ADA[1]}
    assert client.post("/login", data=form, headers=headers).status_code == 403
    headers = {"Sec-Fetch-Site": "same-origin"}
    call = client.post("/gradio_api/call/v2/articles", json={}, headers=headers)
    assert call.status_code == 200


def test_a_proxy_may_give_the_page_another_name(web: httpx.Client, served: Served) -> None:
    headers = {"Host": "articles.example.com"}
    assert web.get(served.private, headers=headers).status_code == 200
    assert web.get(served.public, headers=headers).status_code == 421


def test_one_user_is_not_taken_for_another(web: httpx.Client, served: Served, ada: Call) -> None:
    bob = Call(web, served.private, auth=("bob", "staple a long password"))
    assert web.get(f"{served.private}/config", **ada.options).json()["username"] == "ada"
    assert web.get(f"{served.private}/config", **bob.options).json()["username"] == "bob"
