"""The protocol: texts come and change, what is found in them goes back. Nothing else is written to standard output."""

from __future__ import annotations

import asyncio
import sys
import threading
from collections.abc import Callable, Sequence
from urllib.parse import unquote

from lsprotocol import types
from pygls.lsp.server import LanguageServer
from pygls.uris import to_fs_path
from pygls.workspace import TextDocument

from tfloss_migrate import __version__
from tfloss_migrate.editor import looking, shown
from tfloss_migrate.editor.looking import KNOWN, LINT, RUN, Depth, OutdatedError
from tfloss_migrate.editor.notebooks import as_file, by_cell
from tfloss_migrate.editor.places import Places
from tfloss_migrate.editor.shown import Sheet
from tfloss_migrate.model import FileOutcome
from tfloss_migrate.record import dataclass
from tfloss_migrate.settings import SettingsError
from tfloss_migrate.source.discover import SUFFIXES

#: Seconds without a key before a changed text is looked into.
_PAUSE = 0.3
#: The notebooks of which an editor is to tell, and their cells.
_NOTEBOOKS = types.NotebookDocumentFilterWithCells([types.NotebookCellLanguage("python")], "jupyter-notebook")
#: The version of no text.
_CLOSED = -1
#: Two threads may be deep in a tree at once, so that neither may lower the limit of the other.
_RECURSION = 6000


@dataclass(frozen=True)
class _Text:
    """A text that is open, and its version; `source` is None for a cell that holds no Python."""

    uri: str
    version: int | None
    source: str | None


@dataclass(frozen=True)
class _Seen:
    """What was found in a text, which was one of these `texts`; `waiting`: some verdicts may still come."""

    sheet: Sheet
    texts: tuple[_Text, ...]
    waiting: bool


class _Texts:
    """The texts that are open, each with what was found in it last: files, and cells of notebooks."""

    def __init__(self, server: LanguageServer) -> None:
        self._server = server
        self._seen: dict[str, _Seen] = {}
        self._referee = threading.Lock()  # one process with TensorFlow at a time

    def seen(self, uri: str) -> _Seen | None:
        """What was found in a text, if that and the other cells of its notebook are what they were."""
        seen = self._seen.get(uri)
        return seen if seen is not None and self._are_current(seen.texts) else None

    def beside(self, seen: _Seen) -> list[Sheet]:
        """The other cells of the notebook that a cell is of, with what was found in them."""
        others = [self._seen[text.uri] for text in seen.texts if text.uri in self._seen]
        return [other.sheet for other in others if other is not seen]

    def close(self, uri: str) -> None:
        self._seen.pop(uri, None)
        self._publish(uri, None, [])

    def look(self, uri: str, *, run: bool) -> None:
        """Looks into a file: at once at how it is written, later at its rewrites, and with `run` at what is unknown."""
        path, texts = to_fs_path(uri), self._texts(uri)
        in_cells = self._server.workspace.get_notebook_document(notebook_uri=uri) is not None
        if not texts or path is None or not path.endswith(SUFFIXES) or path.endswith(".ipynb") != in_cells:
            return
        sources = [text.source for text in texts]
        whole = as_file(sources) if in_cells else sources[0] or ""
        units = self._server.workspace.position_codec.client_num_units
        loop = asyncio.get_running_loop()

        def step(depth: Depth) -> FileOutcome | None:
            outcome = looking.look(path, whole, depth, lambda: self._are_current(texts))
            if outcome is not None:
                waiting = depth == LINT or (depth == KNOWN and run and looking.is_open(outcome))
                found = by_cell(outcome, sources) if in_cells else ((0, outcome),)
                sheets = [Sheet(texts[at].uri, Places(texts[at].source or "", units), one) for at, one in found]
                loop.call_soon_threadsafe(self._found, [_Seen(sheet, texts, waiting) for sheet in sheets])
            return outcome

        def later() -> None:
            known = step(KNOWN)
            if run and known is not None and looking.is_open(known):
                with self._referee:
                    if self._are_current(texts):
                        step(RUN)

        if self._guarded(loop, lambda: step(LINT)):
            threading.Thread(target=self._guarded, args=(loop, later), daemon=True).start()

    def _texts(self, uri: str) -> tuple[_Text, ...]:
        """The texts of an open file: its own, or those of the cells of a notebook."""
        notebook = self._server.workspace.get_notebook_document(notebook_uri=uri)
        names = [cell.document for cell in notebook.cells] if notebook is not None else [uri]
        documents = [self.document(name) for name in names]
        if notebook is None and documents == [None]:
            return ()
        return tuple(
            _Text(name, None, None)
            if one is None or one.language_id == "markdown"
            else _Text(name, one.version, one.source)
            for name, one in zip(names, documents, strict=True)
        )

    def _guarded(self, loop: asyncio.AbstractEventLoop, work: Callable[[], object]) -> bool:
        """Whether there is more to be done; what goes wrong is told to the client, and ends nothing else."""
        try:
            return work() is not None
        except OutdatedError:
            return False
        except SettingsError as error:
            message = f"tfloss-migrate: {error}"
        except Exception as error:
            message = f"tfloss-migrate: internal error: {type(error).__name__}: {error}; please report it"
        loop.call_soon_threadsafe(self._tell, message)
        return False

    def _tell(self, message: str) -> None:
        self._server.window_show_message(types.ShowMessageParams(types.MessageType.Error, message))

    def _found(self, found: list[_Seen]) -> None:
        if found and self._are_current(found[0].texts):
            for seen in found:
                sheet = seen.sheet
                version = next(text.version for text in seen.texts if text.uri == sheet.uri)
                self._seen[sheet.uri] = seen
                self._publish(sheet.uri, version, shown.diagnostics(sheet.outcome, sheet.places))

    def document(self, uri: str) -> TextDocument | None:
        """The text that is open under a name, whatever characters of that are spelled out."""
        documents: dict[str, TextDocument] = self._server.workspace.text_documents
        return documents.get(unquote(uri))

    def _are_current(self, texts: Sequence[_Text]) -> bool:
        open_now = [self.document(text.uri) for text in texts if text.source is not None]
        versions = [text.version for text in texts if text.source is not None]
        return [one.version if one is not None else _CLOSED for one in open_now] == versions

    def _publish(self, uri: str, version: int | None, found: list[types.Diagnostic]) -> None:
        self._server.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, found, version))


