"""Whether the code gives the inputs of a form what they ask for, and how well its names fit theirs."""

from __future__ import annotations

import ast

from tfloss_migrate.domains import Count, Domain, Hyperparameter, Literal
from tfloss_migrate.model import Input, Rule
from tfloss_migrate.recognise import called
from tfloss_migrate.recognise.evidence import Shown
from tfloss_migrate.recognise.patterns import Pattern
from tfloss_migrate.syntax import flow
from tfloss_migrate.syntax.match import Match
from tfloss_migrate.syntax.names import dotted
from tfloss_migrate.syntax.terms import Term, constant_of, is_constant, number_of

#: Inputs that decide the dtype in which Keras computes.
_FLOATS = ("predictions", "probabilities", "logits")
#: What a network ends with: such a `y` is its output.
_OF_NETWORKS = frozenset({"sigmoid", "tanh", "softmax", "relu", "matmul", "bias_add"})


def admits(shown: Shown, pattern: Pattern, match: Match) -> bool:
    """Whether nothing in the code is against reading an expression as an instance of a form."""
    if len(match.axes) > 1 or _are_one_thing(match):
        return False
    inputs = dict(match.inputs)
    for declared in pattern.rule.inputs:
        term = inputs.get(declared.name)
        if term is None:
            continue
        if not _fits(declared.domain, term):
            return False
        if _is_whole_for_good(shown, pattern.rule, declared, term):
            return False
        if not shown.fits(declared, term, pattern.form.ranks, match.axes):
            return False
    return all(shown.holds(need, inputs) for need in pattern.form.needs)


def dtypes(shown: Shown, pattern: Pattern, match: Match) -> dict[str, str]:
    """The inputs that the code shows not to be tensors of float32, with their dtypes, where the old function casts."""
    found = {}
    for declared in pattern.rule.inputs if any(one.cast for one in pattern.rule.inputs) else ():
        term = match.get(declared.name)
        dtype = shown.layout.dtype(term) if term is not None and declared.domain.dtype == "float32" else None
        if dtype is None and term is not None and declared.cast and _is_whole_tensor(term):
            dtype = "int32"
        if term is not None and (dtype is not None or (declared.cast and shown.is_list(term))):
            found[declared.name] = dtype or "float32"
    return found


def _is_whole_tensor(term: Term) -> bool:
    """Whether a term is a tensor of one whole number: `tf.constant(2)`, which no float is multiplied with."""
    value = term.argument("value") if term.name == "constant" and term.argument("dtype") is None else None
    written = value.node if value is not None else None
    return isinstance(written, ast.Constant) and isinstance(written.value, int)


def likeness(match: Match) -> int:
    """How well the names of the code fit the names of the inputs, where a formula is symmetric in them."""
    score = 0
    for label, term in match.inputs:
        if label in ("labels", "predictions") and term.node is not None:
            name = ast.unparse(term.node).lower()
            is_output = called.is_predictions(name) or term.name in _OF_NETWORKS
            is_returned = _is_returned(term)
            if label == "labels":
                score += 2 * called.is_labels(name, surely=is_output or is_returned)
                score += term.kind == "op" and term.name in ("placeholder", "constant", "one_hot")
            else:
                score += 2 * is_output + is_returned
    return score


def _is_returned(term: Term) -> bool:
    """Whether a term is what a call gives that is not looked into, a model's mostly, or a name for that."""
    node = term.node
    if term.kind == "leaf" and isinstance(node, (ast.Name, ast.Attribute)) and term.place is not None:
        binding = flow.reaching(dotted(node) or "", term.place)
        held = binding.value if binding is not None and binding.kind == "assign" else None
        node = held if isinstance(held, ast.Call) and held.args and _is_of_the_file(held) else node
    if term.kind != "leaf" or not isinstance(node, ast.Call):
        return False
    return not called.is_labels((dotted(node.func) or "").lower(), surely=True)


def _is_of_the_file(call: ast.Call) -> bool:
    return isinstance(call.func, ast.Name) or (dotted(call.func) or "").startswith("self.")


def _fits(domain: Domain, term: Term) -> bool:
    """Whether a term may stand for an input: a number where one is spelled out, and no number for an array."""
    number = number_of(term)
    if isinstance(domain, Literal):
        return number is not None and (domain.signed or 0.0 < number <= domain.at_most)
    if number is not None:
        return isinstance(domain, Count) or (isinstance(domain, Hyperparameter) and number > 0.0)
    return not is_constant(term) or str(constant_of(term)).startswith("tf.")  # a flag of the program


def _is_whole_for_good(shown: Shown, rule: Rule, declared: Input, term: Term) -> bool:
    """Whether whole numbers are in the place of floats: by hand TF1 computes in whole numbers, Keras does not."""
    if declared.cast or declared.domain.dtype != "float32":
        return False
    computed = rule.id.startswith(("TFL2", "TFL3")) or declared.name in _FLOATS
    return computed and shown.layout.whole(term) is not None


def _are_one_thing(match: Match) -> bool:
    """Whether one term stands for two inputs: an entropy, `-sum(p * log(p))`, is no cross-entropy."""
    terms = [term for _, term in match.inputs if term.kind != "num"]
    return len(set(terms)) < len(terms)
