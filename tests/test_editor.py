"""A language server, spoken with by a client over standard input and output."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from installed import needs

pytest.importorskip("pygls")

from lsprotocol import types
from pygls.lsp.client import LanguageClient

from tfloss_migrate.editor.places import Places
from tfloss_migrate.editor.shown import FIX_ALL

#: A rewrite that the package ships a verdict for; a place behind characters that are two units in UTF-16.
LOSS = (
    "import tensorflow as tf\n\n\ndef loss(labels, logits):\n"
    "    s = '\U0001f600\U0001f600'; "
    "return tf.reduce_mean(-tf.reduce_sum(labels * tf.log(tf.nn.softmax(logits)), axis=-1))\n"
)
#: One for which it ships none.
NEW = "import tensorflow as tf\n\n\ndef loss(y, z):\n    return tf.losses.huber_loss(y, z, delta=0.7123)\n"


class Client(LanguageClient):
    """An editor that shows what it is told."""

    def __init__(self) -> None:
        super().__init__("test", "1")
        self.shown: asyncio.Queue[types.PublishDiagnosticsParams] = asyncio.Queue()
        self.messages: list[str] = []
        self.feature(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)(lambda params: self.shown.put_nowait(params))
        self.feature(types.WINDOW_SHOW_MESSAGE)(lambda params: self.messages.append(params.message))

    def open(self, file: Path, text: str) -> str:
        uri = file.as_uri()
        item = types.TextDocumentItem(uri, "python", 1, text)
        self.text_document_did_open(types.DidOpenTextDocumentParams(item))
        return uri

    def change(self, uri: str, version: int, text: str) -> None:
        item = types.VersionedTextDocumentIdentifier(version, uri)
        whole = types.TextDocumentContentChangeWholeDocument(text)
        self.text_document_did_change(types.DidChangeTextDocumentParams(item, [whole]))

    async def told(
        self, wanted: Callable[[types.PublishDiagnosticsParams], bool] = lambda _: True
    ) -> types.PublishDiagnosticsParams:
        """The first diagnostics that are as wanted."""
        while True:
            params = await asyncio.wait_for(self.shown.get(), 120)
            if wanted(params):
                return params

    async def hover(self, uri: str, line: int, character: int) -> str:
        at = types.HoverParams(types.TextDocumentIdentifier(uri), types.Position(line, character))
        hover = await self.text_document_hover_async(at)
        return hover.contents.value if hover is not None else ""  # type: ignore[union-attr]

    async def actions(self, uri: str, line: int, only: list[str] | None = None) -> dict[str, types.CodeAction]:
        at = types.Range(types.Position(line, 0), types.Position(line, 200))
        context = types.CodeActionContext([], only)
        asked = types.CodeActionParams(types.TextDocumentIdentifier(uri), at, context)
        offered = await self.text_document_code_action_async(asked) or ()
        by_title = {one.title: one for one in offered}
        assert len(by_title) == len(offered), "no two entries of a menu are called the same"
        return by_title  # type: ignore[return-value]


def served(talk: Callable[[Client], Awaitable[None]], folder: Path, *arguments: str) -> Client:
    """A whole conversation with a server that is started for it."""

    async def whole() -> Client:
        client = Client()
        environment = {"XDG_CACHE_HOME": str(folder / "cache"), "PATH": ""}
        await client.start_io(sys.executable, "-m", "tfloss_migrate", "--lsp", *arguments, env=environment)
        cells = types.NotebookDocumentClientCapabilities(types.NotebookDocumentSyncClientCapabilities())
        able = types.ClientCapabilities(notebook_document=cells)
        asked = types.InitializeParams(able, root_uri=folder.as_uri())
        await client.initialize_async(asked)
        client.initialized(types.InitializedParams())
        try:
            await talk(client)
        finally:
            await client.shutdown_async(None)
            client.exit(None)
            await client.stop()
        return client

    return asyncio.run(asyncio.wait_for(whole(), 150))


def edited(text: str, action: types.CodeAction, uri: str) -> str:
    """A text after an action, whose columns count UTF-16."""
    assert action.edit is not None
    assert action.edit.changes is not None
    lines = [*text.splitlines(keepends=True), ""]

    def offset(at: types.Position) -> int:
        units = lines[at.line].encode("utf-16-le")[: 2 * at.character]
        return sum(map(len, lines[: at.line])) + len(units.decode("utf-16-le"))

    for edit in sorted(action.edit.changes[uri], key=lambda one: (one.range.start.line, one.range.start.character))[
        ::-1
    ]:
        text = text[: offset(edit.range.start)] + edit.new_text + text[offset(edit.range.end) :]
    return text


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_a_rewrite_is_shown_explained_and_made_in_its_place(newline: str, tmp_path: Path) -> None:
    text = LOSS.replace("\n", newline)

    async def talk(client: Client) -> None:
        uri = client.open(tmp_path / "loss.py", text)
        first = await client.told()
        lint = [one for one in first.diagnostics if one.code == "TFL310"]
        assert [(one.range.start.line, one.severity, one.source) for one in lint] == [
            (4, types.DiagnosticSeverity.Warning, "tfloss-migrate")
        ] * 2
        assert "Silence TFL310 here, with a comment" in await client.actions(uri, 4)
        code = text.splitlines()[4]
        start = lint[0].range.start.character
        rest = code.encode("utf-16-le")[2 * start :].decode("utf-16-le")
        assert code.startswith(code[: code.index(rest)] + rest)
        assert rest.startswith("tf.reduce_mean(-tf.reduce_sum")
        await client.told(lambda one: any("steadier" in each.message for each in one.diagnostics))
        said = await client.hover(uri, 4, start + 3)
        assert "categorical_crossentropy" in said
        assert "**steadier**: no difference found wherever the old side is right" in said
        assert await client.hover(uri, 0, 2) == ""
        offered = await client.actions(uri, 4)
        (rewrite,) = (action for title, action in offered.items() if title.startswith("Rewrite TFL310"))
        made = edited(text, rewrite, uri)
        assert "from_logits=True" in made
        assert made.count(newline) == made.count("\n")
        compile(made, "loss.py", "exec")
        assert edited(text, offered["Rewrite all in this file"], uri) == made
        silent = edited(text, offered["Silence TFL310 here, with a comment"], uri)
        assert silent == text.replace("axis=-1))", "axis=-1))  # tfloss: ignore[TFL310] left as it is")
        assert list(await client.actions(uri, 4, [FIX_ALL])) == ["Rewrite all in this file"]
        assert await client.actions(uri, 4, ["refactor"]) == {}

    assert served(talk, tmp_path).messages == []


def test_a_file_is_looked_into_whatever_it_is_called(tmp_path: Path) -> None:
    async def talk(client: Client) -> None:
        uri = client.open(tmp_path / "my losses" / "l\N{LATIN SMALL LETTER O WITH DIAERESIS}ss #1.py", LOSS)
        assert "%20" in uri
        assert "TFL310" in [one.code for one in (await client.told()).diagnostics]
        client.change(uri, 2, "x = 1\n")
        assert (await client.told(lambda one: one.version == 2)).diagnostics == ()

    assert served(talk, tmp_path).messages == []


CELLS = [
    None,
    "%matplotlib inline\nimport tensorflow as tf",
    "def loss(labels, logits):\n    !ls\n"
    "    return tf.reduce_mean(-tf.reduce_sum(labels * tf.log(tf.nn.softmax(logits)), axis=-1))\n",
    "x = tf.log(1.0)",
]


def opened(client: Client, file: Path, cells: list[str | None]) -> list[str]:
    """The names of the cells of a notebook that is opened; None is one with prose, of which no text is sent."""
    uris = [f"vscode-notebook-cell:{file.as_uri().removeprefix('file:')}#c{number}" for number in range(len(cells))]
    kinds = [types.NotebookCellKind.Markup if one is None else types.NotebookCellKind.Code for one in cells]
    listed = [types.NotebookCell(kind, uri) for kind, uri in zip(kinds, uris, strict=True)]
    texts = [types.TextDocumentItem(uri, "python", 1, one) for uri, one in zip(uris, cells, strict=True) if one]
    notebook = types.NotebookDocument(file.as_uri(), "jupyter-notebook", 1, listed)
    client.notebook_document_did_open(types.DidOpenNotebookDocumentParams(notebook, texts))
    return uris


def test_what_is_found_in_a_notebook_is_shown_and_mended_in_its_cells(tmp_path: Path) -> None:
    async def talk(client: Client) -> None:
        _, imports, loss, last = opened(client, tmp_path / "my notebook.ipynb", CELLS)
        found = {(told := await client.told()).uri: told.diagnostics for _ in range(3)}
        assert set(found) == {imports, loss, last}
        assert found[imports] == ()
        assert [(one.code, one.range.start.line) for one in found[last]] == [("TFL101", 0)]
        assert "TFL310" in [one.code for one in found[loss]]
        await client.told(lambda one: one.uri == last and any("same" in each.message for each in one.diagnostics))
        assert "from_logits=True" in await client.hover(loss, 2, 12)
        assert await client.hover(imports, 1, 3) == ""
        offered = await client.actions(loss, 2)
        (rewrite,) = (action for title, action in offered.items() if title.startswith("Rewrite TFL310"))
        assert set(rewrite.edit.changes) == {loss}
        made = edited(CELLS[2], rewrite, loss)
        assert made.startswith("def loss(labels, logits):\n    !ls\n    return tf.reduce_mean(tf.keras.losses.")
        everything = (await client.actions(loss, 2, [FIX_ALL]))["Rewrite all in this notebook"]
        assert edited(CELLS[2], everything, loss) == made
        assert edited(CELLS[3], everything, last) == "x = tf.math.log(1.0)"
        assert set(everything.edit.changes) == {loss, last}

    assert served(talk, tmp_path).messages == []


def test_a_cell_that_changes_is_looked_into_anew_with_all_others(tmp_path: Path) -> None:
    async def talk(client: Client) -> None:
        file = tmp_path / "notebook.ipynb"
        _, imports, _, last = opened(client, file, CELLS)
        await client.told(lambda one: one.uri == last and any("same" in each.message for each in one.diagnostics))
        change = types.NotebookDocumentCellContentChanges(
            types.VersionedTextDocumentIdentifier(2, imports),
            [types.TextDocumentContentChangeWholeDocument("import os")],
        )
        changed = types.NotebookDocumentChangeEvent(cells=types.NotebookDocumentCellChanges(text_content=[change]))
        named = types.VersionedNotebookDocumentIdentifier(2, file.as_uri())
        client.notebook_document_did_change(types.DidChangeNotebookDocumentParams(named, changed))
        assert (await client.told(lambda one: one.uri == imports and one.version == 2)).diagnostics == ()
        assert (await client.told(lambda one: one.uri == last)).diagnostics == ()
        assert await client.actions(last, 0) == {}
        cells = [types.TextDocumentIdentifier(last)]
        closed = types.DidCloseNotebookDocumentParams(types.NotebookDocumentIdentifier(file.as_uri()), cells)
        client.notebook_document_did_close(closed)
        assert (await client.told(lambda one: one.uri == last and one.version is None)).diagnostics == ()

    assert served(talk, tmp_path).messages == []


def test_a_verdict_is_not_told_before_it_is_there_and_comes_by_itself(tmp_path: Path) -> None:
    needs("tensorflow", reason="both sides are run")

    async def talk(client: Client) -> None:
        uri = client.open(tmp_path / "loss.py", NEW)
        await client.told()
        said = await client.hover(uri, 4, 16)
        assert "not verified yet: the referee is running" in said
        assert "same" not in said
        await client.told(lambda one: any(_is_verified(each) for each in one.diagnostics))
        assert "**same**: no difference found" in await client.hover(uri, 4, 16)

    served(talk, tmp_path)


def _is_verified(diagnostic: types.Diagnostic) -> bool:
    return diagnostic.code == "TFL202" and diagnostic.message.endswith("[same]")


def test_a_broken_text_is_told_and_one_that_is_mended_is_fresh(tmp_path: Path) -> None:
    async def talk(client: Client) -> None:
        uri = client.open(tmp_path / "loss.py", "import tensorflow as tf\ndef (\n")
        assert [one.code for one in (await client.told()).diagnostics] == ["TFL901"]
        client.change(uri, 2, "import tensorflow as tf\n(\x00")
        client.change(uri, 3, LOSS)
        fresh = await client.told(lambda one: one.version == 3)
        assert "TFL310" in [one.code for one in fresh.diagnostics]
        client.change(uri, 4, "x = 1\n")
        assert (await client.told(lambda one: one.version == 4)).diagnostics == ()
        client.text_document_did_close(types.DidCloseTextDocumentParams(types.TextDocumentIdentifier(uri)))
        assert (await client.told(lambda one: one.version is None)).diagnostics == ()

    assert served(talk, tmp_path).messages == []


def test_the_project_configures_what_is_looked_for_and_a_mistake_is_told(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.tfloss-migrate]\nselect = ["TFL330"]\nexclude = ["left"]\n')
    (tmp_path / "wrong").mkdir()
    (tmp_path / "wrong" / "pyproject.toml").write_text("[tool.tfloss-migrate]\nselct = []\n")

    async def talk(client: Client) -> None:
        client.open(tmp_path / "loss.py", LOSS)
        assert {one.code for one in (await client.told()).diagnostics} == {"TFL330"}
        client.open(tmp_path / "left" / "loss.py", LOSS)
        client.open(tmp_path / "wrong" / "loss.py", LOSS)
        client.open(tmp_path / "again.py", LOSS)
        again = await client.told(lambda one: not one.uri.endswith("/loss.py"))
        assert again.uri == (tmp_path / "again.py").as_uri()

    (message,) = served(talk, tmp_path).messages
    assert "unknown key 'selct'; did you mean 'select'?" in message


@pytest.mark.parametrize("text", ["", "a", "a\n", "a\r\nb\x0cc\rd"])
def test_lines_end_where_the_protocol_says(text: str) -> None:
    places = Places(text, len)
    end = places.whole.end
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    assert (end.line, end.character) == (len(lines) - 1, len(lines[-1]))
    assert places.at(99, 0) == end
