"""Runs a job: expressions over arrays, in TF1 sessions, in a tf.function, or eagerly.

Runs inside the child process, also on Python 2.7 and 3.7; TensorFlow is handed in.
"""

from __future__ import division

import dialect
import numpy as np
from expression import Expression, RefusedError, checked
from precision import computing
from rounds import played


def is_new(tf):
    """Whether this is TensorFlow 2."""
    return not tf.__version__.startswith(("0.", "1."))


def answer(tf, keras, job, arrays):
    """The reply frame: {"runs": [[outcome of each case] of each run]} or {"refused": why}."""
    if "program" in job:
        return played(tf, keras, job, arrays)
    work = Job(tf, keras, job, arrays)
    try:
        outcomes = [None] * len(work.runs)
        work.sessions(outcomes)
        work.functions(outcomes)
        for index, run in enumerate(work.runs):
            if run["mode"] == "eager":
                outcomes[index] = [work.eager(run, case) for case in run["cases"]]
    except RefusedError as refusal:
        return {"refused": str(refusal)}, []
    except (SyntaxError, RuntimeError) as error:
        return {"refused": text_of(error)}, []
    return {"runs": outcomes}, work.results


def part_of(run):
    """What of a run decides its part of a graph."""
    return run["expression"], run["precision"], run["group"], run["turn"]


def text_of(error):
    lines = [line.strip() for line in str(error).splitlines() if line.strip()] or [""]
    return "%s: %s" % (type(error).__name__, lines[0][:300])


#: What the names of a language mean, by the language, the Keras and whether floats are double: the same in every job.
LANGUAGES = {}


