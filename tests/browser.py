"""A real browser, without a window, that is asked what it makes of a page."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import Any

import pytest

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
needs_browser = pytest.mark.skipif(
    CHROMIUM is None, reason="no Chromium on this machine (on Debian: apt-get install chromium)"
)
DARK = "--blink-settings=preferredColorScheme=0"
_QUIET = (
    "--headless --no-sandbox --disable-gpu --no-first-run --disable-background-networking --disable-component-update "
    "--disable-sync --disable-default-apps --hide-scrollbars"
).split()
_NOWHERE = "--host-resolver-rules=MAP * ~NOTFOUND"


@dataclass(frozen=True)
class Seen:
    """What the browser said about a page: what a script found out on it, and its console."""

    told: dict[str, Any]
    console: Sequence[str]


def look(page: Path, script: str, folder: Path, *, width: int = 1280, options: Sequence[str] = ()) -> Seen:
    """Opens a copy of a page in which `script`, the body of a function, returns what is to be told."""
    copy = folder / "page.html"
    text = page.read_text(encoding="utf-8")
    text = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", text)
    put = f"document.title = JSON.stringify((() => {{{script}}})())"
    copy.write_text(f"{text}<script>window.onload = () => {{ {put} }}</script>", encoding="utf-8")
    dom, console = _opened(copy, folder, width, options)
    found = re.search(r"<title>(.*?)</title>", dom, re.DOTALL)
    assert found is not None
    return Seen(json.loads(unescape(found[1])), console)


def console_of(page: Path, folder: Path) -> Sequence[str]:
    """What the console says of a page that nothing was added to: errors, and what it asked for and was not given."""
    return _opened(page, folder, 1280, ())[1]


def _opened(page: Path, folder: Path, width: int, options: Sequence[str]) -> tuple[str, list[str]]:
    """The page as it stands when it is loaded, and the lines of the console. No name of a host leads anywhere."""
    assert CHROMIUM is not None
    own = [
        f"--user-data-dir={folder / 'profile'}",
        f"--window-size={width},900",
        "--host-resolver-rules=MAP * ~NOTFOUND",
    ]
    command = [CHROMIUM, *_QUIET, _NOWHERE, *own, *options, "--enable-logging=stderr", "--dump-dom", page.as_uri()]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=120, cwd=folder)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout, [line for line in ran.stderr.splitlines() if "CONSOLE" in line]
