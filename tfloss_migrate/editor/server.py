"""The protocol: texts come and change, what is found in them goes back. Nothing else is written to standard output."""

from __future__ import annotations

import asyncio
import sys
import threading
from collections.abc import Callable
from urllib.parse import unquote

from lsprotocol import types
from pygls.lsp.server import LanguageServer
from pygls.uris import to_fs_path
from pygls.workspace import TextDocument

from tfloss_migrate import __version__
from tfloss_migrate.editor import looking, shown
from tfloss_migrate.editor.looking import KNOWN, LINT, RUN, Depth, OutdatedError
from tfloss_migrate.editor.places import Places
from tfloss_migrate.model import FileOutcome
from tfloss_migrate.record import dataclass
from tfloss_migrate.settings import SettingsError
from tfloss_migrate.source.discover import SUFFIXES

#: Seconds without a key before a changed text is looked into.
_PAUSE = 0.3
#: Two threads may be deep in a tree at once, so that neither may lower the limit of the other.
_RECURSION = 6000


@dataclass(frozen=True)
class _Seen:
    """What was found in one version of a text; `waiting`: some verdicts may still come."""

    version: int | None
    places: Places
    outcome: FileOutcome
    waiting: bool


class _Texts:
    """The texts that are open, each with what was found in it last."""

    def __init__(self, server: LanguageServer) -> None:
        self._server = server
        self._seen: dict[str, _Seen] = {}
        self._referee = threading.Lock()  # one process with TensorFlow at a time

    def seen(self, uri: str) -> _Seen | None:
        """What was found in a text, if it is still that text."""
        seen = self._seen.get(uri)
        return seen if seen is not None and self._is_current(uri, seen.version) else None

    def close(self, uri: str) -> None:
        self._seen.pop(uri, None)
        self._publish(uri, None, [])

    def look(self, uri: str, *, run: bool) -> None:
        """Looks into a text: at once at how it is written, later at its rewrites, and with `run` at what is unknown."""
        document = self.document(uri)
        path = to_fs_path(uri)
        if document is None or path is None or not path.endswith(SUFFIXES) or path.endswith(".ipynb"):
            return
        version, text = document.version, document.source
        places = Places(text, self._server.workspace.position_codec.client_num_units)
        loop = asyncio.get_running_loop()

        def step(depth: Depth) -> FileOutcome | None:
            outcome = looking.look(path, text, depth, lambda: self._is_current(uri, version))
            if outcome is not None:
                waiting = depth == LINT or (depth == KNOWN and run and looking.is_open(outcome))
                seen = _Seen(version, places, outcome, waiting)
                loop.call_soon_threadsafe(self._found, uri, seen)
            return outcome

        def later() -> None:
            known = step(KNOWN)
            if run and known is not None and looking.is_open(known):
                with self._referee:
                    if self._is_current(uri, version):
                        step(RUN)

        if self._guarded(loop, lambda: step(LINT)):
            threading.Thread(target=self._guarded, args=(loop, later), daemon=True).start()

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

    def _found(self, uri: str, seen: _Seen) -> None:
        if self._is_current(uri, seen.version):
            self._seen[uri] = seen
            self._publish(uri, seen.version, shown.diagnostics(seen.outcome, seen.places))

    def document(self, uri: str) -> TextDocument | None:
        """The text that is open under a name, whatever characters of that are spelled out."""
        documents: dict[str, TextDocument] = self._server.workspace.text_documents
        return documents.get(unquote(uri))

    def _is_current(self, uri: str, version: int | None) -> bool:
        document = self.document(uri)
        return document is not None and document.version == version

    def _publish(self, uri: str, version: int | None, found: list[types.Diagnostic]) -> None:
        self._server.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, found, version))


def serve() -> None:
    """Speaks with an editor over standard input and output, until it says that that is all."""
    sys.setrecursionlimit(max(sys.getrecursionlimit(), _RECURSION))
    _server().start_io()


def _server() -> LanguageServer:
    server = LanguageServer("tfloss-migrate", __version__, text_document_sync_kind=types.TextDocumentSyncKind.Full)
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
        return shown.hover(seen.outcome, seen.places, params.position, seen.waiting) if seen is not None else None

    kinds = types.CodeActionOptions([types.CodeActionKind.QuickFix, shown.FIX_ALL])

    @server.feature(types.TEXT_DOCUMENT_CODE_ACTION, kinds)
    def actions(params: types.CodeActionParams) -> list[types.CodeAction]:
        uri, only = params.text_document.uri, params.context.only
        seen = texts.seen(uri)
        if seen is None:
            return []
        return shown.actions(seen.outcome, uri, seen.places, params.range, list(only) if only is not None else None)

    return server