class Job(object):
    """One question: its expressions over its arrays, and the list of all result arrays."""

    def __init__(self, tf, keras, job, arrays):
        self.tf, self.keras, self.job, self.arrays = tf, keras, job, arrays
        self.runs = job["runs"]
        self.results = []
        self.parsed = {}

    def expression(self, run):
        """The expression of a run, with what its names mean where it runs."""
        double = run["precision"] == "float64"
        key = (run["expression"], run["keras"], double, run["turn"])
        if key not in self.parsed:
            text = self.job["expressions"][run["expression"]]
            language = self.language(run["expression"] == "target", run["keras"], double)
            self.parsed[key] = Expression(text, language, double, run["turn"])
        return self.parsed[key]

    def language(self, new, keras, double):
        """What the names behind `tf.` mean on the new or the old side."""
        key = (new, keras, double)
        if key not in LANGUAGES:
            tf1 = self.tf.compat.v1 if is_new(self.tf) else self.tf
            LANGUAGES[key] = (
                dialect.target_names(self.tf, self.keras[keras], double)
                if new
                else dialect.legacy_names(tf1, self.keras.get("2"), double)
            )
        return LANGUAGES[key]

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
        given = self.group(run)["scalars"]
        return {name: convert(value) if isinstance(value, float) else value for name, value in given.items()}

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
                key = part_of(run)
                if key not in parts:
                    parts[key] = self.part(tf1, run)
                if isinstance(parts[key], str):
                    outcomes[index] = [{"error": parts[key]}] * len(run["cases"])
            for mode in ("session", "optimised"):
                chosen = [(i, run, parts[part_of(run)])
                          for i, run in runs if run["mode"] == mode and outcomes[i] is None]  # fmt: skip
                if chosen:
                    with tf1.Session(graph=graph, config=dialect.session_config(tf1, mode == "optimised")) as session:
                        self.step_through(session, chosen, outcomes)

    def part(self, tf1, run):
        """One expression in the graph: placeholders, value and gradients; or the text of the error."""
        names = {}
        for name, shape in self.group(run)["shapes"].items():
            names[name] = tf1.placeholder(self.dtype(run, name), shape)
        placeholders = dict(names)
        names.update(self.scalars(run))
        for collection in ("losses", "regularization_losses"):  # what another part has collected
            tf1.get_default_graph().clear_collection(collection)
        try:
            with self.floatx(run):
                value = checked(tf1.convert_to_tensor(self.expression(run)(names)))
            return placeholders, value, self.gradients(tf1, run, value, placeholders)
        except RefusedError:
            raise
        except Exception as error:
            return text_of(error)

    def wanted(self, run, inputs):
        """The inputs to differentiate by: none where shapes are beyond the promises, for values tell enough there."""
        return [name for name in self.job["wrt"] if name in inputs] if self.group(run)["gradients"] else []

    def gradients(self, tf, run, value, inputs):
        wanted = self.wanted(run, inputs)
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

    def functions(self, outcomes):
        """All runs in functions: traced as one where that goes well, else each alone, to learn whose error it is."""
        runs = [(index, run) for index, run in enumerate(self.runs) if run["mode"] == "function"]
        alike = {(run["group"], tuple(run["cases"])) for _, run in runs}
        found = self.together([run for _, run in runs]) if len(runs) > 1 and len(alike) == 1 else None
        for at, (index, run) in enumerate(runs):
            outcomes[index] = self.function(run) if found is None else [self.keep(*each[at]) for each in found]

    def together(self, runs):
        """What all runs give for each of their cases, from one function; None where one of them raises."""
        try:
            call = self.trace([(run, self.shapes(run)[0]) for run in runs])
            return [call(case) for case in runs[0]["cases"]]
        except RefusedError:
            raise
        except Exception:
            return None

    def shapes(self, run):
        """The shapes to trace with. The newest Keras is traced with open batch sizes, as in training; the older with
        known ones, at half the cost, and so is what cannot do with open ones."""
        group = self.group(run)
        return [group["open_shapes"], group["shapes"]] if run["keras"] == max(self.keras) else [group["shapes"]]

    def function(self, run):
        """The target traced once for the group, by tf.function, then called on each case."""
        call = None
        for shapes in self.shapes(run):
            try:
                call = self.trace([(run, shapes)])
                break
            except RefusedError:
                raise
            except Exception as error:
                reason = text_of(error)
        if call is None:
            return [{"error": reason}] * len(run["cases"])
        outcomes = []
        for case in run["cases"]:
            try:
                outcomes.append(self.keep(*call(case)[0]))
            except Exception as error:
                outcomes.append({"error": text_of(error)})
        return outcomes

    def trace(self, parts):
        """Runs with their shapes, as one function of a case: the value and the gradients of each run."""
        tf = self.tf
        order = [(at, name) for at, (_, shapes) in enumerate(parts) for name in sorted(shapes)]
        layout = []

        def body(*tensors):
            flat = []
            for at, (run, _) in enumerate(parts):
                inputs = {name: tensor for (part, name), tensor in zip(order, tensors) if part == at}
                with self.floatx(run):
                    value, gradients = self.taped(run, inputs)
                layout.append([name for name in gradients if gradients[name] is not None])
                flat += [value] + [gradients[name] for name in layout[-1]]
            return flat

        signature = [tf.TensorSpec(parts[at][1][name], self.dtype(parts[at][0], name)) for at, name in order]
        traced = tf.function(body, autograph=False, input_signature=signature).get_concrete_function()

        def call(case):
            feeds = [self.feeds(run, case) for run, _ in parts]
            found = iter(traced(*[tf.constant(feeds[at][name]) for at, name in order]))
            return [(next(found).numpy(), {name: next(found).numpy() for name in names}) for names in layout]

        return call

    def eager(self, run, case):
        """The target on one case, operation by operation."""
        tf = self.tf
        inputs = {name: tf.constant(array) for name, array in self.feeds(run, case).items()}
        with self.floatx(run):
            try:
                value, gradients = self.taped(run, inputs)
                arrays = {name: None if one is None else one.numpy() for name, one in gradients.items()}
                return self.keep(value.numpy(), arrays)
            except RefusedError:
                raise
            except Exception as error:
                return {"error": text_of(error)}

    def taped(self, run, inputs):
        """The value of the target, and its gradients by a tape, as training takes them."""
        tf, wanted = self.tf, self.wanted(run, inputs)
        with tf.GradientTape() as tape:
            tape.watch([inputs[name] for name in wanted])
            value = checked(tf.convert_to_tensor(self.expression(run)(dict(inputs, **self.scalars(run)))))
        if not wanted or not is_floating(value):
            return value, {}
        found = tape.gradient(value, [inputs[name] for name in wanted])
        return value, {name: None if one is None else tf.convert_to_tensor(one) for name, one in zip(wanted, found)}

    def floatx(self, run):
        """The precision of a run in the Keras that it uses, the oldest there is on the old side, and in TensorFlow."""
        number = run["keras"] or min(self.keras or [""])
        keras = self.keras[number] if number else getattr(self.tf, "keras", None)  # TF1 has its own from 1.4 on
        return computing(self.tf, keras, run["precision"])


def is_floating(value):
    return value.dtype.is_floating
