"""Computes an expression from its syntax tree, with an allow-list in the place of `eval`.

Runs inside the child process, also on Python 2.7 and 3.7: no syntax newer than that.
"""

from __future__ import division

import ast
import operator

import numpy as np

LARGEST_TEXT = 20000
LARGEST_TENSOR = 1000000
LARGEST_LIST = 1000
#: Of a float64 near one.
LAST_DIGIT = 2.0**-52

OPERATORS = {
    "Add": operator.add,
    "Sub": operator.sub,
    "Mult": operator.mul,
    "Div": operator.truediv,
    "FloorDiv": operator.floordiv,
    "Mod": operator.mod,
    "Pow": operator.pow,
    "BitAnd": operator.and_,
    "BitOr": operator.or_,
    "BitXor": operator.xor,
    "USub": operator.neg,
    "UAdd": operator.pos,
    "Invert": operator.invert,
    "Lt": operator.lt,
    "LtE": operator.le,
    "Gt": operator.gt,
    "GtE": operator.ge,
    "Eq": operator.eq,
    "NotEq": operator.ne,
    "Is": operator.is_,
    "IsNot": operator.is_not,
    "In": lambda part, whole: part in whole,
    "NotIn": lambda part, whole: part not in whole,
}
#: What may be asked of a tensor, a shape or an enumeration.
ATTRIBUTES = frozenset(["shape", "dtype", "get_shape", "as_list", "value", "ndims", "rank", "set_shape"])
#: Plain Python functions of numbers.
BUILTINS = {
    "float": float,
    "int": int,
    "abs": abs,
    "len": len,
    "bool": bool,
    "None": None,
    "True": True,
    "False": False,
}


class RefusedError(Exception):
    """The expression holds something that is not on the allow-list, or too large."""


