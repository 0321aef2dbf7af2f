"""What stands on the terminal says what was found, what becomes of it, and how that is known."""

from dataclasses import replace

from made_outcomes import FOUND, INSIDE, LEFT, REPAIRED, REWRITTEN, SAME, SHIFTED, TOLD, outcome

from tfloss_migrate.model import LINT_ONLY, FileOutcome, Offer, Settled, Span
from tfloss_migrate.report.plain import Style, clean
from tfloss_migrate.report.tally import Tally
from tfloss_migrate.report.text import outcome_lines, summary_lines
from tfloss_migrate.report.verdicts import short
from tfloss_migrate.wording import SEEN


def plain(text: str, style: Style) -> str:
    return text


def shown(*findings: Settled, quiet: bool = False, verbose: bool = False, **fields: object) -> list[str]:
    return list(outcome_lines(outcome(*findings, **fields), plain, quiet, verbose))


def summary(*outcomes: FileOutcome, writing: bool = False) -> list[str]:
    tally = Tally()
    for one in outcomes:
        tally.add(one)
    return list(summary_lines(tally, writing, plain))


def test_a_rewrite_is_shown_with_its_place_both_texts_and_its_verdict() -> None:
    assert shown(REWRITTEN) == [
        "src/loss.py:2:5: TFL310 cross-entropy-by-hand [warning] this underflows",
        "  2 - tf.log(",
        "  3 -     x)",
        "    + tf.math.log(x)",
        "  same: no difference found in 240 cases (max |d| 1.2e-07, gradient 2e-08)",
    ]


def excerpt(text: str, span: Span, new: str | None) -> list[str]:
    old = text[span.start : span.end]
    one = Settled(replace(FOUND, span=span, old=old), new, None, None, "warning")
    return shown(one, old_text=text)[1:]


def test_the_lines_around_it_are_shown_as_they_are_and_as_they_become() -> None:
    text = "import a\n\n\ndef f(x):\n    return 2 * log(x)  # two\n"
    span = Span(text.index("log(x)"), text.index("log(x)") + 6, 5, 15, 5, 21)
    assert excerpt(text, span, "new(\n        x)") == [
        "  5 -     return 2 * log(x)  # two",
        "    +     return 2 * new(",
        "    +         x)  # two",
    ]
    assert excerpt(text, span, "") == ["  5 -     return 2 * log(x)  # two", "    +     return 2 *   # two"]


def test_the_place_of_a_session_is_not_shown_as_if_it_alone_went() -> None:
    text = "with tf.Session() as sess:\n    pass\n"
    found = replace(FOUND, rule="TFL501", span=Span(5, 17, 1, 5, 1, 17), old="tf.Session()")
    assert shown(Settled(found, "", None, None, "warning"), old_text=text)[1:] == [
        "  1 - with tf.Session() as sess:",
        "    + (removed: --diff shows what becomes of the program)",
    ]


def test_what_stays_is_underlined_in_its_line() -> None:
    text = "\n" * 9 + "\tx = log(\x1b)\r\n"
    assert excerpt(text, Span(14, 20, 10, 5, 10, 11), None) == [
        "  10 | \tx = log(\\x1b)",
        "     | \t    ^^^^^^^^^",
    ]
    assert excerpt("f(\rx)", Span(0, 5, 1, 0, 2, 2), None) == ["  1 | f(", "  2 | x)"]


def test_numbers_of_lines_are_aligned() -> None:
    text = "\n" * 8 + "f(\nx)\n"
    span = Span(8, 13, 9, 0, 10, 2)
    assert excerpt(text, span, "g(\nx)") == ["   9 - f(", "  10 - x)", "     + g(", "     + x)"]


def test_a_verdict_is_shown_whole_to_those_who_ask_for_more() -> None:
    assert shown(REWRITTEN, verbose=True)[4:] == [
        "  same: no difference found in 240 cases",
        "    240 cases, max |d| 1.2e-07, relative 3e-08, gradient 2e-08; old side run by tf.compat.v1 2.21",
        "    for labels and logits of equal shape",
    ]


