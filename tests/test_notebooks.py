"""Notebooks: read as one program, told by cell, written cell by cell."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from at_the_console import run
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from notebook_files import PYTHON_3, code, notebook, of_sources, prose, sources_of, written
from on_disk import Done, looked_at
from on_disk import written as made

from tfloss_migrate.source.cells import Cells

IMPORT = "import tensorflow as tf"
LOSS = "loss = tf.reduce_mean(-tf.reduce_sum(labels * tf.log(probabilities), axis=-1))"
NEW_LOSS = "loss = tf.reduce_mean(tf.keras.losses.categorical_crossentropy(labels, logits, from_logits=True))"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "n.ipynb"


def places(done: Done) -> list[tuple[str, int | None, int, int]]:
    return [
        (one.finding.rule, one.finding.cell, one.finding.span.line, one.finding.span.column + 1)
        for one in done.outcome.findings
    ]


def test_a_name_is_followed_from_cell_to_cell(file: Path) -> None:
    done = made(file, of_sources(IMPORT, "probabilities = tf.nn.softmax(logits)", "x = 1", LOSS))
    assert sources_of(done.data) == [IMPORT, "probabilities = tf.nn.softmax(logits)", "x = 1", NEW_LOSS]


def test_a_finding_is_placed_by_its_cell_and_the_line_in_it(file: Path) -> None:
    cells = [prose("# Title"), code([f"{IMPORT}\n", "\n"]), prose("x"), code("# é\n  \né = 1; y = tf.log(x)")]
    done = made(file, json.dumps(notebook(*cells)).encode(), mode="plain")
    assert places(done) == [("TFL101", 3, 3, 12)]
    (one,) = done.outcome.findings
    assert (one.finding.span.start, one.finding.span.end) == (18, 24)
    assert (one.finding.old, one.new) == ("tf.log", "tf.math.log")


def test_a_reason_that_names_a_line_names_its_cell(file: Path) -> None:
    fed = "x = tf.placeholder(tf.float32)\nwith tf.Session() as sess:\n    sess.run(tf.gradients(x * x, x), {x: 1.0})"
    done = made(file, of_sources(IMPORT, fed), mode="plain")
    (reason,) = {one.reason for one in done.outcome.findings if one.finding.rule == "TFL503"}
    assert reason is not None
    assert reason.startswith("cell 1, line 3: ")


def test_a_reason_that_names_several_lines_names_their_cells(file: Path) -> None:
    shared = "with tf.variable_scope('a'):\n    w = tf.get_variable('w', [])\n"
    fed = "x = tf.placeholder(tf.float32)\nwith tf.Session() as sess:\n    sess.run(x * w, {x: 1.0})"
    done = made(file, of_sources(IMPORT, shared, f"y = 1\n{shared}{shared}", fed), mode="plain")
    (reason,) = {one.reason for one in done.outcome.findings if one.finding.rule == "TFL503"}
    assert reason is not None
    assert reason.startswith("cell 1, line 2 and cell 2, lines 3, 5: tf.get_variable")


def test_magics_stay_as_they_are_and_where_they_are(file: Path) -> None:
    first = f"%matplotlib inline\n!pip install \\\n  tensorflow==1.15\n{IMPORT}"
    second = "files = !ls\nif files:\n    %cd ..\ny = tf.log(x)\n?tf.log"
    done = made(file, of_sources(first, "%%bash\nls tf.log", f"%%time\n{second}", "%%capture\n"))
    new = f"%%time\n{second}".replace("y = tf.log", "y = tf.math.log")
    assert sources_of(done.data) == [first, "%%bash\nls tf.log", new, "%%capture\n"]
    assert ("TFL101", 2, 5, 5) in places(done)


def test_a_cell_that_a_magic_gives_away_is_told_if_it_names_tensorflow(file: Path) -> None:
    done = made(file, of_sources(IMPORT, "%%writefile a.py\ntf.log(x)", "%%writefile b.py\nx"))
    assert places(done) == [("TFL905", 1, 1, 1)]
    assert done.outcome.status == "unchanged"


@pytest.mark.parametrize(("magic", "total"), [("!ls", "l"), ("%run model.py", "tf.compat.v1.losses.get_total_loss()")])
def test_a_file_that_is_run_may_collect_losses_of_its_own(file: Path, magic: str, total: str) -> None:
    losses = ("l = tf.losses.mean_squared_error(a, b)", magic, "t = tf.losses.get_total_loss()")
    assert sources_of(made(file, of_sources(IMPORT, *losses)).data)[-1] == f"t = {total}"


def test_what_stands_in_a_line_magic_is_told_and_not_written(file: Path) -> None:
    done = made(file, of_sources(IMPORT, "%time y = tf.log(x)\nz = tf.log(y)"))
    assert sources_of(done.data) == [IMPORT, "%time y = tf.log(x)\nz = tf.math.log(y)"]
    assert [(one.finding.span.line, one.new is None) for one in done.outcome.findings] == [(1, True), (2, False)]
    reason = done.outcome.findings[0].reason
    assert reason is not None
    assert "magic" in reason


def test_what_a_rewrite_adds_goes_to_the_cell_of_the_import(file: Path) -> None:
    sources = ("import os", "from tensorflow import log", "y = 1", "with_(tf_session)\nz = log(y)")
    done = made(file, of_sources(*sources))
    assert sources_of(done.data) == ["import os", "from tensorflow.math import log", *sources[2:]]
    session = made(file, of_sources(IMPORT, "train = tf.train.AdamOptimizer().minimize(x)", "tf.Session().run(train)"))
    assert sources_of(session.data)[0] == f"{IMPORT}\ntf.compat.v1.disable_v2_behavior()"


def test_a_session_is_converted_over_cells(file: Path) -> None:
    made(file, of_sources(IMPORT, "sess = tf.Session()\n", "x = tf.constant(1.0)", "print(sess.run(x))\nsess.close()"))
    assert sources_of(file.read_bytes()) == [IMPORT, "", "x = tf.constant(1.0)", "print(x.numpy())"]


def test_a_session_whose_function_would_reach_over_cells_is_left(file: Path) -> None:
    fed = "sess = tf.Session()\nfor value in range(3):\n    print(sess.run(z, feed_dict={x: value}))"
    done = made(file, of_sources(IMPORT, "x = tf.placeholder(tf.float32)", "y = x * 2.0", "z = y + 1.0", fed))
    (session,) = [one for one in done.outcome.findings if one.finding.rule in ("TFL501", "TFL503")]
    assert (session.new, "end of a cell" in (session.reason or "")) == (None, True)
    assert "tf.compat.v1.Session()" in sources_of(done.data)[-1]


def test_a_comment_silences_in_its_cell_and_a_whole_notebook(file: Path) -> None:
    line, other = "y = tf.log(x)  # tfloss: ignore", "z = tf.log(x)  # tfloss: ignore[TFL999]"
    done = made(file, of_sources(IMPORT, line, other), mode="plain")
    assert places(done) == [("TFL909", 2, 1, 1), ("TFL101", 2, 1, 5)]
    assert made(file, of_sources(IMPORT, other, "# tfloss: ignore-file")).outcome.status == "unchanged"


@pytest.mark.parametrize(
    ("data", "rule", "said"),
    [
        (b'{"tensorflow": ', "TFL903", "no valid JSON"),
        (b'{"cells": [], "tensorflow": 1}', "TFL905", "no notebook"),
        (b"[" * 100_000 + b'"tensorflow"', "TFL904", "nested"),
        (b'{"nbformat": 3, "worksheets": [{"cells": [{"input": "import tensorflow"}]}]}', "TFL905", "format 3"),
        (json.dumps(notebook(code(IMPORT), metadata={"kernelspec": {"language": "R"}})).encode(), "TFL905", "in R"),
        (of_sources(IMPORT, "x = 0X_1f"), "TFL905", "0X_"),
        (of_sources(IMPORT).replace(b"import", b"\xe9"), "TFL902", "0xe9"),
        (b'\xef\xbb\xbf{"tensorflow": ', "TFL903", "no valid JSON"),
        (of_sources(IMPORT, "x = '\\ud800'").replace(b"\\\\ud800", b"\\ud800"), "TFL902", "surrogate"),
    ],
)
def test_what_cannot_be_read_is_told_and_left(file: Path, data: bytes, rule: str, said: str) -> None:
    done = made(file, data)
    assert done.rules == [rule]
    assert said in done.outcome.findings[0].finding.message
    assert done.data == data


def test_outputs_that_name_tensorflow_are_no_code(file: Path) -> None:
    data = of_sources("x = 1", "print 1").replace(b"tf.log(x)", b"import tensorflow")
    assert made(file, data).rules == []


def test_a_cell_that_is_not_python_is_told_and_the_others_are_handled(file: Path) -> None:
    done = made(file, of_sources(IMPORT, "x =  # yours", "y = tf.log(x)"))
    assert places(done) == [("TFL901", 1, 1, 6), ("TFL101", 2, 1, 5)]
    assert done.outcome.status == "changed"
    assert sources_of(done.data)[2] == "y = tf.math.log(x)"


@pytest.mark.parametrize("metadata", [{}, {"kernelspec": {"name": "python2"}}, {"language_info": {"version": "3.99"}}])
@pytest.mark.parametrize("cell", ["print tf.__version__", "x ="])
def test_a_notebook_of_another_python_is_left_whole(file: Path, cell: str, metadata: dict[str, object]) -> None:
    data = json.dumps(notebook(code(IMPORT), code(cell), code("y = tf.log(x)"), metadata=metadata)).encode()
    done = made(file, data)
    assert [place[:2] for place in places(done)] == [("TFL901", 1)]
    assert (done.data, done.outcome.status) == (data, "failed")


@pytest.mark.parametrize("cell", ["  x = 1\n  tf = y", ">>> tf = y", "In [1]: import z as tf", ",f tf"])
def test_a_cell_that_only_jupyter_reads_may_bind_any_name(file: Path, cell: str) -> None:
    data = of_sources(IMPORT, cell, "y = tf.log(x)")
    done = made(file, data)
    assert [place[:2] for place in places(done)] == [("TFL901", 1)]
    assert done.data == data


def test_a_second_run_has_nothing_to_write(file: Path) -> None:
    made(file, of_sources(IMPORT, "%matplotlib inline", "p = tf.nn.softmax(z)\n", LOSS, "with tf.Session(): pass"))
    before = file.read_bytes()
    assert looked_at(file).data == before


def test_a_byte_order_mark_stays(file: Path) -> None:
    data = b"\xef\xbb\xbf" + of_sources(IMPORT, "y = tf.log(x)")
    assert made(file, data).data == data.replace(b'"y = tf.log', b'"y = tf.math.log')


def test_the_diff_is_of_the_lines_of_the_file_and_git_applies_it(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(file.parent)
    file.write_bytes(of_sources(IMPORT, "a = 1\ny = tf.log(x)\nb = 2"))
    ran = run("--diff", "--no-verify", "n.ipynb")
    assert '-    "y = tf.log(x)\\n",\n+    "y = tf.math.log(x)\\n",\n' in ran.out
    assert "n.ipynb:cell 1:2:5: TFL101" in ran.err
    subprocess.run(["git", "init", "-q"], check=True)
    subprocess.run(["git", "apply"], input=ran.out_bytes, check=True)
    assert sources_of(file.read_bytes())[1] == "a = 1\ny = tf.math.log(x)\nb = 2"


def test_a_notebook_goes_through_standard_input(file: Path) -> None:
    data = of_sources(IMPORT, "y = tf.log(x)")
    ran = run("--write", "--no-verify", "--stdin-filename", "n.ipynb", "-", stdin=data)
    assert ran.out_bytes == data.replace(b'"y = tf.log', b'"y = tf.math.log')


def test_the_report_for_programs_has_the_cell(file: Path) -> None:
    file.write_bytes(of_sources(IMPORT, "a = 1\ny = tf.log(x)"))
    (entry,) = json.loads(run("--format", "json", "--check", str(file)).out)["files"]
    (finding,) = entry["findings"]
    assert [finding[key] for key in ("cell", "line", "column", "end_line", "end_column")] == [1, 2, 5, 2, 11]


CELLS = st.sampled_from(
    [
        *(
            "  ",
            "\n\n",
            "p = tf.nn.softmax(logits)\n",
            "loss = -tf.reduce_sum(labels * tf.log(p), 1)",
            "x = 'é'\n\n",
            "# tf.log\n",
        ),
        *("y = tf.log(x)  # é\n", "if x:\n    z = tf.sub(x, y)", "def f(a):\n    return tf.log(a)\n", "x"),
        *(
            "w = tf.losses.mean_squared_error(x, y)\nw",
            "\nk = tf.div(\n    x,  # one\n    y)",
            "logits = x\r\nx = 2\r\n",
        ),
    ]
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_cells_are_rewritten_as_the_lines_of_a_script_and_nothing_else_is(file: Path, data: st.DataObject) -> None:
    sources = [IMPORT, *data.draw(st.lists(CELLS, max_size=5))]
    text = data.draw(written(sources))
    done = made(file, text.encode())
    old, new = Cells.of(text), Cells.of(done.data.decode())
    script = made(file.with_suffix(".py"), "\n".join(sources).encode())
    assert "\n".join(cell.source for cell in new.code).encode() == script.data
    ends = [(0, *(end for cell in cells.code for end in cell.inner), len(cells.text)) for cells in (old, new)]
    for a, b, c, d in zip(ends[0][::2], ends[0][1::2], ends[1][::2], ends[1][1::2], strict=True):
        assert old.text[a:b] == new.text[c:d]


@pytest.mark.parametrize(
    ("metadata", "left"), [({}, "the whole notebook is left as it is"), (PYTHON_3, "the cell is left as it is")]
)
def test_a_broken_cell_tells_what_becomes_of_the_others(file: Path, metadata: dict[str, object], left: str) -> None:
    cells = [code(IMPORT), code("y = tf.log(x)"), code("def f(:")]
    done = made(file, json.dumps(notebook(*cells, metadata=metadata)).encode(), mode="plain")
    told = {one.finding.rule: one.reason for one in done.outcome.findings}
    assert told["TFL901"] == left
    assert ("TFL101" in told) == (metadata is PYTHON_3)