class Expression(object):
    """An expression text, computed over named values as often as wanted.

    `resolve` turns the dotted path behind `tf.` into what it names, or raises RefusedError. With `double`, every
    literal number with a point is a float64, so that nothing on the way is rounded to float32. With a `turn` above 0,
    every tensor on the way is moved by about as much as it was rounded, up or down, in each turn otherwise: what comes
    out then tells what of it is rounding.
    """

    largest = LARGEST_TENSOR
    turn = 0

    def __init__(self, text, resolve, double, turn=0):
        if len(text) > LARGEST_TEXT:
            raise RefusedError("an expression of more than %d characters" % LARGEST_TEXT)
        self.tree = ast.parse(text, mode="eval").body
        self.resolve = resolve
        self.double = double
        self.turn = turn
        self.drawn = None
        self.names = {}

    def __call__(self, names):
        """The value of the expression, `names` giving the value of each free name."""
        self.names = dict(names)
        self.drawn = np.random.RandomState(self.turn)
        return self.value(self.tree)

    def value(self, node):
        kind = type(node).__name__
        method = getattr(self, "of_" + kind.lower(), None)
        if method is None:
            raise RefusedError("%s in an expression" % kind)
        return method(node)

    def of_constant(self, node):
        return self.literal(node.value)

    def of_num(self, node):
        return self.literal(node.n)

    def of_str(self, node):
        return self.literal(node.s)

    def of_nameconstant(self, node):
        return node.value

    def of_ellipsis(self, node):
        return Ellipsis

    def literal(self, value):
        if isinstance(value, float) and self.double:
            return np.float64(value)
        if isinstance(value, str) and value == "float32" and self.double:
            return "float64"
        if value is None or value is Ellipsis or isinstance(value, (bool, int, float, str)):
            return value
        raise RefusedError("a literal %s" % type(value).__name__)

    def of_name(self, node):
        if node.id in self.names:
            return self.names[node.id]
        if node.id in BUILTINS:
            return BUILTINS[node.id]
        raise RefusedError("the name '%s'" % node.id)

    def of_attribute(self, node):
        path = self.dotted(node)
        if path is not None:
            return self.resolve(path)
        if node.attr not in ATTRIBUTES:
            raise RefusedError("the attribute '.%s'" % node.attr)
        return getattr(self.value(node.value), node.attr)

    def dotted(self, node):
        """The path behind `tf.` of a chain of attributes, or None when it starts elsewhere."""
        parts = []
        while isinstance(node, ast.Attribute):
            parts.append(node.attr)
            node = node.value
        if isinstance(node, ast.Name) and node.id == "tf" and node.id not in self.names:
            return ".".join(reversed(parts))
        return None

    def of_call(self, node):
        if getattr(node, "starargs", None) or getattr(node, "kwargs", None):
            raise RefusedError("* or ** in a call")
        function = self.value(node.func)
        arguments = [self.value(each) for each in node.args]
        keywords = {}
        for each in node.keywords:
            if each.arg is None:
                raise RefusedError("** in a call")
            keywords[each.arg] = self.value(each.value)
        if self.double and self.dotted(node.func) is not None:
            arguments = [wide(each) for each in arguments]
            keywords = {name: wide(each) for name, each in keywords.items()}
        result = function(*arguments, **keywords)
        if isinstance(result, float) and self.double:
            return np.float64(result)
        return self.moved(checked(result, self.largest))

    def moved(self, value):
        """A tensor of floats, moved by its last digit where that is asked for; anything else as it is."""
        if not self.turn or not getattr(getattr(value, "dtype", None), "is_floating", False):
            return value
        return value * np.float64(1 + self.drawn.choice([-LAST_DIGIT, LAST_DIGIT]))

    def of_binop(self, node):
        left, right = self.value(node.left), self.value(node.right)
        kind = type(node.op).__name__
        if kind not in OPERATORS:
            raise RefusedError("the operator %s" % kind)
        guard(kind, left, right)
        return self.moved(checked(OPERATORS[kind](left, right), self.largest))

    def of_unaryop(self, node):
        kind = type(node.op).__name__
        if kind not in OPERATORS:
            raise RefusedError("the operator %s" % kind)
        return OPERATORS[kind](self.value(node.operand))

    def of_compare(self, node):
        kind = type(node.ops[0]).__name__
        if len(node.ops) != 1 or kind not in OPERATORS:
            raise RefusedError("a comparison by %s" % kind)
        return OPERATORS[kind](self.value(node.left), self.value(node.comparators[0]))

    def of_tuple(self, node):
        return tuple(self.value(each) for each in node.elts)

    def of_list(self, node):
        return [self.value(each) for each in node.elts]

    def of_dict(self, node):
        return {self.value(key): self.value(value) for key, value in zip(node.keys, node.values)}

    def of_subscript(self, node):
        return self.value(node.value)[self.value(node.slice)]

    def of_index(self, node):
        return self.value(node.value)

    def of_extslice(self, node):
        return tuple(self.value(each) for each in node.dims)

    def of_slice(self, node):
        return slice(*[None if each is None else self.value(each) for each in (node.lower, node.upper, node.step)])

    def of_lambda(self, node):
        parameters = [getattr(each, "arg", None) or getattr(each, "id", None) for each in node.args.args]
        if node.args.defaults or node.args.vararg or node.args.kwarg:
            raise RefusedError("a lambda with defaults, * or **")

        def function(*arguments):
            outer = self.names
            self.names = dict(outer, **dict(zip(parameters, arguments)))
            try:
                return self.value(node.body)
            finally:
                self.names = outer

        return function


def wide(value):
    """A list of float64 numbers as an array: as a list, a graph would make float32 of it."""
    if not isinstance(value, list):
        return value
    leaf = value
    while isinstance(leaf, list) and leaf:
        leaf = leaf[0]
    if isinstance(leaf, list) or not isinstance(leaf, (int, float)):
        return value
    array = np.array(value)
    return array if array.dtype == np.float64 else value


def guard(kind, left, right):
    """Refuses what would grow beyond bounds in plain Python, before any tensor is made."""
    if kind == "Mult" and (isinstance(left, (list, tuple, str)) or isinstance(right, (list, tuple, str))):
        size, times = (left, right) if isinstance(left, (list, tuple, str)) else (right, left)
        if isinstance(times, int) and len(size) * times > LARGEST_LIST:
            raise RefusedError("a repeated list of more than %d elements" % LARGEST_LIST)
        if not isinstance(times, int) and not hasattr(times, "dtype"):  # a tensor
            raise RefusedError("a list times what is neither a number nor a tensor")
    if kind == "Pow" and isinstance(left, int) and isinstance(right, int) and right > 64:
        raise RefusedError("a power above 64 of whole numbers")


def checked(value, largest=LARGEST_TENSOR):
    """`value`, unless it is a tensor whose known shape is too large."""
    shape = getattr(value, "shape", None)
    dimensions = getattr(shape, "dims", None)
    if dimensions is None:
        dimensions = shape if isinstance(shape, tuple) else ()
    size = 1
    for each in dimensions:
        size *= getattr(each, "value", each) or 1
    if size > largest:
        raise RefusedError("a tensor of more than %d elements" % largest)
    return value