def test_a_short_verdict_tells_cases_promises_and_one_example() -> None:
    promises = "for labels and logits of equal shape; finite values, batch not empty; rows of labels that sum to one"
    wrong = "the old side is wrong at logits: a gap of 88, logits: a gap of 104"
    whole = (
        f"no difference found in 28 cases{SEEN}, {promises}; {wrong}; beyond the promises: an empty batch: 0; nan: 1"
    )
    told = "no difference found in 28 cases, for labels and logits of equal shape; rows of labels that sum to one"
    assert short(whole) == f"{told}; the old side is wrong at logits: a gap of 88, ..."
    assert short(f"no difference found in 9 cases{SEEN}, for finite values, batch not empty") == (
        "no difference found in 9 cases"
    )
    assert short(f"the new side raises: {'x' * 1000}; y") == f"the new side raises: {'x' * 176}...; y"


def test_what_is_left_is_shown_with_the_reason_the_counterexample_and_what_is_offered() -> None:
    lines = shown(LEFT, verbose=True)
    assert lines[0].endswith("[error] this underflows")
    assert "  not rewritten: a counterexample was found" in lines
    at = lines.index("    counterexample, ordinary, rank 2: value")
    assert lines[at + 1 : at + 5] == [
        "      labels = [[0.0, 1.0]]",
        "      logits = [[nan, -inf]]",
        "      old gives 2.0",
        "      new gives inf",
    ]
    assert lines[-3:] == [
        "  offered with --unsafe:",
        "    + tf.maximum(x)",
        "    shifted: differs as declared (an epsilon of 1e-7)",
    ]


def test_a_sentence_that_a_verdict_says_is_not_said_with_the_reason_too() -> None:
    reason = f"shifted: {SHIFTED.sentence}; --unsafe writes it"
    lines = shown(Settled(FOUND, None, reason, None, "warning", Offer("new", SHIFTED)))
    assert "  not rewritten: shifted; --unsafe writes it" in lines
    assert sum(SHIFTED.sentence in line for line in lines) == 1


def test_what_is_wrong_with_a_whole_file_shows_no_source() -> None:
    nothing = Settled(replace(FOUND, old=""), None, "the file is left as it is", None, "error")
    assert shown(nothing)[1:] == ["  not rewritten: the file is left as it is"]


def test_findings_that_nobody_tried_to_rewrite_are_not_summed_up_as_left() -> None:
    assert summary(outcome(Settled(FOUND, None, None, None, "warning"))) == ["1 file, 1 finding"]


def test_a_repair_is_offered_with_the_flag_that_writes_it() -> None:
    assert "  offered with --repair:" in shown(Settled(FOUND, None, None, None, "warning", Offer("new", REPAIRED)))


def test_the_pasted_test_is_shown_to_those_who_ask_for_more() -> None:
    assert not any("def test_old_and_new" in line for line in shown(LEFT))
    assert "      def test_old_and_new():" in shown(LEFT, verbose=True)


def test_an_info_takes_one_line_and_is_not_shown_quietly() -> None:
    assert shown(TOLD) == ["src/loss.py:2:5: TFL311 cross-entropy-by-hand [info] this underflows"]
    assert shown(TOLD, quiet=True) == []
    judged = replace(TOLD, verdict=SAME)
    assert len(shown(judged)) == 1
    assert shown(judged, verbose=True)[-3:] == shown(REWRITTEN, verbose=True)[-3:]


def test_quietly_each_error_and_warning_takes_one_line() -> None:
    assert shown(TOLD, REWRITTEN, INSIDE, LEFT, quiet=True) == [
        "src/loss.py:2:5: TFL310 cross-entropy-by-hand [warning] this underflows: same",
        "src/loss.py:2:5: TFL310 cross-entropy-by-hand [error] this underflows: different",
    ]
    lint = Settled(FOUND, None, LINT_ONLY, None, "warning")
    assert shown(lint, quiet=True) == shown(lint)[:1]


def test_a_place_in_a_notebook_names_the_cell() -> None:
    assert shown(INSIDE, verbose=True)[0].startswith("src/loss.py:cell 3:2:5: ")


def test_what_lies_inside_another_rewrite_is_shown_to_those_who_ask_for_more() -> None:
    assert shown(REWRITTEN, INSIDE) == shown(REWRITTEN)
    assert shown(INSIDE, verbose=True)[-1] == "  not rewritten: within TFL310"


def test_what_a_rewrite_takes_away_is_called_removed() -> None:
    lines = shown(replace(REWRITTEN, new=""))
    assert lines[3] == "    + (removed)"


def test_a_lint_says_once_that_it_only_looks() -> None:
    looked_for = Settled(FOUND, None, LINT_ONLY, None, "warning")
    assert not any("only looked for" in line for line in shown(looked_for, verbose=True))
    assert summary(outcome(looked_for, looked_for, LEFT)) == [
        "1 file, 3 findings",
        "  verdicts: 1 different",
        f"  2 {LINT_ONLY}",
        "  1 left as they are:",
        "    1x a counterexample was found",
    ]


