"""Adds turns to conversations without end, telling each step, until it is killed. Run by tests.

    python appender.py FOLDER SEED

Prints "begin ID NUMBER" before it adds turn NUMBER to a conversation, and "done" after it.
"""

import random
import sys

from index import Article
from qa.conversations import Conversations
from tests.qa.turns import a_turn

QUOTE = "The ferry sails at noon."


def main() -> None:
    folder, seed = sys.argv[1:]
    rng = random.Random(seed)
    while True:
        with Conversations.open(folder) as kept:
            id = rng.choice(kept.list("")).id
            for _ in range(rng.randint(1, 20)):
                number = kept.get(id, "").summary.turns + 1
                # Few texts, so that turns share some, and some are long.
                text = f"{QUOTE} It rained." * (1 + 999 * rng.randrange(2))
                article = Article("x:ferry", f"Ferry {rng.randrange(9)}", text)
                print("begin", id, number, flush=True)
                turn = a_turn(f"Question {number}?", article, quote=QUOTE)
                kept.append(id, "", turn)
                print("done", flush=True)


if __name__ == "__main__":
    main()
