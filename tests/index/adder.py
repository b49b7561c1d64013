"""Changes an index without end, telling each step, until it is killed. Run by the tests.

    python adder.py FOLDER SEED reopen|stay

Prints "begin URI CONTENT_HASH" (or "-" for a removal) before each change and "done" after it.
"""

import random
import sys

from index import Article, ArticleIndex, HashingEmbedder

WORDS = "rain river ferry storm bridge captain ticket harbour noon euro".split()


def say(*words: str) -> None:
    print(*words, flush=True)


def an_article(rng: random.Random) -> Article:
    sentences = [
        " ".join(rng.choices(WORDS, k=8)).capitalize() + "." for _ in range(rng.randint(1, 60))
    ]
    return Article(f"u{rng.randrange(12)}", "Title", " ".join(sentences))


def change(index: ArticleIndex, rng: random.Random) -> None:
    article = an_article(rng)
    known = {summary.uri for summary in index.articles()}
    if article.uri in known and rng.random() < 0.2:
        say("begin", article.uri, "-")
        index.remove(article.uri)
    else:
        say("begin", article.uri, article.content_hash)
        index.add([article])
    say("done")


def main() -> None:
    folder, seed, mode = sys.argv[1:]
    rng = random.Random(seed)
    while True:
        # "reopen" is mostly in the middle of saving vectors, "stay" of a transaction.
        with ArticleIndex.open(folder, embedder=HashingEmbedder()) as index:
            index.search_vectors(index.embed_question("rain"), 5)
            change(index, rng)
            while mode == "stay":
                change(index, rng)


if __name__ == "__main__":
    main()
