"""What is read comes back byte for byte, and what cannot be read says why and where."""

import ast
import os

import pytest
from another_user import as_nobody, public_folder
from hypothesis import given
from hypothesis import strategies as st

from tfloss_migrate.source.failures import KINDS, ReadFailure, WriteFailure
from tfloss_migrate.source.text import SourceText, decode, mentions_tensorflow, read

BOM = b"\xef\xbb\xbf"


def text_of(data: bytes) -> SourceText:
    decoded = decode("loss.py", data)
    assert isinstance(decoded, SourceText), decoded
    return decoded


def failure_of(data: bytes) -> ReadFailure:
    decoded = decode("loss.py", data)
    assert isinstance(decoded, ReadFailure), decoded
    return decoded


ENCODINGS = ("utf-8", "latin-1", "cp1252", "koi8-r", "shift_jis", "gb18030", "euc-jp", "big5", "ascii", "iso2022_jp")
NEWLINES = st.sampled_from(["\n", "\r\n", "\r", "\x0c\n", "\x0b", "\x85", "\u2028"])


@st.composite
def files(draw: st.DrawFn) -> bytes:
    encoding = draw(st.sampled_from(ENCODINGS))
    cookie = draw(st.sampled_from([f"# -*- coding: {encoding} -*-", f"#!/usr/bin/python\n# coding={encoding}", ""]))
    pieces = draw(st.lists(st.one_of(NEWLINES, st.text(max_size=12), st.just("tensorflow keras"))))
    body = (cookie + "".join(pieces)).encode(encoding, errors="ignore")
    noise = draw(st.one_of(st.just(b""), st.binary(max_size=4)))
    return (BOM if draw(st.booleans()) else b"") + body + noise


@given(st.one_of(files(), st.binary()))
def test_whatever_decodes_comes_back_byte_for_byte(data: bytes) -> None:
    decoded = decode("loss.py", data)
    assert isinstance(decoded, ReadFailure) or decoded.encode(decoded.text) == data


@given(st.one_of(files(), st.binary()))
def test_what_python_compiles_decodes_to_the_text_that_python_sees(data: bytes) -> None:
    line = data.partition(b"\n")[0].partition(b"\r")[0].replace(b"\0", b"")
    source = line + b"\nseen = '''" + bytes(byte for byte in data if byte not in b"\\'\0\r") + b"'''\n"
    try:
        (*_, assignment) = ast.parse(source).body
    except (SyntaxError, ValueError):
        return
    decoded = decode("loss.py", source)
    assert isinstance(decoded, ReadFailure) or ast.literal_eval(assignment.value) in decoded.text


def test_a_byte_order_mark_is_no_part_of_the_text_and_is_written_again() -> None:
    source = text_of(BOM + b"x = 1\n")
    assert source.text == "x = 1\n"
    assert source.encode("y = 2\n") == BOM + b"y = 2\n"


@pytest.mark.parametrize(
    "cookie",
    [
        "# coding: latin-1",
        "# -*- coding: iso-8859-1 -*-",
        "#!/usr/bin/env python\n# vim: set fileencoding=latin-1 :",
        "\n# coding: latin-1-unix",
        "\x0c# coding=Latin_1",
    ],
)
def test_a_coding_line_names_the_encoding(cookie: str) -> None:
    assert "é" in text_of(cookie.encode() + b"\nx = '\xe9'\n").text


def test_a_coding_line_after_code_or_on_the_third_line_is_none() -> None:
    assert failure_of(b"x = 1\n# coding: latin-1\ny = '\xe9'\n").line == 3
    assert failure_of(b"\n\n# coding: latin-1\ny = '\xe9'\n").line == 4


def test_utf8_with_an_editors_ending_is_utf8() -> None:
    assert text_of("# -*- coding: utf-8-unix -*-\nx = 'é'\n".encode()).encoding == "utf-8"


@pytest.mark.parametrize("name", ["UTF-8", "utf_8", "utf-8-sig"])
def test_a_byte_order_mark_and_a_line_that_says_utf8_agree(name: str) -> None:
    assert text_of(BOM + f"# coding: {name}\nx = 'é'\n".encode()).encoding == "utf-8-sig"


