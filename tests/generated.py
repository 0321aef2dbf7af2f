"""Programs of the TensorFlow 1 years, generated: random formulas in random layouts."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from random import Random

from hypothesis import strategies as st

from tfloss_migrate.recognise.specimens import IMPORTS, specimens

_LEAVES = 'y p z labels logits self.y net.out d["k"] d["π"] größe f(y) 1.0 2 w'.split()
_UNARY = "log exp square sqrt abs neg sigmoid nn.softmax nn.sigmoid nn.log_softmax log1p to_float identity".split()
_BINARY = "sub subtract mul multiply add maximum squared_difference div pow".split()
_AXES = (
    "",
    ", 1",
    ", axis=1",
    ", axis=-1",
    ", [1]",
    ", reduction_indices=[1]",
    ", reduction_indices=1, keep_dims=True",
)
_FORMS = [case.with_numbers(case.form.legacy) for by_name in (False, True) for case in specimens(by_name=by_name)]
_INPUT = re.compile(r"(?<![\w.])(labels|logits|predictions|probabilities|weights|x|y|n|positive)(?![\w(]|\s*=[^=])")


def _expression(random: Random, depth: int = 3) -> str:
    """A formula: operations, operators, helpers, and the rules' own legacy forms over any of these."""
    kind = random.randrange(10)
    if depth == 0 or kind == 0:
        return random.choice(_LEAVES)

    def inner() -> str:
        return _expression(random, depth - 1)

    if kind < 5:
        given = {name: inner() for name in ("labels", "logits", "predictions", "probabilities", "weights", "x", "y")}
        return _INPUT.sub(lambda found: given.get(found[1], "n"), f"({random.choice(_FORMS)})")
    if kind < 6:
        return f"tf.{random.choice(_UNARY)}({inner()})"
    if kind < 7:
        return f"tf.{random.choice(_BINARY)}({inner()}, {inner()})"
    if kind < 8:
        return f"tf.reduce_{random.choice(('mean', 'sum'))}({inner()}{random.choice(_AXES)})"
    if kind < 9:
        return f"({inner()} {random.choice('+-*/')} {inner()})"
    return random.choice(("(-{})", "({} if {} else {})", "helper({}, {})", "[{}, {}]")).format(
        inner(), inner(), inner()
    )


_GAPS = ("", "", "", " ", "  ", "\t", "\n", "\n      ", "  # wärme\n  ", " # c\n", "\\\n ")


def _laid_out(expression: str, random: Random) -> str:
    """The expression in brackets, with other white space and comments between its tokens."""
    pieces, before = [], ""
    for token in tokenize.generate_tokens(io.StringIO(expression).readline):
        if token.string.strip():
            words = (before[-1:] + token.string[:1]).replace(".", "a").replace("_", "a")
            pieces += [random.choice(_GAPS) or " " * (len(words) == 2 and words.isalnum()), token.string]
            before = token.string
    return f"({''.join(pieces)})"


_LINES = (
    *(f"{target} = @" for target in ("a", "loss", "self.loss", "x[0]", "p", "probs", "a, b")),
    "@  # tfloss: ignore",
    "print(@, 'tf.log(x)', \"# no comment\")",
    "return @",
    "c = @; d = 1  # tail",
    "# alone: tf.log(x)",
    "if @:\n>>pass\n>elif a:\n>>b = @\n>else:\n>>q = 1",
    "for i in range(3):\n>>total += @",
    "with scope('é'):\n>>v = @\n>>v = v + 1",
    "f = lambda q: @",
    "'''text\n  of tf.log(x)'''; e = @",
    "assert @, '''\ntf.log'''",
    "del a",
)


def program(seed: int) -> str:
    """A program: an import of TensorFlow, a helper, and functions full of formulas."""
    random = Random(seed)
    lines, root = IMPORTS[random.choice(sorted(IMPORTS))]
    indent = random.choice(("    ", "\t", " "))
    body = [f"def helper(a, b):\n{indent}return {_rooted(_expression(random), root)}"]
    for number in range(random.randint(1, 3)):
        body.append(f"def loss{number}(self, y, p, z, w, labels, logits):\n{indent}n = 1.0")
        for _ in range(random.randint(1, 4)):
            line = f">{random.choice(_LINES)}".replace("\n>", "\n!").replace(">", "!")
            while "@" in line:
                expression = _rooted(_expression(random), root)
                line = line.replace("@", _laid_out(expression, random) if random.random() < 0.5 else expression, 1)
            body.append(line.replace("!", indent))
    era = random.choice(("sess = tf.Session()", "tf.initialize_all_variables()", "# 2.x?"))
    text = "\n".join([lines, *body, _rooted(era, root), ""])
    return text.replace("\n", random.choice(("\n", "\n", "\r\n", "\r")))


def _rooted(expression: str, root: str) -> str:
    return re.sub(r"(?<![.\w])tf[.]", f"{root}.", expression)


def programs() -> st.SearchStrategy[str]:
    """Programs; each is made from one number, which is the shortest way to tell a failing one.

    There are fifty, so that what the tests find out about one can be remembered.
    """
    return st.integers(0, 49).map(program)


def parses(text: str) -> bool:
    try:
        ast.parse(text)
    except SyntaxError:
        return False
    return True


def comments(text: str) -> list[str]:
    """The comments of a text, in order."""
    tokens = tokenize.generate_tokens(io.StringIO(text, newline=None).readline)
    return [token.string for token in tokens if token.type == tokenize.COMMENT]
