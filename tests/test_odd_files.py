"""Files as nobody should write them, and somebody did: rewritten rightly or left byte for byte, never a traceback."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest
from on_disk import looked_at, written

HEAD = b"import tensorflow as tf\n"
MSE = b"tf.reduce_mean(tf.square(p - y))"
NEW_MSE = b"tf.reduce_mean(tf.keras.losses.MSE(y, p))"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "odd.py"


def becomes(file: Path, old: bytes, new: bytes) -> None:
    """The file is written as `new`, keeps its mode bits, and a second run writes nothing."""
    file.write_bytes(b"")
    file.chmod(0o751)
    done = written(file, old)
    assert done.data == new
    assert done.outcome.status == ("unchanged" if old == new else "changed")
    assert file.stat().st_mode & 0o777 == 0o751
    again = looked_at(file)
    assert (again.outcome.status, again.data) == ("unchanged", new)


def renamed(file: Path, old: bytes) -> None:
    """Every `tf.log` of the file becomes `tf.math.log`, and nothing else changes."""
    becomes(file, old, old.replace(b"tf.log", b"tf.math.log"))


UNREADABLE = {
    "python 2 print": ("TFL901", HEAD + b"print 'x'\nx = tf.log(y)\n"),
    "python 2 except": ("TFL901", HEAD + b"try:\n    x\nexcept E, e:\n    tf.log(x)\n"),
    "broken": ("TFL901", HEAD + b"def f(:\n    tf.log(x)\n"),
    "bad indentation": ("TFL901", HEAD + b"  x = tf.log(y)\n"),
    "tabs against spaces": ("TFL901", HEAD + b"if x:\n        a = 1\n\tb = tf.log(y)\n"),
    "control character": ("TFL901", HEAD + b"x = tf.log(y)\n\x1a\n"),
    "number too long": ("TFL901", HEAD + b"x = " + b"9" * 5000 + b"\nl = tf.log(x)\n"),
    "unclosed string": ("TFL901", HEAD + b"x = '''tf.log(y)\n"),
    "not UTF-8": ("TFL902", HEAD + b"x = '\xff'\ntf.log(x)\n"),
    "NUL": ("TFL902", HEAD + b"x = tf.log(y)\0\n"),
    "UTF-16": ("TFL902", "\ufeffimport tensorflow as tf\n".encode("utf-16-le")),
    "10,000 nested brackets": ("TFL904", HEAD + b"x = " + b"(" * 10_000 + b"1" + b")" * 10_000 + b"\n"),
    "10,000 open lists": ("TFL904", HEAD + b"x = " + b"[" * 10_000 + b"\n"),
}


@pytest.mark.parametrize("kind", UNREADABLE)
@pytest.mark.parametrize("mode", ["write", "check"])
def test_what_cannot_be_read_is_a_finding_and_stays_byte_for_byte(file: Path, kind: str, mode: str) -> None:
    rule, data = UNREADABLE[kind]
    done = written(file, data, mode)  # type: ignore[arg-type]
    assert (done.rules, done.outcome.status, done.data) == ([rule], "failed", data)
    (settled,) = done.outcome.findings
    assert settled.severity == "error"
    assert settled.finding.span.line >= 1
    assert settled.finding.span.column >= 0


UNCHANGED = {
    "empty": b"",
    "only comments": b"# tensorflow\n# tf.log(x)\n",
    "only white space": b" \n\t\n",
    "in strings": HEAD + b"'''tf.log(x)'''\ns = 'tf.log(x)', b'tf.log', r'\\tf.log'\nexec('tf.log(x)')\n",
    "a parameter named tf": HEAD + b"def f(tf, x):\n    return tf.log(x)\ng = lambda tf: tf.log(1)\n",
    "tf bound anew": HEAD + b"tf = other\nloss = tf.log(x)\n",
    "tf bound anew in a function": HEAD + b"def f():\n    global tf\n    tf = 3\nx = tf.log(1)\n",
    "tf deleted": HEAD + b"del tf\nx = tf.log(1)\n",
    "tf in a loop": HEAD + b"for tf in y:\n    tf.log(x)\n",
    "tf caught": HEAD + b"try:\n    pass\nexcept E as tf:\n    tf.log(x)\n",
    "tf in a comprehension": HEAD + b"a = [tf.log(x) for tf in y]\n",
    "tf in a class": HEAD + b"class A:\n    tf = 3\n    x = tf.log(1)\n",
    "tf captured": HEAD + b"match y:\n    case [tf, *_]:\n        tf.log(1)\n",
    "star import": b"from tensorflow import *\nloss = log(x)\nl = reduce_mean(square(a - b))\n",
    "another module": b"import tensorflow\nimport other as tf\nx = tf.log(y)\n",
    "arguments in a star": HEAD + b"x = tf.reduce_mean(*tf.square(p - y), **k)\n",
    "suppressed": HEAD + b"x = tf.log(y)  # tfloss: ignore\n",
    "suppressed file": b"# tfloss: ignore-file\n" + HEAD + b"x = tf.log(y)\n",
}


@pytest.mark.parametrize("kind", UNCHANGED)
def test_what_is_no_loss_of_tensorflow_stays_byte_for_byte(file: Path, kind: str) -> None:
    becomes(file, UNCHANGED[kind], UNCHANGED[kind])


LAYOUTS = {
    "below a string of 5 MB": HEAD + b"s = '" + b"a" * 5_000_000 + b"'\nloss = tf.log(x)\n",
    "latin-1": b"# -*- coding: latin-1 -*-\n" + HEAD + b"s = '\xe9'; y = tf.log(s, name='\xe9') # \xe4\n",
    "byte order mark": b"\xef\xbb\xbf" + HEAD + b"loss = tf.log(x)\n",
    "CRLF": HEAD.replace(b"\n", b"\r\n") + b"def f(x):\r\n    return tf.log(x)\r\n",
    "CR": HEAD.replace(b"\n", b"\r") + b"def f(x):\r    return tf.log(x)\r",
    "all newlines": HEAD + b"a = tf.log(x)\r\nb = tf.log(y)\rc = tf.log(z)\n",
    "tabs": HEAD + b"def f(x):\n\tif x:\n\t\treturn tf.log(x)\n",
    "no final newline": HEAD + b"loss = tf.log(x)",
    "form feeds": HEAD + b"\x0c\ndef f(x):\n    \x0c\n    return tf.log(x)\n\x0c\nb = tf.log(\x0cx)\n",
    "line separators": HEAD + "s = 'a\u2028b\x0bc\x1cd\x85e'; x = tf.log(y)\nz = tf.log(y)\n".encode(),
    "wide characters": HEAD + "π = 'é漢字🜁'; ж = tf.log(π); s = '🜁🜁', tf.log(ж)\n".encode(),
    "semicolons": HEAD + b"a = tf.log(x); b = 1; c = tf.log(y)\nif a: b = tf.log(x); c = tf.log(y)\n",
    "backslashes": HEAD + b"x = tf.log(y) + \\\n  tf.log(z)\n",
    "walrus": HEAD + b"if (loss := tf.log(x)) is not None:\n    print(f(a := tf.log(loss)))\n",
    "match": HEAD
    + b"match x:\n    case [a, b] if tf.log(a):\n        c = tf.log(b)\n    case {'k': v, **r}:\n        tf.log(v)\n",
    "decorators": HEAD + b"@dec(tf.log(x))\n@tf.function\ndef f(x=tf.log(1.)):\n    return tf.log(x)\n",
    "classes": HEAD + b"class A(B, k=tf.log(1.)):\n    loss = tf.log(x)\n    def f(self): return tf.log(2.)\n",
    "async": HEAD
    + b"async def f(x):\n    async with a:\n        await g(tf.log(x))\n    [tf.log(await z) async for z in y]\n",
    "generators": HEAD + b"def g():\n    x = yield tf.log(y)\n    yield from tf.log(x)\n",
    "lambdas": HEAD + b"f = lambda x, y=tf.log(1.): tf.log(x)\n",
    "type comments": HEAD + b"x = tf.log(y)  # type: int\ndef f(a):\n    # type: (int) -> int\n    return tf.log(a)\n",
    "annotations": HEAD + b"x: tf.Tensor = tf.log(y)\n",
    "indices": HEAD
    + b"x[tf.log(y):tf.log(z), ...] = tf.log(q)\nx[tf.log(0)] += tf.log(p)\ndel f(tf.log(9))[tf.log(3)]\n",
    "splats": HEAD + b"[*tf.log(x)]\n{**tf.log(x)}\nprint(*[tf.log(x)])\n",
    "f-strings": HEAD
    + b"print(f'\\n{tf.log(x)}', f\"{x!r:{tf.log(y)}}\", 'a' f'b{tf.log(y)}{{}}' 'c', f'''\n{tf.log(x)}''')\n",
    "f-strings in f-strings": HEAD + "print(f\"é{f'{tf.log(x)}'}\", rf'\\{tf.log(x)}', f'a\\\n{tf.log(y)}')\n".encode(),
    "compat.v1": HEAD + b"tf = tf.compat.v1\nloss = tf.log(x)\n",
    "what does not compile": HEAD + b"return tf.log(x)\nyield 3\nbreak\nnonlocal q\n",
    "huge numbers": HEAD
    + b"m = 0.0 * tf.log(x) / 0.0 ** -1 + 1e999 * 2.0 ** 5000 * (-2.0) ** 0.5 * tf.log(x) ** 1e308\n",
    "a sum of 2,000 terms": HEAD + b"l = " + b" + ".join(b"tf.log(x%d)" % i for i in range(2000)) + b"\n",
    "95 nested parentheses": HEAD + b"l = " + b"(" * 95 + b"tf.log(x)" + b")" * 95 + b"\n",
    "95 nested calls": HEAD + b"l = " + b"tf.log(" * 95 + b"x" + b")" * 95 + b"\n",
    "900 elifs": HEAD + b"if a:\n    pass\n" + b"".join(b"elif a == %d:\n    l = tf.log(x)\n" % i for i in range(900)),
    "300 chained calls": HEAD + b"x = y" + b".f(tf.log(y))" * 300 + b"\nz = f" + b"(1)" * 300 + b"\n",
    "900 nots": HEAD + b"x = " + b"not " * 900 + b"tf.log(y)\n",
    "90 nested functions": HEAD
    + b"".join(b" " * i + b"def f%d(x):\n" % i for i in range(90))
    + b" " * 90
    + b"return tf.log(x)\n",
}


@pytest.mark.parametrize("kind", LAYOUTS)
def test_names_are_replaced_where_they_stand_and_nothing_else_is(file: Path, kind: str) -> None:
    renamed(file, LAYOUTS[kind])


def test_a_file_that_is_suppressed_in_one_line_is_rewritten_in_the_others(file: Path) -> None:
    old = HEAD + b"x = tf.log(y)  # tfloss: ignore[TFL101] because\nz = tf.log(y)\n"
    becomes(file, old, old.replace(b"z = tf.log", b"z = tf.math.log"))


def test_a_file_of_3000_lines_is_rewritten_throughout(file: Path) -> None:
    other = b"".join(b"    x%d = g(x, y)[0]\n" % i for i in range(13))
    one = b"def f%d(p, y):\n" + other + b"    return %s + tf.log(p)\n"
    old = HEAD + b"".join(one % (i, MSE) for i in range(200))
    assert old.count(b"\n") > 3000
    becomes(file, old, old.replace(MSE, NEW_MSE).replace(b"tf.log", b"tf.math.log"))


@pytest.mark.parametrize("newline", [b"\n", b"\r\n", b"\r"])
@pytest.mark.parametrize("indent", [b"    ", b"\t", b" "])
def test_a_loss_over_several_lines_keeps_the_layout_of_its_inputs_and_its_comments(
    file: Path, newline: bytes, indent: bytes
) -> None:
    old = (
        b"import tensorflow as tf\nclass A:\n\tdef loss(self, h, w, b):\n"
        b"\t\tself.p = tf.nn.softmax(h[0,  # first\n\t\t\t1] + b)  # probabilities\n"
        b"\t\treturn -tf.reduce_sum(  # over the classes\n"
        b"\t\t\tself.y * tf.log(self.p), 1)  # done\n"
    )
    new = (
        b"import tensorflow as tf\nclass A:\n\tdef loss(self, h, w, b):\n"
        b"\t\tlogits = (h[0,  # first\n\t\t\t1] + b)\n\t\tself.p = tf.nn.softmax(logits)  # probabilities\n"
        b"\t\t# over the classes\n"
        b"\t\treturn tf.keras.losses.categorical_crossentropy(self.y, logits, from_logits=True)  # done\n"
    )
    as_asked = [text.replace(b"\t", indent).replace(b"\n", newline) for text in (old, new)]
    becomes(file, as_asked[0], as_asked[1])


def test_a_comment_never_moves_into_a_string_that_the_line_begins_in(file: Path) -> None:
    old = HEAD + b'x = f("""\n  text""", tf.reduce_mean(  # of squares\n  tf.square(p - y)))\n'
    becomes(file, old, HEAD + b'# of squares\nx = f("""\n  text""", ' + NEW_MSE + b")\n")
    stays = HEAD + b'"""text\n"""; x = tf.reduce_mean(  # of squares\n  tf.square(p - y))\n'
    becomes(file, stays, stays)


def test_comments_that_are_equal_are_all_kept(file: Path) -> None:
    old = HEAD + b"x = tf.reduce_mean(  # c\n  tf.square(p[0,  # c\n  1] - y)  # c\n)\n"
    done = written(file, old)
    assert done.data.count(b"# c") == 3
    assert b"MSE" in done.data


def test_comments_in_an_import_are_kept(file: Path) -> None:
    old = b"from tensorflow import (log,  # natural\n    square as sq)\nx = log(y)\n"
    new = b"# natural\nfrom tensorflow import square as sq\nfrom tensorflow.math import log\nx = log(y)\n"
    becomes(file, old, new)
    becomes(file, b"if 1: from tensorflow import log; x = 1\n", b"if 1: from tensorflow.math import log; x = 1\n")


def test_a_comment_below_a_backslash_moves_above_the_statement(file: Path) -> None:
    old = HEAD + b"if a:\n    x = 1 + \\\n      tf.reduce_mean(  # c\n        tf.square(p - y))\n"
    becomes(file, old, HEAD + b"if a:\n    # c\n    x = 1 + \\\n      " + NEW_MSE + b"\n")


def test_a_name_keeps_the_comments_and_breaks_inside_it(file: Path) -> None:
    old = HEAD + b"w = (tf  # root\n  .log(x))\nv = tf. \\\n  log(x)\n"
    becomes(file, old, old.replace(b".log", b".math.log").replace(b"  log", b"  math.log"))


def test_a_loss_in_an_f_string_is_rewritten_in_place(file: Path) -> None:
    old = HEAD + b"print(f'''a\n  b {tf.log(y)} {{}} {%s}''' f'{%s!r:>{w}}')\n" % (MSE, MSE)
    becomes(file, old, old.replace(b"tf.log", b"tf.math.log").replace(MSE, NEW_MSE))


def test_a_name_that_the_encoding_cannot_hold_is_not_lost(file: Path) -> None:
    old = b"# coding: latin-1\nimport tensorflow as tf\n\xe9t\xe9 = 1\nl = tf.reduce_mean(tf.square(\xe9t\xe9 - y))\n"
    done = written(file, old)
    assert ast.parse(done.data)
    assert b"\xe9t\xe9 = 1" in done.data


@pytest.mark.skipif(sys.version_info < (3, 12), reason="the syntax of Python 3.12")
def test_type_parameters_are_read(file: Path) -> None:
    renamed(file, HEAD + b"def f[T](x: T) -> T:\n    return tf.log(x)\ntype X = int\n")


@pytest.mark.parametrize("kind", [*LAYOUTS, *UNCHANGED])
def test_a_lint_of_any_of_them_writes_nothing(file: Path, kind: str) -> None:
    data = {**LAYOUTS, **UNCHANGED}[kind]
    done = written(file, data, "check")
    assert (done.data, done.outcome.status) == (data, "unchanged")
    assert bool(done.rules) == (kind in LAYOUTS)
