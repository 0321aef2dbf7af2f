"""Plays a program on one side: its graph in a TF1 session, or its functions in TF2, a few rounds on the same feeds.

Runs inside the child process, also on Python 2.7 and 3.7; TensorFlow is handed in.
"""

from __future__ import division

import numpy as np
import recurrence
from dialect import legacy_names, session_config, target_names
from expression import RefusedError
from precision import computing
from script import Script
from training import Names

#: How long sequences are whose placeholder leaves that open.
STEPS = 4
#: Operations whose inputs have one shape, mostly; those whose result has that of their input; and products.
SAME_SHAPE = ("Add", "AddV2", "Sub", "Mul", "RealDiv", "SquaredDifference", "Equal", "SoftmaxCrossEntropyWithLogits")
PASSING = ("Cast", "Identity", "StopGradient", "Reshape")
PRODUCTS = {"MatMul": "transpose_b", "BatchMatMul": "adj_y", "BatchMatMulV2": "adj_y"}


def old(tf, keras, job, rounds):
    """What each play gives in a session, round after round, and the variables after each."""
    tf1, graph = first(tf), tf.Graph()
    with graph.as_default():
        script = legacy_script(tf, keras, job)
        names = script.resolve
        with tf1.Session(graph=graph, config=session_config(tf1, False)) as session:
            session.run(tf1.global_variables_initializer())
            for feeds in rounds:
                for play in job["plays"]:
                    given = dict(feeds, **play["flags"])
                    fed = {script.names[name]: given[name] for name in play["feeds"]}
                    values = [tensor(tf1, script.evaluate(each)) for each in play["old"]]
                    is_variable = [any(each is one for one in names.made) for each in values]
                    early = [v for v, late in zip(values, is_variable) if not late]
                    averages = session.run(names.averages)
                    before = session.run(early, fed)
                    if play["steps"]:  # in runs of their own, which move what moves in place but once
                        load(session, names, averages)
                        take(session, names, [script.evaluate(each) for each in play["steps"]], fed)
                    after = session.run([v for v, late in zip(values, is_variable) if late])
                    yield list(flat([(after if late else before).pop(0) for late in is_variable]))
                yield session.run(held(names.made))


def flat(value):
    """The single values in lists, tuples and dicts of them, in their order."""
    if isinstance(value, dict):
        value = list(value.values())
    if not isinstance(value, (list, tuple)):
        yield value
        return
    for each in value:
        for one in flat(each):
            yield one


def tensor(tf1, value):
    """What can be fetched: numbers that stand for what is drawn, as a tensor."""
    return tf1.convert_to_tensor(value) if isinstance(value, (np.ndarray, np.generic)) else value


def take(session, names, steps, fed):
    """Takes several steps one after another, with the gradients that there are before all of them."""
    taken = [names.gradients.get(step, []) if not isinstance(step, (list, tuple)) else [] for step in steps]
    values = session.run(taken, fed) if len(steps) > 1 else [[]]
    averages = session.run(names.averages) if len(steps) > 1 else []
    for step, gradients, numbers in zip(steps, taken, values):
        session.run(step, dict(list(fed.items()) + list(zip(gradients, numbers))))
    load(session, names, averages)


def load(session, names, averages):
    """Sets averages to what they were."""
    for one, average in zip(names.averages, averages):
        one.load(average, session)


def held(made):
    """The variables among what was made, and those of the layers among it."""
    return [one for each in made for one in getattr(each, "weights", [each])]


def new(names, job, rounds):
    """What each play gives in TF2, round after round, and the variables after each."""
    script = Script(job["program"]["target"], names, True)
    known = (names.glorot, names.dropout, names.made)
    script.names.update(recurrence.of_keras(names.tf, names.keras, *known + (job.get("cells", {}),)))
    script.run(job["data"], job["size"])
    for feeds in rounds:
        for play in job["plays"]:
            fed = dict(feeds, **play["flags"])
            given = script.evaluate(play["new"])(*[fed[name] for name in play["feeds"]])
            yield [np.asarray(one) for one in flat(given) if one is not None]  # a variable, as it is now
        yield [np.asarray(one) for one in held(names.made)]


