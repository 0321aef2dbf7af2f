"""Runs the statements of a program that build a graph or define functions, by their syntax tree.

Runs inside the child process, also on Python 2.7 and 3.7: no syntax newer than that.
"""

from __future__ import division

import ast

import numpy as np
from expression import OPERATORS, Expression, RefusedError, checked

LARGEST_SCRIPT = 60000
LARGEST_VARIABLE = 10000000
LONGEST_LOOP = 1000
#: What may be asked of optimizers, tapes, variables and plain dicts, beside what may be asked of tensors.
METHODS = frozenset(
    "minimize apply_gradients compute_gradients gradient values keys items assign assign_add assign_sub build "
    "trainable_variables learning_rate _velocities zero_state reuse_variables name startswith endswith".split()
)
FUNCTIONS = {"zip": zip, "list": list, "tuple": tuple, "dict": dict, "sum": sum, "max": max, "min": min}


def numpy(kind):
    """What NumPy makes of plain numbers, as wide as a play is."""

    def made(*arguments):
        whole = [each for each in np.ravel(arguments[0]) if kind not in ("array", "asarray", "linspace")]
        if whole and np.prod([float(each) for each in whole]) > LARGEST_VARIABLE:
            raise RefusedError("an array of more than %d elements" % LARGEST_VARIABLE)
        return np.asarray(getattr(np, kind)(*arguments))

    return made


#: The functions of NumPy that a program may use, as Scripts writes their names.
NUMPY = {"numpy_" + kind: numpy(kind) for kind in "array asarray ones zeros eye arange linspace".split()}


class Returned(Exception):  # noqa: N818
    """Carries the value of a return statement to the call."""