def test_bytes_that_are_not_utf8_are_named_with_line_and_column() -> None:
    failure = failure_of(b"import tensorflow\r\nx = '\xe9'\r\n")
    assert (failure.rule_id, failure.line, failure.column) == ("TFL902", 2, 6)
    assert "byte 0xe9 is not utf-8, and no coding line names another encoding" in failure.message
    declared = failure_of(b"\n# coding: ascii\nx = '\xe9'\n")
    assert "byte 0xe9 is not ascii, as it declares on line 2" in declared.message


@pytest.mark.parametrize(
    "name", ["no-such-codec", "rot13", "hex", "utf-16", "utf-7", "unicode_escape", "idna", "os.path"]
)
def test_an_encoding_that_python_source_cannot_be_in_is_refused_on_the_line_that_names_it(name: str) -> None:
    failure = failure_of(f"#!python\n# coding: {name}\nx = 1 + 2\n".encode())
    assert (failure.rule_id, failure.line) == ("TFL902", 2)
    assert name in failure.message


def test_a_byte_order_mark_against_another_encoding_is_refused() -> None:
    assert "byte order mark" in failure_of(BOM + b"# coding: latin-1\n").message


def test_bytes_that_their_encoding_would_write_otherwise_are_refused() -> None:
    twice_shifted = b"# coding: iso2022_jp\nx = '\x1b(B\x1b(B'\n"
    assert "byte for byte" in failure_of(twice_shifted).message


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_utf16_is_looked_into_and_refused(encoding: str) -> None:
    data = "\ufeffimport tensorflow\n".encode(encoding)
    assert mentions_tensorflow(data)
    assert failure_of(data).rule_id == "TFL902"


def test_a_nul_byte_is_refused_with_its_place() -> None:
    failure = failure_of(b"import keras\nx = '\0'\n")
    assert (failure.rule_id, failure.line, failure.column) == ("TFL902", 2, 6)


@pytest.mark.parametrize(
    ("data", "newline"),
    [(b"", "\n"), (b"a\nb\n", "\n"), (b"a\r\nb\r\nc\n", "\r\n"), (b"a\rb\r", "\r"), (b"a\nb\nc\r\nd\r", "\n")],
)
def test_the_newline_is_the_one_that_most_lines_end_in(data: bytes, newline: str) -> None:
    assert text_of(data).newline == newline


def test_newlines_are_kept_as_they_are() -> None:
    assert text_of(b"a\r\nb\rc\nd").text == "a\r\nb\rc\nd"


def test_a_character_that_the_encoding_lacks_is_a_failure_with_its_line() -> None:
    failure = text_of(b"# coding: latin-1\nx = 1\n").encode("# coding: latin-1\nx = '\N{GREEK SMALL LETTER ALPHA}'\n")
    assert isinstance(failure, WriteFailure)
    assert "line 2" in failure.message
    assert "\\u03b1" in failure.message


def test_only_files_that_say_tensorflow_or_keras_are_looked_into() -> None:
    assert mentions_tensorflow(b"import tensorflow as tf")
    assert mentions_tensorflow(b"from keras import losses")
    assert not mentions_tensorflow(b"import numpy as np")


def test_a_pipe_is_refused_without_waiting_for_it(tmp_path) -> None:
    os.mkfifo(tmp_path / "loss.py")
    failure = read("loss.py", str(tmp_path / "loss.py"))
    assert isinstance(failure, ReadFailure)
    assert (failure.rule_id, failure.kind.severity) == ("TFL903", "error")


def test_a_file_that_went_away_and_a_link_to_nothing_are_told_apart(tmp_path) -> None:
    gone, link = str(tmp_path / "gone.py"), str(tmp_path / "link.py")
    os.symlink("nowhere.py", link)
    assert read(gone, gone) == ReadFailure(gone, "TFL903", "went away before it could be read")
    assert read(link, link) == ReadFailure(link, "TFL903", "is a link to nothing")


def test_a_link_that_leads_to_itself_is_a_failure(tmp_path) -> None:
    loop = str(tmp_path / "loop.py")
    os.symlink("loop.py", loop)
    assert isinstance(read(loop, loop), ReadFailure)


def test_a_file_that_may_not_be_read_is_a_failure() -> None:
    with public_folder() as folder:
        secret = folder / "secret.py"
        secret.write_text("import tensorflow")
        secret.chmod(0)
        assert "TFL903" in as_nobody(lambda: read("secret.py", str(secret)))


def test_every_failure_is_documented() -> None:
    for rule_id, kind in KINDS.items():
        assert kind.id == rule_id
        assert kind.doc.count("\n") >= 2
        assert kind.severity in ("error", "warning", "info")
