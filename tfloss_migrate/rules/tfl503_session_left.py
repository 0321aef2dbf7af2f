"""A session or a placeholder that could not be converted is told, with the reason and its line.

Why: eager code would do something else, or it is not sure that it would not: what is fetched is not surely a tensor,
random operations draw once instead of at each run, variables
are assigned, queues, savers and summaries are run, `tf.cond`, `tf.Print` or `tf.py_func` act when the graph runs, the
session is handed to other code, the graph is looked into by name. Such a program stays as it is, all of it.
"""

from tfloss_migrate.model import NearMiss, Rule

RULE = Rule(
    id="TFL503",
    name="session-left",
    message="this cannot be converted",
    inputs=(),
    forms=(),
    leave_alone=(
        NearMiss("self.session.run(query)", because="nothing shows that this is TensorFlow's session"),
        NearMiss("model.eval()", because="nothing shows that this is a tensor"),
        NearMiss("template.placeholder(name)", because="not TensorFlow's placeholder"),
    ),
)
