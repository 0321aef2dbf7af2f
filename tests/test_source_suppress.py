"""Comments silence findings, text that only looks like a comment does not."""

import pytest

from tfloss_migrate.source.suppress import Suppressions


def hidden(comment: str, rule_id: str = "TFL310") -> bool:
    return Suppressions.of(f"x = 1\ny = tf.log(x)  {comment}\nz = 2\n").hides(rule_id, "cross-entropy-by-hand", 2, 2)


@pytest.mark.parametrize(
    "comment",
    [
        "# tfloss: ignore",
        "# tfloss: ignore because the paper does it so",
        "#tfloss:ignore",
        "# tfloss: ignore[TFL310]",
        "# tfloss: ignore[TFL310] on purpose",
        "# tfloss: ignore [TFL310]",
        "# tfloss: ignore[TFL401, TFL3]",
        "# tfloss: ignore[tfl310]",
        "# tfloss: ignore[cross-entropy-by-hand]",
        "# tfloss: ignore[double-softmax, cross-entropy-by-hand]",
        "# noqa  # tfloss: ignore[TFL310]",
        "# tfloss: ignore[TFL401]  # tfloss: ignore[TFL310]",
        "# tfloss: ignore-file",
    ],
)
def test_a_comment_silences_the_finding_on_its_line(comment: str) -> None:
    assert hidden(comment)


@pytest.mark.parametrize(
    "comment",
    [
        "",
        "# tfloss: ignore[TFL401]",
        "# tfloss: ignore[]",
        "# tfloss: ignore[cross-entropy]",
        "# tfloss: ignore[TFL310",
        "# tfloss: ignored",
        "# tfloss: ignore-files",
        "# tfloss: ignore-line",
        "# tfloss ignore",
        "; '# tfloss: ignore'",
    ],
)
def test_other_comments_and_strings_silence_nothing(comment: str) -> None:
    assert not hidden(comment)


def test_a_comment_holds_for_its_own_line_only() -> None:
    found = Suppressions.of("a = 1  # tfloss: ignore\nb = 2\n")
    assert found.hides("TFL310", "a-name", 1, 1)
    assert not found.hides("TFL310", "a-name", 2, 2)


def test_a_finding_over_several_lines_is_silenced_on_its_first_and_on_its_last() -> None:
    text = "a = f(  # tfloss: ignore[TFL1]\n    b,  # tfloss: ignore[TFL2]\n)  # tfloss: ignore[TFL3]\n"
    found = Suppressions.of(text)
    assert [found.hides(rule_id, "a-name", 1, 3) for rule_id in ("TFL101", "TFL201", "TFL301")] == [True, False, True]


def test_a_whole_file_is_silenced_by_a_comment_anywhere_in_it() -> None:
    assert Suppressions.of("a = 1\n\n# tfloss: ignore-file generated\n").hides("TFL901", "a-name", 1, 1)


def test_a_comment_inside_a_long_string_silences_nothing() -> None:
    assert not Suppressions.of("'''\n# tfloss: ignore-file\n'''\n").hides("TFL310", "a-name", 1, 1)


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_lines_are_counted_as_python_counts_them(newline: str) -> None:
    text = newline.join(["a = '\x0b\x0c\u2028'", "b = 1", "c = 2  # tfloss: ignore", ""])
    found = Suppressions.of(text)
    assert [found.hides("TFL310", "a-name", line, line) for line in (1, 2, 3)] == [False, False, True]


def test_comments_in_front_of_a_syntax_error_count() -> None:
    assert Suppressions.of("# tfloss: ignore-file\nprint 'x'\n  if (\n").hides("TFL901", "a-name", 2, 2)


def test_an_entry_that_means_no_rule_is_found_with_its_line() -> None:
    text = "a = 1  # tfloss: ignore[TFL310, TFL999]\nb = 2  # tfloss: ignore[cross-entropy, log-of-softmax, tfl3]\n"
    rules = [("TFL310", "cross-entropy-by-hand"), ("TFL330", "log-of-softmax")]
    found = [(one.rule, one.severity, one.span.line, one.message) for one in Suppressions.of(text).void(rules)]
    told = "no rule is called {!r}: nothing is silenced by it"
    assert found == [
        ("TFL909", "info", 1, told.format("TFL999")),
        ("TFL909", "info", 2, told.format("cross-entropy")),
    ]


def test_an_entry_that_hides_something_in_a_later_text_only_is_in_use() -> None:
    text, later = "a = 1  # tfloss: ignore[TFL310]\n", "import b\na = 1  # tfloss: ignore[TFL310]\n"
    rules = [("TFL310", "cross-entropy-by-hand")]
    now, then = Suppressions.of(text), Suppressions.of(later)
    assert then.hides(*rules[0], 2, 2)
    assert [line for line, _ in now.idle(rules, lambda *rule: True, lint=False)] == [1]
    now.also_used(then)
    assert list(now.idle(rules, lambda *rule: True, lint=False)) == []
