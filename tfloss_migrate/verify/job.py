"""Runs a job: expressions over arrays, in TF1 sessions, in a tf.function, or eagerly.

Runs inside the child process, also on Python 2.7 and 3.7; TensorFlow is handed in.
"""

from __future__ import division

import contextlib

import dialect
import numpy as np
from expression import Expression, RefusedError, checked
from precision import double_cast, double_losses


def is_new(tf):
    """Whether this is TensorFlow 2."""
    return not tf.__version__.startswith(("0.", "1."))


def answer(tf, keras, job, arrays):
    """The reply frame: {"runs": [[outcome of each case] of each run]} or {"refused": why}."""
    work = Job(tf, keras, job, arrays)
    try:
        outcomes = [None] * len(work.runs)
        work.sessions(outcomes)
        for index, run in enumerate(work.runs):
            if run["mode"] == "function":
                outcomes[index] = work.function(run)
            elif run["mode"] == "eager":
                outcomes[index] = [work.eager(run, case) for case in run["cases"]]
    except RefusedError as refusal:
        return {"refused": str(refusal)}, []
    except (SyntaxError, RuntimeError) as error:
        return {"refused": text_of(error)}, []
    return {"runs": outcomes}, work.results


def text_of(error):
    lines = [line.strip() for line in str(error).splitlines() if line.strip()] or [""]
    return "%s: %s" % (type(error).__name__, lines[0][:300])


