"""Write a file of SelQA in the format of SQuAD.

    python training/selqa_to_squad.py selqa-ass-dev.json.gz OUT.json

Each article keeps its sections as paragraphs; the answers to a question are whole sentences. Half
of SelQA's questions are worded to share few words with their answer, which SQuAD's are not.
"""

import gzip
import json
import sys
from pathlib import Path


def main(source: Path, target: Path) -> None:
    articles: dict[str, dict[str, dict]] = {}
    for number, item in enumerate(json.loads(gzip.decompress(source.read_bytes()))):
        sections = articles.setdefault(item["article"], {})
        context = " ".join(item["candidates"])
        section = sections.setdefault(context, {"context": context, "qas": []})
        answers = []
        for position in item["answers"]:
            start = len(" ".join([*item["candidates"][:position], ""]))
            answers.append({"text": item["candidates"][position], "answer_start": start})
        question = {"id": str(number), "question": item["question"], "answers": answers}
        if answers:
            section["qas"].append(question)
    data = [
        {"title": title, "paragraphs": list(sections.values())}
        for title, sections in articles.items()
    ]
    target.write_text(json.dumps({"version": "1.1", "data": data}), "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
