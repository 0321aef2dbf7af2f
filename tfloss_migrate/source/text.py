"""Bytes to text and back, so that what nobody touched comes out byte for byte.

The text is what the bytes decode to, newlines and all: offsets into it can be edited, and encoding the unchanged
text gives the bytes that were read. Only the byte order mark is kept apart, as Python does.
"""

from __future__ import annotations

import codecs
import os
import stat

from tfloss_migrate.record import dataclass
from tfloss_migrate.source.failures import ReadFailure, WriteFailure

_COOKIE = rb"[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)"
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_ASCII = "tensorflow.#='(\"\\\n\r\n" + "_" * 64  # no host name is as long


@dataclass(frozen=True)
class SourceText:
    """The text of a file, and what it takes to turn it into bytes again.

    `newline` is the one that most lines end in: what is inserted should use it. A file that began with a UTF-8 byte
    order mark, which is not part of `text`, has the encoding `utf-8-sig`, which writes it again.
    """

    path: str
    text: str
    encoding: str = "utf-8"
    newline: str = "\n"

    def encode(self, new_text: str) -> bytes | WriteFailure:
        """`new_text` as this file's bytes; a failure if its encoding lacks a character of it."""
        try:
            return new_text.encode(self.encoding)
        except UnicodeEncodeError as error:
            character, line = new_text[error.start], new_text.count("\n", 0, error.start) + 1
            what = (
                f"line {line} of the new text has {character!a}, which the file's encoding {self.encoding} cannot hold"
            )
            return WriteFailure(self.path, f"{what}; save the file as UTF-8 and run again")


def mentions_tensorflow(data: bytes) -> bool:
    """Whether a file is worth looking into. UTF-16 hides every word, so it is: to be told what is wrong with it."""
    return b"tensorflow" in data or b"keras" in data or data[:2] in _UTF16


def read(path: str, real: str) -> bytes | ReadFailure:
    """The bytes of the ordinary file `real`, which is reported as `path`."""
    try:
        if not stat.S_ISREG(os.stat(real).st_mode):
            return ReadFailure(path, "TFL903", "is no ordinary file (a folder, pipe, socket or device); leave it out")
        with open(real, "rb") as stream:
            return stream.read()
    except FileNotFoundError:
        gone = "is a link to nothing" if os.path.islink(path) else "went away before it could be read"
        return ReadFailure(path, "TFL903", gone)
    except OSError as error:
        return ReadFailure(path, "TFL903", f"cannot be read: {error.strerror}")


def decode(path: str, data: bytes) -> SourceText | ReadFailure:
    """The text of a source file, by PEP 263: a byte order mark, a coding line, or else UTF-8."""
    if data[:2] in _UTF16:
        return ReadFailure(path, "TFL902", "is UTF-16, which Python does not read; save the file as UTF-8")
    bom = data.startswith(codecs.BOM_UTF8)
    body = data[len(codecs.BOM_UTF8) :] if bom else data
    if b"\0" in body:
        line, column = _place(body, body.index(b"\0"))
        return ReadFailure(path, "TFL902", "holds a NUL byte, which Python does not read; remove it", line, column)
    declared, declared_on = _declared(body)
    encoding = declared or "utf-8"
    if bom and encoding != "utf-8":
        message = f"begins with a UTF-8 byte order mark but declares {encoding}; remove one of the two"
        return ReadFailure(path, "TFL902", message, declared_on)
    if not _holds_ascii(encoding):
        message = f"declares the encoding {encoding!r}, which Python source cannot be in; mend that line"
        return ReadFailure(path, "TFL902", message, declared_on)
    try:
        text = body.decode(encoding)
    except UnicodeDecodeError as error:
        line, column = _place(body, error.start)
        said = f"as it declares on line {declared_on}" if declared else "and no coding line names another encoding"
        message = f"byte 0x{body[error.start]:02x} is not {encoding}, {said}; save the file as UTF-8 or mend that line"
        return ReadFailure(path, "TFL902", message, line, column)
    if encoding != "utf-8" and not _comes_back(text, encoding, body):
        message = f"would not come back byte for byte from the encoding {encoding}; save the file as UTF-8"
        return ReadFailure(path, "TFL902", message, declared_on)
    return SourceText(path, text, "utf-8-sig" if bom else encoding, newline_of(text))


def encoded(text: str) -> bytes:
    """A text as the bytes of a file: in the encoding that it declares, or else UTF-8, as far as that goes."""
    data = text.encode("utf-8", "surrogatepass")
    try:
        return text.encode(_declared(data)[0] or "utf-8")
    except (LookupError, UnicodeError):
        return data  # decoding it will tell what is wrong


def _declared(body: bytes) -> tuple[str | None, int]:
    """The encoding that the first or second line names, and which line that is."""
    end = body.find(b"\n", body.find(b"\n") + 1)
    for number, line in enumerate(body[: end if end >= 0 else None].splitlines()[:2], start=1):
        if b"coding" in line:
            import re

            if found := re.match(_COOKIE, line, re.ASCII):
                return _usual_name(found[1].decode("ascii")), number
        if line.strip(b" \t\f") and not line.lstrip(b" \t\f").startswith(b"#"):
            break
    return None, 1


def _usual_name(name: str) -> str:
    """As Python's tokenizer, editors' endings such as utf-8-unix are let off."""
    usual = name[:12].lower().replace("_", "-")
    if usual == "utf-8" or usual.startswith("utf-8-"):
        return "utf-8"
    latin = ("latin-1", "iso-8859-1", "iso-latin-1")
    if usual in latin or usual.startswith(tuple(f"{alias}-" for alias in latin)):
        return "iso-8859-1"
    return name


def _holds_ascii(encoding: str) -> bool:
    try:
        return _ASCII.encode(encoding) == _ASCII.encode("ascii")
    except (LookupError, UnicodeError):
        return False


def _comes_back(text: str, encoding: str, body: bytes) -> bool:
    try:
        return text.encode(encoding) == body
    except UnicodeError:
        return False


def _place(body: bytes, offset: int) -> tuple[int, int]:
    lines = (body[:offset] + b".").splitlines()
    return len(lines), len(lines[-1])


def newline_of(text: str) -> str:
    """The newline that most lines of a text end in."""
    if "\r" not in text:  # as in nearly all, of which nothing is counted
        return "\n"
    windows = text.count("\r\n")
    counts = {"\n": text.count("\n") - windows, "\r\n": windows, "\r": text.count("\r") - windows}
    return max(counts, key=lambda newline: counts[newline])