def serve() -> None:
    """Speaks with an editor over standard input and output, until it says that that is all."""
    sys.setrecursionlimit(max(sys.getrecursionlimit(), _RECURSION))
    _server().start_io()


def _server() -> LanguageServer:
    server = LanguageServer(
        "tfloss-migrate",
        __version__,
        text_document_sync_kind=types.TextDocumentSyncKind.Full,
        notebook_document_sync=types.NotebookDocumentSyncOptions([_NOTEBOOKS], save=True),
    )
    texts = _Texts(server)

    @server.feature(types.TEXT_DOCUMENT_DID_OPEN)
    async def opened(params: types.DidOpenTextDocumentParams) -> None:
        texts.look(params.text_document.uri, run=True)

    @server.feature(types.TEXT_DOCUMENT_DID_SAVE)
    async def saved(params: types.DidSaveTextDocumentParams) -> None:
        texts.look(params.text_document.uri, run=True)

    @server.feature(types.TEXT_DOCUMENT_DID_CHANGE)
    async def changed(params: types.DidChangeTextDocumentParams) -> None:
        await asyncio.sleep(_PAUSE)
        document = texts.document(params.text_document.uri)
        if document is not None and document.version == params.text_document.version:
            texts.look(params.text_document.uri, run=False)

    @server.feature(types.TEXT_DOCUMENT_DID_CLOSE)
    def closed(params: types.DidCloseTextDocumentParams) -> None:
        texts.close(params.text_document.uri)

    @server.feature(types.TEXT_DOCUMENT_HOVER)
    def hover(params: types.HoverParams) -> types.Hover | None:
        seen = texts.seen(params.text_document.uri)
        if seen is None:
            return None
        return shown.hover(seen.sheet.outcome, seen.sheet.places, params.position, seen.waiting)

    @server.feature(types.NOTEBOOK_DOCUMENT_DID_OPEN)
    async def notebook_opened(params: types.DidOpenNotebookDocumentParams) -> None:
        texts.look(params.notebook_document.uri, run=True)

    @server.feature(types.NOTEBOOK_DOCUMENT_DID_SAVE)
    async def notebook_saved(params: types.DidSaveNotebookDocumentParams) -> None:
        texts.look(params.notebook_document.uri, run=True)

    @server.feature(types.NOTEBOOK_DOCUMENT_DID_CHANGE)
    async def notebook_changed(params: types.DidChangeNotebookDocumentParams) -> None:
        await asyncio.sleep(_PAUSE)
        notebook = server.workspace.get_notebook_document(notebook_uri=params.notebook_document.uri)
        if notebook is not None and notebook.version == params.notebook_document.version:
            texts.look(params.notebook_document.uri, run=False)

    @server.feature(types.NOTEBOOK_DOCUMENT_DID_CLOSE)
    def notebook_closed(params: types.DidCloseNotebookDocumentParams) -> None:
        for cell in params.cell_text_documents:
            texts.close(cell.uri)

    kinds = types.CodeActionOptions([types.CodeActionKind.QuickFix, shown.FIX_ALL])

    @server.feature(types.TEXT_DOCUMENT_CODE_ACTION, kinds)
    def actions(params: types.CodeActionParams) -> list[types.CodeAction]:
        only = params.context.only
        seen = texts.seen(params.text_document.uri)
        if seen is None:
            return []
        return shown.actions(seen.sheet, texts.beside(seen), params.range, list(only) if only is not None else None)

    return server
