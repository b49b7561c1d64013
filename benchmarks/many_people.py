"""Many people ask at once, each signed in, each in a conversation of their own.

    python benchmarks/many_people.py dev.json.gz [--people 20] [--questions 10] [--articles 42]

A real server (`article-qa serve` in a process of its own) is asked by as many threads as there are
people, over HTTP and in the way the page does it: the next question when the answer is there. Each
person asks questions that nobody else asks. Afterwards it is checked that

- each has one conversation, with exactly the questions asked, in their order, and nothing else;
- nothing that was sent to one person holds a question of another;
- every quote of every answer stands in its article, at its offsets.

Printed are the times from question to answer, and what was found wrong.
"""

import argparse
import json
import random
import secrets
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from index import ArticleIndex
from qa.conversations import Conversations
from qa.passwords import AuthFile
from qa.squad import read_squad

PASSWORD = "a password for the benchmark"


@dataclass
class Person:
    """Somebody who asks one question after the other."""

    name: str
    questions: list[str]
    seconds: list[float] = field(default_factory=list)
    received: str = ""
    trouble: str = ""

    def ask_all(self, address: str, begin: threading.Barrier) -> None:
        try:
            with httpx.Client(base_url=address, timeout=600) as client:
                form = {"username": self.name, "password": PASSWORD}
                client.post("/login", data=form).raise_for_status()
                config = client.get("/config").raise_for_status().json()
                function = asking(config)
                inputs = len(config["dependencies"][function]["inputs"])
                session = secrets.token_hex(8)
                begin.wait()
                for question in self.questions:
                    started = time.perf_counter()
                    self._ask(client, function, [question, *[None] * (inputs - 1)], session)
                    self.seconds.append(time.perf_counter() - started)
        except (httpx.HTTPError, threading.BrokenBarrierError, RuntimeError) as error:
            self.trouble = f"{type(error).__name__}: {error}"
            begin.abort()

    def _ask(self, client: httpx.Client, function: int, data: list[object], session: str) -> None:
        body = {"data": data, "fn_index": function, "session_hash": session}
        client.post("/gradio_api/queue/join", json=body).raise_for_status()
        where = f"/gradio_api/queue/data?session_hash={session}"
        with client.stream("GET", where) as stream:
            for line in stream.iter_lines():
                self.received += line
                message = json.loads(line.removeprefix("data: ")) if line else {}
                if message.get("msg") == "process_completed":
                    if not message["success"]:
                        raise RuntimeError(line)
                    return
        raise RuntimeError("The answer did not come.")


def asking(config: dict[str, list[dict[str, object]]]) -> int:
    """Which function of the page answers the question in its field."""
    parts = {part["id"]: part for part in config["components"]}
    for number, function in enumerate(config["dependencies"]):
        for id, event in function["targets"]:  # type: ignore[attr-defined]
            properties = parts.get(id, {}).get("props", {})
            if event == "submit" and properties.get("elem_id") == "qa-question":  # type: ignore[attr-defined]
                return number
    raise RuntimeError("The page has no field for a question.")


def prepare(file: Path, folder: Path, people: int, questions: int, articles: int) -> list[Person]:
    """The index, the users, and what each will ask."""
    texts, asked = read_squad(file)
    texts = texts[:articles]
    uris = {article.uri for article in texts}
    with ArticleIndex.open(folder) as index:
        index.add(texts)
    distinct = list(dict.fromkeys(q.text for q in asked if q.uri in uris))
    random.Random(0).shuffle(distinct)
    users = AuthFile(folder.parent / "users")
    made = []
    for number in range(people):
        name = f"person{number}"
        users.add(name, PASSWORD)
        made.append(Person(name, distinct[number * questions : (number + 1) * questions]))
    return made


def wrong(folder: Path, people: list[Person]) -> list[str]:
    """What is not as it must be, in words."""
    found = [f"{person.name}: {person.trouble}" for person in people if person.trouble]
    with ArticleIndex.open(folder) as index, Conversations.open(folder) as conversations:
        for person in people:
            kept = conversations.list(person.name)
            if len(kept) != 1:
                found.append(f"{person.name} has {len(kept)} conversations")
                continue
            turns = conversations.get(kept[0].id, person.name).turns
            if [turn.question for turn in turns] != person.questions:
                found.append(f"{person.name}: other questions than were asked")
            for citation in (c for turn in turns for c in turn.answer.citations):
                article = index.article(citation.uri)
                quoted = article.text[citation.start : citation.end]
                if (quoted, article.content_hash) != (citation.quote, citation.content_hash):
                    found.append(f"{person.name}: a quote that its article does not have")
            others = {q for other in people if other is not person for q in other.questions}
            mixed = [question for question in others if question in person.received]
            found += [f"{person.name} was sent {question!r}" for question in mixed]
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file", type=Path)
    parser.add_argument("--people", type=int, default=20)
    parser.add_argument("--questions", type=int, default=10)
    parser.add_argument("--articles", type=int, default=42)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary) / "index"
        people = prepare(
            arguments.file, folder, arguments.people, arguments.questions, arguments.articles
        )
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        program = Path(sys.executable).with_name("article-qa")
        command = [str(program), "serve", "--index", str(folder), "--port", str(port)]
        command += ["--auth-file", str(folder.parent / "users")]
        server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        try:
            assert server.stdout
            server.stdout.readline()  # it is ready
            begin = threading.Barrier(len(people))
            address = f"http://127.0.0.1:{port}"
            threads = [threading.Thread(target=p.ask_all, args=(address, begin)) for p in people]
            started = time.perf_counter()
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            lasted = time.perf_counter() - started
        finally:
            server.terminate()
            server.wait()
        seconds = sorted(s for person in people for s in person.seconds)
        found = wrong(folder, people)
    print(f"{len(people)} people, {len(seconds)} answers in {lasted:.1f} s")
    if len(seconds) > 1:
        p95 = statistics.quantiles(seconds, n=20)[-1]
        print(f"question to answer: median {statistics.median(seconds):.2f} s, 95th {p95:.2f} s")
        slowest = [max(person.seconds, default=0) for person in people]
        print(f"slowest answer of each: {min(slowest):.2f} to {max(slowest):.2f} s")
    print("\n".join(found) or "nothing wrong: no error, no mixed-up answer, every quote checks")
    raise SystemExit(bool(found))


if __name__ == "__main__":
    main()
