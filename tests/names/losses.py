"""Prints the public names of the losses of a real TensorFlow 1.15, by module, as the JSON that lies beside this file.

python3.7 tests/names/losses.py > tests/names/losses.json      # with TensorFlow 1.15 installed
"""

import json
import sys

import tensorflow as tf

#: Modules of losses alone, and modules that have losses among other things, with what their names have in them.
WHOLE = ("losses", "contrib.losses", "contrib.losses.metric_learning", "contrib.slim.losses")
PARTLY = {
    "nn": ("loss", "entropy"),
    "contrib.seq2seq": ("loss",),
    "contrib.legacy_seq2seq": ("loss",),
    "contrib.layers": ("regulariz",),
}


def public(path):
    """The public names below `tf.path`."""
    module = tf
    for part in path.split("."):
        module = getattr(module, part)
    return sorted(name for name in dir(module) if not name.startswith("_"))


found = {path: public(path) for path in WHOLE}
for path, signs in PARTLY.items():
    found[path] = [name for name in public(path) if any(sign in name for sign in signs)]
json.dump({"tensorflow": tf.__version__, "names": found}, sys.stdout, indent=1, sort_keys=True)
print()
