"""Claims about `if` the version of TensorFlow is such or such: the branch that TF1 and TF2 both take stays alone."""

from __future__ import annotations

import ast

import pytest

from tfloss_migrate.sessions.plain.versioned import versioned
from tfloss_migrate.syntax.edits import apply
from tfloss_migrate.syntax.names import Names

IMPORT = "import tensorflow as tf\n"
OLDER = "int((tf.__version__).split('.')[1]) < 12 and int((tf.__version__).split('.')[0]) < 1"


def settled(text: str) -> str:
    tree = ast.parse(IMPORT + text)
    return apply(IMPORT + text, versioned(IMPORT + text, Names(tree), tree)).removeprefix(IMPORT)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (f"if {OLDER}:  # old\n    a = 1\nelse:\n    # new\n    a = 2\n", "# new\na = 2\n"),
        ("if tf.__version__[0] >= '1':\n    a = 1\nelif b:\n    a = 2\n", "a = 1\n"),
        ("if not tf.__version__.startswith('0.'):\n    a = 1\n", "a = 1\n"),
        ("if float(tf.VERSION[:3]) < 1.0:\n    a = 1\nb = 2\n", "b = 2\n"),
        ("def f():\n    if tf.__version__ < '0.12':\n        raise ValueError\n", "def f():\n    pass\n"),
    ],
)
def test_the_branch_that_both_take_stays(old: str, new: str) -> None:
    assert settled(old) == new


@pytest.mark.parametrize(
    "text",
    [
        "if tf.__version__.startswith('1.'):\n    a = 1\nelse:\n    a = 2\n",
        "if tf.__version__ > wanted:\n    a = 1\n",
        "if float(tf.__version__) > 1:\n    a = 1\n",
        "if np.__version__ < '0.1':\n    a = 1\n",
        "if tf.__version__ < '0.1':\n    a = 1\nelif b:\n    a = 2\n",
        "if tf.__version__ > '0.1': a = 1\n",
        "if tf.__version__ > '0.1':\n    a = '''\n  b'''\n",
    ],
)
def test_what_is_not_decided_stays(text: str) -> None:
    assert settled(text) == text
