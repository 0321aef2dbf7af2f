"""What the rules say of the order of arguments is what real TensorFlow 0.12 and 1.15 take."""

from __future__ import annotations

import json
import os
import subprocess
from functools import cache

import pytest

from tfloss_migrate.recognise.era import _SINCE_1, _SINCE_1_NAMES
from tfloss_migrate.rules import tfl215_weighted_cross_entropy_with_logits as weighted
from tfloss_migrate.rules import tfl216_log_poisson_loss as poisson
from tfloss_migrate.rules import tfl217_nce_loss as nce
from tfloss_migrate.rules import tfl218_sampled_softmax_loss as sampled
from tfloss_migrate.rules import tfl219_ctc_loss as ctc
from tfloss_migrate.rules.orders import Order

OLD, NEW = os.environ.get("TFLOSS_TF012_PYTHON"), os.environ.get("TFLOSS_TF115_PYTHON")
pytestmark = pytest.mark.skipif(not OLD or not NEW, reason="needs the interpreters of TensorFlow 0.12 and 1.15")

ORDERS: tuple[Order, ...] = (weighted.ORDER, poisson.ORDER, nce.ORDER, sampled.ORDER)
_ASK = """
import inspect, json, sys
import tensorflow as tf
arguments = getattr(inspect, "getfullargspec", None) or inspect.getargspec

def find(path):
    value = tf
    for part in path.split("."):
        value = getattr(value, part, None)
    return value

def unwrapped(function):
    while hasattr(function, "__wrapped__"):
        function = function.__wrapped__
    return function

asked = json.loads(sys.argv[1])
found = {path: arguments(unwrapped(find(path))).args for path in asked["functions"]}
print("ANSWER" + json.dumps([found, [path for path in asked["names"] if find(path) is not None]]))
"""
_CTC = "nn.ctc_loss"


@cache
def _answer(python: str) -> tuple[dict[str, list[str]], list[str]]:
    names = [*_SINCE_1_NAMES, *(prefix.rstrip(".") for prefix in _SINCE_1 if prefix.endswith("."))]
    asked = json.dumps({"functions": [*(order.symbol for order in ORDERS), _CTC], "names": names})
    told = subprocess.run([python, "-c", _ASK, asked], capture_output=True, text=True, check=True).stdout
    functions, present = json.loads(told.rpartition("ANSWER")[2])
    return functions, present


@pytest.mark.parametrize("order", ORDERS, ids=lambda order: order.symbol)
def test_the_old_order_is_that_of_0_12(order: Order) -> None:
    assert OLD is not None
    taken = [order.renamed.get(name, name) for name in _answer(OLD)[0][order.symbol]]
    assert tuple(taken[: len(order.old)]) == order.old


@pytest.mark.parametrize("order", ORDERS, ids=lambda order: order.symbol)
def test_by_position_1_15_takes_what_tf2_takes(order: Order) -> None:
    assert NEW is not None
    taken = _answer(NEW)[0][order.symbol]
    shared = [name for name in taken if name in order.new]
    assert tuple(taken[: len(shared) - 2]) == order.new[: len(shared) - 2]
    assert taken[:3] == list(order.new[:3])


def test_the_orders_of_ctc_loss_are_those_of_0_12_and_1_15() -> None:
    assert OLD is not None
    assert NEW is not None
    assert tuple(_answer(OLD)[0][_CTC]) == ctc.OF_0
    assert tuple(_answer(NEW)[0][_CTC]) == ctc.OF_1


def test_what_tells_of_1_0_is_not_in_0_12_and_is_in_1_15() -> None:
    assert OLD is not None
    assert NEW is not None
    assert _answer(OLD)[1] == []
    assert set(_SINCE_1_NAMES) <= set(_answer(NEW)[1])