class Job(object):
    """One question: its expressions over its arrays, and the list of all result arrays."""

    def __init__(self, tf, keras, job, arrays):
        self.tf, self.keras, self.job, self.arrays = tf, keras, job, arrays
        self.runs = job["runs"]
        self.results = []

    def expression(self, run):
        """The expression of a run, with what its names mean where it runs."""
        double = run["precision"] == "float64"
        if run["expression"] != "target":
            tf1 = self.tf.compat.v1 if is_new(self.tf) else self.tf
            resolve = dialect.legacy_names(tf1, self.keras.get("2"), double)
        else:
            resolve = dialect.target_names(self.tf, self.keras[run["keras"]], double)
        return Expression(self.job["expressions"][run["expression"]], resolve, double)

    def group(self, run):
        return self.job["groups"][run["group"]]

    def dtype(self, run, name):
        kind = self.job["kinds"][name]
        return run["precision"] if kind == "float" else kind

    def feeds(self, run, case):
        """The arrays of a case, by input name, in the run's precision."""
        indices = self.group(run)["cases"][case]
        return {name: self.arrays[at].astype(self.dtype(run, name)) for name, at in indices.items()}

    def scalars(self, run):
        convert = float if run["precision"] == "float32" else np.float64
        return {name: convert(value) for name, value in self.group(run)["scalars"].items()}

    def keep(self, value, gradients):
        self.results.append(value)
        outcome = {"value": len(self.results) - 1, "gradients": {}}
        for name, gradient in gradients.items():
            if gradient is not None:
                self.results.append(gradient)
                outcome["gradients"][name] = len(self.results) - 1
        return outcome

    def sessions(self, outcomes):
        """All runs in TF1 sessions: one graph for the question, run once with and once without its optimiser."""
        runs = [(index, run) for index, run in enumerate(self.runs) if run["mode"] in ("session", "optimised")]
        if not runs:
            return
        tf1 = self.tf.compat.v1 if is_new(self.tf) else self.tf
        graph = self.tf.Graph()
        parts = {}
        with graph.as_default():
            for index, run in runs:
                key = (run["expression"], run["precision"], run["group"])
                if key not in parts:
                    parts[key] = self.part(tf1, run)
                if isinstance(parts[key], str):
                    outcomes[index] = [{"error": parts[key]}] * len(run["cases"])
            for mode in ("session", "optimised"):
                chosen = [(i, run, parts[run["expression"], run["precision"], run["group"]])
                          for i, run in runs if run["mode"] == mode and outcomes[i] is None]  # fmt: skip
                if chosen:
                    with tf1.Session(graph=graph, config=session_config(tf1, mode == "optimised")) as session:
                        self.step_through(session, chosen, outcomes)

    def part(self, tf1, run):
        """One expression in the graph: placeholders, value and gradients; or the text of the error."""
        names = {}
        for name, shape in self.group(run)["shapes"].items():
            names[name] = tf1.placeholder(self.dtype(run, name), shape)
        placeholders = dict(names)
        names.update(self.scalars(run))
        try:
            with double_losses(tf1, run["precision"] == "float64"):
                value = checked(tf1.convert_to_tensor(self.expression(run)(names)))
            return placeholders, value, self.gradients(tf1, value, placeholders)
        except RefusedError:
            raise
        except Exception as error:
            return text_of(error)

    def gradients(self, tf, value, inputs):
        wanted = [name for name in self.job["wrt"] if name in inputs]
        if not wanted or not is_floating(value):
            return dict.fromkeys(wanted)
        found = tf.gradients(value, [inputs[name] for name in wanted])
        return {name: None if one is None else tf.convert_to_tensor(one) for name, one in zip(wanted, found)}

    def step_through(self, session, chosen, outcomes):
        """The n-th case of all runs in one go; where that fails, each alone, to learn whose error it is."""
        for step in range(max(len(run["cases"]) for _, run, _ in chosen)):
            now = [(index, run, part) for index, run, part in chosen if step < len(run["cases"])]
            try:
                found = self.step(session, now, step)
            except Exception:
                found = []
                for each in now:
                    try:
                        found += self.step(session, [each], step)
                    except Exception as error:
                        found.append({"error": text_of(error)})
            for (index, _, _), outcome in zip(now, found):
                outcomes[index] = (outcomes[index] or []) + [outcome]

    def step(self, session, now, step):
        feeds, fetches = {}, []
        for _, run, (placeholders, value, gradients) in now:
            for name, array in self.feeds(run, run["cases"][step]).items():
                feeds[placeholders[name]] = array
            fetches += [value] + [one for one in gradients.values() if one is not None]
        found = iter(session.run(fetches, feeds))
        outcomes = []
        for _, _, (_, _, gradients) in now:
            value = next(found)
            outcomes.append(self.keep(value, {n: None if one is None else next(found) for n, one in gradients.items()}))
        return outcomes

    def function(self, run):
        """The target traced once for the group, by tf.function, then called on each case.

        The newest Keras is traced with open batch sizes, as in training; the older with known ones, at half the cost,
        and so is what cannot do with open ones.
        """
        group = self.group(run)
        traced, order, layout = None, [], []
        for shapes in [group["open_shapes"], group["shapes"]] if run["keras"] == max(self.keras) else [group["shapes"]]:
            try:
                traced, order, layout = self.trace(run, shapes)
                break
            except RefusedError:
                raise
            except Exception as error:
                reason = text_of(error)
        if traced is None:
            return [{"error": reason}] * len(run["cases"])
        outcomes = []
        for case in run["cases"]:
            feeds = self.feeds(run, case)
            try:
                found = [each.numpy() for each in traced(*[self.tf.constant(feeds[name]) for name in order])]
                outcomes.append(self.keep(found[0], dict(zip(layout, found[1:]))))
            except Exception as error:
                outcomes.append({"error": text_of(error)})
        return outcomes

    def trace(self, run, shapes):
        """The concrete function of value and gradients, the order of its inputs, and the names of its gradients."""
        tf = self.tf
        order, layout = sorted(shapes), []
        signature = [tf.TensorSpec(shapes[name], self.dtype(run, name)) for name in order]

        def body(*tensors):
            inputs = dict(zip(order, tensors))
            value = checked(tf.convert_to_tensor(expression(dict(inputs, **self.scalars(run)))))
            gradients = self.gradients(tf, value, inputs)
            layout[:] = [name for name in gradients if gradients[name] is not None]
            return [value] + [gradients[name] for name in layout]

        with self.floatx(run):
            expression = self.expression(run)
            traced = tf.function(body, autograph=False, input_signature=signature).get_concrete_function()
        return traced, order, layout

    def eager(self, run, case):
        """The target on one case, operation by operation."""
        tf = self.tf
        inputs = {name: tf.constant(array) for name, array in self.feeds(run, case).items()}
        wanted = [name for name in self.job["wrt"] if name in inputs]
        with self.floatx(run):
            try:
                with tf.GradientTape() as tape:
                    tape.watch([inputs[name] for name in wanted])
                    value = tf.convert_to_tensor(self.expression(run)(dict(inputs, **self.scalars(run))))
                found = tape.gradient(value, [inputs[name] for name in wanted]) if is_floating(value) else []
                arrays = {
                    name: tf.convert_to_tensor(one).numpy() for name, one in zip(wanted, found) if one is not None
                }
                return self.keep(checked(value).numpy(), arrays)
            except RefusedError:
                raise
            except Exception as error:
                return {"error": text_of(error)}

    @contextlib.contextmanager
    def floatx(self, run):
        backend = self.keras[run["keras"] or max(self.keras)].backend
        before = backend.floatx()
        backend.set_floatx(run["precision"])
        try:
            with (
                double_losses(self.tf, run["precision"] == "float64"),
                double_cast(self.tf, run["precision"] == "float64"),
            ):
                yield
        finally:
            backend.set_floatx(before)


def is_floating(value):
    return value.dtype.is_floating


def session_config(tf1, optimised):
    config = tf1.ConfigProto(intra_op_parallelism_threads=1, inter_op_parallelism_threads=1)
    rewriting = getattr(config.graph_options, "rewrite_options", None)
    if rewriting is not None and hasattr(rewriting, "disable_meta_optimizer"):
        rewriting.disable_meta_optimizer = not optimised
    if rewriting is None or not optimised:
        config.graph_options.optimizer_options.opt_level = -1
    return config