class Script(Expression):
    """Statements, made of what an expression may hold; `names` is what they have bound."""

    largest = LARGEST_VARIABLE

    def __init__(self, text, resolve, double):
        if len(text) > LARGEST_SCRIPT:
            raise RefusedError("a program of more than %d characters" % LARGEST_SCRIPT)
        self.body = ast.parse(text).body
        self.resolve, self.double = resolve, double
        self.names = dict(FUNCTIONS, range=bounded, **NUMPY)
        self.module = self.names

    def run(self, data, size):
        """Runs all statements; `data` is the shape of what stands for the user's own data, None for a plain number.

        `size` is what stands for a number that only these would tell.
        """
        self.names["user_size"] = size
        size = 1 if data is None else int(np.prod(data))
        numbers = np.arange(1, size + 1) / 2.0
        self.names["user_data"] = 3 if data is None else numbers.reshape(data)
        for statement in self.body:
            self.execute(statement)

    def evaluate(self, text):
        """The value of an expression after the statements."""
        return self.value(ast.parse(text, mode="eval").body)

    def execute(self, node):
        method = getattr(self, "do_" + type(node).__name__.lower(), None)
        if method is None:
            raise RefusedError("the statement %s" % type(node).__name__)
        method(node)

    def do_expr(self, node):
        if type(node.value).__name__ not in ("Str", "Constant"):
            self.value(node.value)

    def do_pass(self, node):
        pass

    def do_raise(self, node):
        raise RefusedError("an exception that it raises itself")

    def do_assert(self, node):
        if not self.value(node.test):
            raise AssertionError("what a program asserts does not hold")

    def do_assign(self, node):
        value = self.value(node.value)
        for target in node.targets:
            self.assign(target, value)

    def do_augassign(self, node):
        kind = type(node.op).__name__
        if not isinstance(node.target, ast.Name) or kind not in OPERATORS:
            raise RefusedError("an assignment by %s" % kind)
        self.names[node.target.id] = OPERATORS[kind](self.names[node.target.id], self.value(node.value))

    def assign(self, target, value):
        if isinstance(target, ast.Name):
            self.names[target.id] = value
            return
        if not isinstance(target, (ast.Tuple, ast.List)):
            raise RefusedError("an assignment to %s" % type(target).__name__)
        values, rest = list(value), type(target.elts[-1]).__name__ == "Starred" if target.elts else False
        if rest:  # what is left goes to the last name
            values[len(target.elts) - 1 :] = [values[len(target.elts) - 1 :]]
            target = ast.Tuple(elts=target.elts[:-1] + [target.elts[-1].value], ctx=target.ctx)
        if len(values) != len(target.elts):
            raise RefusedError("an assignment of %d values to %d names" % (len(values), len(target.elts)))
        for each, one in zip(target.elts, values):
            self.assign(each, one)

    def do_if(self, node):
        for statement in node.body if self.holds(node.test) else node.orelse:
            self.execute(statement)

    def of_ifexp(self, node):
        return self.value(node.body if self.holds(node.test) else node.orelse)

    def holds(self, test):
        """Whether a condition about plain values holds."""
        value = self.value(test)
        if hasattr(value, "dtype"):
            raise RefusedError("an if about a tensor")
        return bool(value)

    def do_for(self, node):
        for value in list(self.value(node.iter))[:LONGEST_LOOP]:
            self.assign(node.target, value)
            for statement in node.body:
                self.execute(statement)

    def do_with(self, node):
        items = getattr(node, "items", None) or [node]
        managers = []
        for item in items:
            manager = self.value(item.context_expr)
            entered = manager.__enter__()
            managers.append(manager)
            if item.optional_vars is not None:
                self.assign(item.optional_vars, entered)
        try:
            for statement in node.body:
                self.execute(statement)
        finally:
            for manager in reversed(managers):
                manager.__exit__(None, None, None)

    def do_return(self, node):
        raise Returned(None if node.value is None else self.value(node.value))

    def do_functiondef(self, node):
        given = node.args
        if given.vararg or given.kwarg or getattr(given, "kwonlyargs", None):
            raise RefusedError("a function with * or **")
        parameters = [getattr(each, "arg", None) or getattr(each, "id", None) for each in given.args]
        around = self.names
        defaults = dict(zip(parameters[len(parameters) - len(given.defaults) :], map(self.value, given.defaults)))

        def function(*arguments, **keywords):
            outer = self.names
            bound = dict(defaults, **dict(zip(parameters, arguments), **keywords))
            self.names = dict(self.module, **dict(around, **bound))
            try:
                for statement in node.body:
                    self.execute(statement)
            except Returned as returned:
                return returned.args[0]
            finally:
                self.names = outer

        for decorator in reversed(node.decorator_list):
            function = self.value(decorator)(function)
        self.names[node.name] = function

    def of_attribute(self, node):
        if self.dotted(node) is None and node.attr in METHODS:
            return getattr(self.value(node.value), node.attr)
        return Expression.of_attribute(self, node)

    def of_binop(self, node):
        if type(node.op).__name__ == "Mult":
            left, right = self.value(node.left), self.value(node.right)
            if not isinstance(left, int) and not isinstance(right, int):  # a list times a tensor is a tensor
                return checked(left * right, self.largest)
        return Expression.of_binop(self, node)

    def of_list(self, node):
        found = []
        for each in node.elts:
            if type(each).__name__ == "Starred":
                found.extend(self.value(each.value))
            else:
                found.append(self.value(each))
        return found

    def of_listcomp(self, node):
        if len(node.generators) != 1:
            raise RefusedError("a comprehension over several lists")
        outer, found = self.names, []
        self.names = dict(outer)
        try:
            for value in list(self.value(node.generators[0].iter))[:LONGEST_LOOP]:
                self.assign(node.generators[0].target, value)
                if all(map(self.holds, node.generators[0].ifs)):
                    found.append(self.value(node.elt))
        finally:
            self.names = outer
        return found

    def literal(self, value):
        return Expression.literal(self, "float32" if value == "float" and isinstance(value, str) else value)


def bounded(*arguments):
    """`range`, of a length that ends."""
    found = range(*arguments)
    if len(found) > LONGEST_LOOP:
        raise RefusedError("a loop of more than %d rounds" % LONGEST_LOOP)
    return found