def test_a_failure_is_told_once() -> None:
    failed = Settled(FOUND, None, None, None, "error")
    assert shown(status="failed", error="disk full") == ["src/loss.py: error disk full"]
    assert sum("this underflows" in line for line in shown(failed, status="failed", error="this underflows")) == 1


def test_a_domain_that_the_sentence_holds_is_not_said_twice() -> None:
    told = replace(SAME, sentence=f"no difference found, for {SAME.domain}")
    assert not any(line.strip().startswith("for ") for line in shown(replace(REWRITTEN, verdict=told), verbose=True))
    nothing = replace(SAME, domain="")
    assert not any(line.strip() == "for" for line in shown(replace(REWRITTEN, verdict=nothing), verbose=True))


def test_colours_tell_old_from_new_and_good_verdicts_from_bad() -> None:
    def marked(text: str, style: Style) -> str:
        return f"<{style}>{text}"

    lines = list(outcome_lines(outcome(REWRITTEN, LEFT), marked))
    assert lines[0].startswith("<place>src/loss.py:2:5: <rule>TFL310 cross-entropy-by-hand <warning>[warning]")
    assert "<old>  2 - tf.log(" in lines
    assert "<new>    + tf.math.log(x)" in lines
    assert any(line.startswith("  <good>same: ") for line in lines)
    assert any(line.startswith("  <bad>different: ") for line in lines)


def test_an_offer_that_no_flag_writes_names_none() -> None:
    assert "  offered:" in shown(Settled(FOUND, None, "--strict", None, "warning", Offer("new", SAME)))


def test_files_without_findings_are_named_to_those_who_ask_for_more() -> None:
    assert not any("nothing found" in line for line in shown(LEFT, verbose=True))
    assert shown(status="failed", error="x", verbose=True) == ["src/loss.py: error x"]
    assert shown(status="unchanged") == []
    assert shown(status="unchanged", verbose=True) == ["src/loss.py: nothing found"]


def test_the_summary_counts_files_rewrites_verdicts_and_reasons() -> None:
    lines = summary(outcome(REWRITTEN, REWRITTEN, LEFT, INSIDE, INSIDE, TOLD), outcome(status="unchanged"))
    assert lines == [
        "2 files, 6 findings",
        "  2 would be rewritten in 1 file",
        "  verdicts: 2 same, 1 different",
        "  2 inside other rewrites",
        "  1 info, which does not count",
        "  1 left as they are:",
        "    1x a counterexample was found",
    ]
    assert summary(outcome(REWRITTEN, status="changed"), writing=True)[1] == "  1 rewritten in 1 file"
    assert summary(outcome(status="failed", error="x")) == ["1 file, 0 findings, 1 failed file"]
    assert summary() == ["0 files, 0 findings"]


def test_many_reasons_are_cut_short_and_counted() -> None:
    many = [Settled(FOUND, None, f"reason {number}", None, "warning") for number in range(15)]
    assert summary(outcome(*many))[-1] == "    and for 3 other reasons"


def test_source_that_would_command_the_terminal_is_spelled_out() -> None:
    assert clean("a\x1b[2J\u202eb\udcff\x9b\t\nc") == "a\\x1b[2J\\u202eb\\udcff\\x9b\t\nc"
    evil = Settled(FOUND, "\x1b]0;new\x07", "\x1b[1m", None, "warning")
    assert not any("\x1b" in line for line in shown(evil))


def test_remaining_are_the_errors_and_warnings_that_were_not_just_written() -> None:
    def remaining(one: FileOutcome) -> int:
        tally = Tally()
        tally.add(one)
        return tally.remaining

    assert remaining(outcome(REWRITTEN, LEFT, LEFT, TOLD)) == 3
    assert remaining(outcome(REWRITTEN, LEFT, LEFT, TOLD, status="changed")) == 2
    assert remaining(outcome(REWRITTEN, INSIDE)) == 2
    assert remaining(outcome(REWRITTEN, INSIDE, status="changed")) == 0
    assert remaining(outcome(REWRITTEN, status="failed", error="disk full")) == 1
    assert remaining(outcome(status="failed", error="disk full")) == 1
    assert remaining(outcome(TOLD)) == 0
    assert remaining(outcome(TOLD, status="failed", error="disk full")) == 0
