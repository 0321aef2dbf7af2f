"""The child process: the only file that imports TensorFlow. It runs expressions on arrays and sends back what came out.

Started by path as `python -I runner.py`, with frames (see frames.py) on its standard input and output. Understands TF
0.12 on Python 2.7, TF 1.15 on Python 3.7 and TF 2: an older TensorFlow runs the legacy side only.

A job names expressions, inputs, groups (arrays of equal shapes) and runs. A run is one expression in one mode
(session, optimised, function, eager) and precision over the cases of a group; its outcome for each case is an error,
or a value and a gradient (of the sum of the value) for each input to be differentiated.
"""

from __future__ import division

import gc
import os
import signal
import sys

FOLDER = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, FOLDER)
import frames  # noqa: E402
from job import answer, is_new  # noqa: E402

sys.path.remove(FOLDER)

MEMORY = 6 << 30
GRACE = 15
TIDY_EVERY = 25


def main():
    answers = os.fdopen(os.dup(1), "wb")
    jobs = os.fdopen(os.dup(0), "rb")
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(2, 1)
    tf = load()
    keras = keras_modules(tf)
    limit_memory()
    versions = {"tensorflow": tf.__version__, "python": sys.version.split()[0]}
    versions.update({"keras" + number: module.__version__ for number, module in keras.items()})
    frames.write(answers, versions, [])
    gc.collect()
    gc.disable()
    if hasattr(gc, "freeze"):
        gc.freeze()
    count = 0
    while True:
        try:
            job, arrays = frames.read(jobs)
        except EOFError:
            return
        alarm(int(job["time_limit"]) + GRACE)
        frames.write(answers, *answer(tf, keras, job, arrays))
        alarm(0)
        count += 1
        if count % TIDY_EVERY == 0:
            tidy(keras)


def load():
    import tensorflow as tf

    if is_new(tf):
        tf.config.threading.set_intra_op_parallelism_threads(1)
        tf.config.threading.set_inter_op_parallelism_threads(1)
        tf.config.optimizer.set_experimental_options({"disable_meta_optimizer": True})
        tf.compat.v1.logging.set_verbosity(tf.compat.v1.logging.ERROR)
    else:
        tf.logging.set_verbosity(tf.logging.ERROR)
        import tensorflow.contrib.losses  # noqa: F401  (loaded on first use otherwise, in the middle of a job)
    return tf


def keras_modules(tf):
    """Keras 3 and, where installed, Keras 2, by the number as text."""
    if not is_new(tf):
        return {}
    modules = {tf.keras.__version__[0]: tf.keras}
    try:
        import tf_keras

        modules.setdefault(tf_keras.__version__[0], tf_keras)
    except ImportError:
        pass
    return modules


def limit_memory():
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    except (ImportError, ValueError, OSError):
        pass


def alarm(seconds):
    """Ends this process when a job outlives the parent that should have ended it."""
    if hasattr(signal, "alarm"):
        signal.alarm(seconds)


def tidy(keras):
    for module in keras.values():
        module.backend.clear_session()
    gc.collect()


if __name__ == "__main__":
    main()