def played(tf, keras, job, arrays):
    """The reply to a job with a program: the result arrays of each side, or its error."""
    if "shapes" in job:
        return shapes_of(tf, keras, job), []
    rounds = [{name: arrays[at] for name, at in each.items()} for each in job["rounds"]]
    sides, results = [], []
    for side, number in job["sides"]:
        module = keras[number] if number else getattr(tf, "keras", None)
        try:
            with computing(tf, module, "float64"):
                found = list(played_on(side, tf, module, job, rounds))
        except RefusedError as refusal:
            return {"refused": str(refusal)}, []
        except Exception as error:
            sides.append({"error": told(error)})
            continue
        sides.append({"values": [len(each) for each in found]})
        results += [np.asarray(one) for each in found for one in each]
    return {"sides": sides}, results


def shapes_of(tf, keras, job):
    """The shapes of the placeholders on the old side, or its error; of those without one, what the graph asks for."""
    known = {}
    try:
        for _ in job["shapes"] + [""]:
            with computing(tf, getattr(tf, "keras", None), "float64"), tf.Graph().as_default():
                script = legacy_script(tf, getattr(tf, "keras", None), job, known)
                found = [script.names[name].get_shape() for name in job["shapes"]]
                open_ones = [at for at, one in enumerate(script.resolve.fed) if one.get_shape().ndims is None]
                rates = {at for at in open_ones if any(script.resolve.fed[at] is one for one in script.resolve.rates)}
                more = {at: [] if at in rates else met_by(script.resolve.fed[at]) for at in open_ones}
            more = {at: shape for at, shape in more.items() if shape is not None}
            if not more:
                break
            known.update(more)
    except RefusedError as refusal:
        return {"refused": str(refusal)}
    except Exception as error:
        return {"error": told(error)}
    return {"shapes": [None if each.ndims is None else each.as_list() for each in found]}


def met_by(tensor, depth=4):
    """The shape that a placeholder without one must have for what it meets in the graph; None if that is open."""
    for operation in tensor.consumers() if depth and tensor.dtype != "bool" else ():  # which is a flag
        mine = [each.name for each in operation.inputs].index(tensor.name)
        others = [shape_of(each) for at, each in enumerate(operation.inputs) if at != mine]
        other = others[0] if others else [None]
        if "Apply" in operation.type:  # a learning rate
            return []
        if operation.type in PRODUCTS and mine == 0 and len(other) == 2:
            return [None, other[1] if operation.get_attr(PRODUCTS[operation.type]) else other[0]]
        if operation.type in SAME_SHAPE and other[-1] is not None and len(other) > 1:
            return other
        if operation.type in SAME_SHAPE and len(others) == 1 and other[0] not in (None, 1):  # a number for each column
            return [None] + other
        if operation.type in PASSING or (operation.type in SAME_SHAPE and other[-1] is None):
            met = met_by(operation.outputs[0], depth - 1)
            if met is not None:
                return met
    return None


def shape_of(tensor):
    """The shape of a tensor, as far as that or what it is made of tells; `[None]` if that is open."""
    shape = tensor.get_shape()
    told = shape.as_list() if shape.ndims else [None]
    if told[-1] is None and tensor.op.type in PASSING:
        return shape_of(tensor.op.inputs[0])
    return told


def legacy_script(tf, keras, job, shapes=None):
    """The old program, run in the graph that is there; `shapes` are those of placeholders that have none.

    Of programs with recurrent loops, sequences have a length, for these are written out.
    """
    names = Names(first(tf), keras, legacy_names(first(tf), keras, True), False)
    names.shapes = shapes or {}
    names.steps = STEPS if "_rnn(" in job["program"]["legacy"] else None
    script = Script(job["program"]["legacy"], names, True)
    script.run(job["data"], job["size"])
    return script


def first(tf):
    """TensorFlow 1, or what today's keeps of it."""
    return tf if tf.__version__.startswith(("0.", "1.")) else tf.compat.v1


def told(error):
    lines = [line.strip() for line in str(error).splitlines() if line.strip() and "execution error" not in line] or [""]
    return "%s: %s" % (type(error).__name__, lines[0][:300])


def played_on(side, tf, keras, job, rounds):
    """What each play gives on one side, and the variables after each round."""
    if side == "target":
        return new(Names(tf, keras, target_names(tf, keras, True), True), job, rounds)
    return old(tf, keras, job, rounds)
