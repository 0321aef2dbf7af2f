"""Claims about the index by which rules are loaded: it is of today's rules, and what it does not know is found out."""

from __future__ import annotations

from pathlib import Path

import pytest
from rule_cases import findings_in

from tfloss_migrate.recognise.shapes import index_text, lines_of, outside
from tfloss_migrate.recognise.table import table
from tfloss_migrate.rules import registry

LOSS = "import tensorflow as tf\n\nloss = tf.reduce_mean(tf.square(y - p))\nsession = tf.Session()\n"


@pytest.fixture
def _anew() -> None:
    outside.cache_clear()
    table.cache_clear()


def test_the_index_is_that_of_the_rules() -> None:
    assert Path(registry.index_path()).read_text(encoding="ascii") == index_text(), "run: python docs/rules_table.py"


def test_every_rule_is_known_from_the_index() -> None:
    assert set(registry.known()) == set(registry.modules())


def test_a_rule_whose_file_has_changed_is_not_known_from_the_index(monkeypatch: pytest.MonkeyPatch) -> None:
    sizes = {**registry._sizes(), "tfl301_mean_squared_error_by_hand": 1}
    monkeypatch.setattr(registry, "_sizes", lambda: sizes)
    assert set(registry.modules()) - set(registry.known()) == {"tfl301_mean_squared_error_by_hand"}


def test_no_rule_is_known_from_the_index_when_what_they_share_has_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    sizes = {**registry._sizes(), "weights": 1}
    monkeypatch.setattr(registry, "_sizes", lambda: sizes)
    assert registry.known() == {}


@pytest.mark.usefixtures("_anew")
def test_without_an_index_the_same_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    with_index = findings_in(LOSS, compose=False)
    monkeypatch.setattr(registry, "known", dict)
    outside.cache_clear()
    table.cache_clear()
    assert [finding.rule for finding in with_index] == ["TFL301", "TFL104"]
    assert findings_in(LOSS, compose=False) == with_index


def test_without_the_folder_of_the_rules_the_index_tells_which_there_are(monkeypatch: pytest.MonkeyPatch) -> None:
    modules = registry.modules()
    monkeypatch.setattr(registry, "_sizes", dict)
    registry.modules.cache_clear()
    try:
        assert registry.modules() == modules
        assert set(registry.known()) == set(modules)
    finally:
        registry.modules.cache_clear()


def test_what_the_index_says_of_a_rule_is_read_from_its_forms() -> None:
    lines = lines_of("tfl330_log_of_softmax")
    assert lines[0] == "0 | log softmax | log(x)^1.0 | log softmax | log"
