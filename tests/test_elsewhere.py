"""What rules ask of other files is answered by a few looks at the tree, however many files ask."""

from __future__ import annotations

from pathlib import Path

import pytest

from tfloss_migrate import elsewhere
from tfloss_migrate.elsewhere import Elsewhere
from tfloss_migrate.rules.hidden import _IMPORTING, _IMPORTS
from tfloss_migrate.source.discover import Found

FILES = {
    "model.py": "import tensorflow as tf\n",
    "nets/__init__.py": "",
    "nets/deep.py": "# import model\n",
    "other.py": "from lib import (\n    first,\n    # model,\n    nets as n,\n)\n",
    "tools.py": "x = 1\nimport os, \\\n    model\n",
    "use.py": "'''\nimport first\n'''\n__all__ = ['deep']\n",
    "words.py": "model = nets = deep = 1  # import model\nexec (model)\n",
}


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Found]:
    monkeypatch.chdir(tmp_path)
    for name, text in FILES.items():
        Path(name).parent.mkdir(exist_ok=True)
        Path(name).write_text(text)
    return [Found(name, name) for name in FILES]


@pytest.mark.parametrize(
    ("word", "asker", "place"),
    [
        ("model", "model.py", "tools.py:3"),
        ("model", "tools.py", None),
        ("nets", "nets/__init__.py", "other.py:4"),
        ("deep", "nets/deep.py", "use.py:4"),
        ("tools", "tools.py", None),
        ("words", "words.py", None),
    ],
)
def test_an_import_of_a_file_is_found_in_code_and_not_in_comments(
    tree: list[Found], word: str, asker: str, place: str | None
) -> None:
    assert Elsewhere(tree)((_IMPORTS, word.encode()), asker) == place


def test_an_import_of_what_is_computed_may_be_of_any_file(tree: list[Found]) -> None:
    Path("words.py").write_text("exec(open('model.py').read())\n")
    assert Elsewhere(tree)((_IMPORTING, b""), "model.py") == "words.py:1"


def test_of_several_patterns_the_first_place_in_a_file_is_told(tree: list[Found]) -> None:
    patterns = rb"deep = \d" b"\n" rb"nets ="
    assert Elsewhere(tree)((patterns, b""), "model.py") == "words.py:1"
    Path("use.py").write_text("# deep = 1\n\nnets = 1\ndeep = 1\n")
    assert Elsewhere(tree)((patterns, b""), "model.py") == "use.py:3"


def test_the_tree_is_read_as_often_for_many_files_as_for_one(
    tree: list[Found], monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []
    whole = elsewhere.read
    monkeypatch.setattr(elsewhere, "read", lambda path, real: read.append(path) or whole(path, real))
    asked = Elsewhere(tree)
    asked((_IMPORTS, b"model"), "model.py")
    once = len(read)
    for found in tree:
        asked((_IMPORTS, Path(found.path).stem.encode()), found.path)
    assert len(read) == once == len(FILES)


def test_answers_are_kept_only_until_the_file_is_done(tree: list[Found]) -> None:
    asked = Elsewhere(tree)
    asked((_IMPORTS, b"model"), "model.py")
    assert asked.asked_by("model.py") == {(_IMPORTS, b"model"): "tools.py:3"}
    assert asked.asked_by("model.py") == {}
