"""Writes a corpus of made-up TensorFlow 1 training files, the same ones for the same seed.

    python benchmarks/make_corpus.py FOLDER [--files 1000] [--seed 1]

Every file has 50 to 400 lines: imports, settings, layers by hand, model classes with a loss, data, a training loop.
"""

from __future__ import annotations

import argparse
import itertools
import random
from pathlib import Path

FILES = 1000
SEED = 1
MOST_LINES = 400
FEWEST_LINES = 50

IMPORTS = (
    "import numpy as np\nimport tensorflow as tf\n",
    "from __future__ import print_function\n\nimport os\n\nimport numpy as np\nimport tensorflow as tf\n",
    "import tensorflow.compat.v1 as tf\nimport numpy as np\n",
    "import numpy as np\nimport tensorflow as tf\nfrom tensorflow.contrib import slim\n",
    "import time\nimport numpy as np\nimport tensorflow as tf\nimport tensorflow.contrib.layers as layers\n",
)
NOUNS = ("Digit", "Image", "Text", "Price", "Rating", "Audio", "Graph", "Pose", "Click", "Weather", "Style", "Track")
KINDS = ("Classifier", "Regressor", "Encoder", "Ranker", "Tagger", "Network", "Model", "Critic")

#: Losses over {y} (labels), {z} (logits) and {p} (predictions or probabilities), by the output that they fit.
LOSSES = {
    "classes": (
        "tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits(labels={y}, logits={z}))",
        "tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits_v2(logits={z}, labels={y}))",
        "tf.reduce_mean(-tf.reduce_sum({y} * tf.log({p}), reduction_indices=[1]))",
        "-tf.reduce_sum({y} * tf.log({p}))",
        "-tf.reduce_mean(tf.reduce_sum({y} * tf.log({p} + 1e-8), axis=1))",
        "tf.reduce_mean(-tf.reduce_sum({y} * tf.log(tf.clip_by_value({p}, 1e-10, 1.0)), axis=1))",
        "tf.losses.softmax_cross_entropy(onehot_labels={y}, logits={z})",
        "tf.losses.softmax_cross_entropy({y}, {z}, label_smoothing=0.1)",
    ),
    "binary": (
        "tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(labels={y}, logits={z}))",
        "-tf.reduce_mean({y} * tf.log({p}) + (1 - {y}) * tf.log(1 - {p}))",
        "-tf.reduce_mean({y} * tf.log({p} + 1e-12) + (1. - {y}) * tf.log(1. - {p} + 1e-12))",
        "tf.losses.log_loss({y}, {p})",
        "tf.losses.sigmoid_cross_entropy({y}, {z})",
        "tf.reduce_mean(tf.maximum(0.0, 1.0 - {y} * {z}))",
    ),
    "values": (
        "tf.reduce_mean(tf.square({z} - {y}))",
        "tf.reduce_mean(tf.squared_difference({y}, {z}))",
        "tf.reduce_mean(({y} - {z}) ** 2)",
        "tf.reduce_sum(tf.pow({z} - {y}, 2)) / (2 * BATCH_SIZE)",
        "tf.sqrt(tf.reduce_mean(tf.square(tf.subtract({y}, {z}))))",
        "tf.reduce_mean(tf.abs({y} - {z}))",
        "tf.losses.mean_squared_error({y}, {z})",
        "tf.losses.huber_loss({y}, {z}, delta=2.0)",
        "tf.nn.l2_loss({y} - {z})",
    ),
}
ACTIVATIONS = {"classes": "tf.nn.softmax", "binary": "tf.nn.sigmoid", "values": "tf.identity"}
OPTIMIZERS = (
    "tf.train.AdamOptimizer({rate})",
    "tf.train.GradientDescentOptimizer(learning_rate={rate})",
    "tf.train.MomentumOptimizer({rate}, 0.9)",
    "tf.train.RMSPropOptimizer({rate})",
)

LAYER = '''

def {name}(inputs, units, scope, activation=tf.nn.relu):
    """A fully connected layer with its own variables."""
    with tf.variable_scope(scope):
        width = inputs.get_shape().as_list()[-1]
        weights = tf.get_variable("weights", [width, units],
                                  initializer=tf.truncated_normal_initializer(stddev={stddev}))
        bias = tf.get_variable("bias", [units], initializer=tf.constant_initializer({bias}))
        outputs = tf.matmul(inputs, weights) + bias
        tf.summary.histogram(scope + "/weights", weights)
        tf.summary.histogram(scope + "/bias", bias)
        tf.summary.histogram(scope + "/outputs", outputs)
        return activation(outputs) if activation is not None else outputs
'''
DATA = '''

def make_{what}_batches(count, rng):
    """Random features with a label that depends on the first {width} of them."""
    features = rng.normal(size=(count, NUM_FEATURES)).astype(np.float32)
    score = features[:, :{width}].sum(axis=1) + {noise} * rng.normal(size=count)
    for start in range(0, count, BATCH_SIZE):
        stop = min(start + BATCH_SIZE, count)
        batch = features[start:stop]
        target = np.zeros((stop - start, NUM_OUTPUTS), dtype=np.float32)
        target[np.arange(stop - start), (score[start:stop] > 0).astype(int) % NUM_OUTPUTS] = 1.0
        yield batch, target
'''
MODEL = '''

class {cls}(object):
    """{noun} model: {depth} hidden layers of {units} units."""

    def __init__(self, num_features, num_outputs, learning_rate={rate}, weight_decay={decay}):
        self.x = tf.placeholder(tf.float32, [None, num_features], name="{scope}_x")
        self.y = tf.placeholder(tf.float32, [None, num_outputs], name="{scope}_y")
        self.keep_prob = tf.placeholder_with_default(1.0, shape=[], name="{scope}_keep_prob")
        self.num_outputs = num_outputs
        self.weight_decay = weight_decay
        self.logits = self._build(self.x)
        self.prediction = {activation}(self.logits)
        self.loss = self._loss()
        self.train_op = {optimizer}.minimize(self.loss)

    def _build(self, net):
        with tf.variable_scope("{scope}"):
{hidden}
            return {layer}(net, self.num_outputs, "out", activation=None)

    def _loss(self):
        data_loss = {loss}
        if not self.weight_decay:
            return data_loss
        penalty = tf.add_n([tf.nn.l2_loss(v) for v in tf.trainable_variables() if "bias" not in v.name])
        return data_loss + self.weight_decay * penalty

    def accuracy(self):
        hits = tf.equal(tf.argmax(self.prediction, 1), tf.argmax(self.y, 1))
        return tf.reduce_mean(tf.cast(hits, tf.float32))
'''
SCORE = '''

def {name}(y_true, y_pred):
    """Another look at the error of the {what} outputs."""
    logits = y_pred
    prediction = {activation}(logits)
    first = {first}
    second = {second}
    tf.summary.scalar("{name}/first", tf.reduce_mean(first))
    tf.summary.scalar("{name}/second", tf.reduce_mean(second))
    return {weight} * first + second
'''
REPORT = '''

def describe_{what}(values, title="{what}"):
    """Prints a few numbers about an array."""
    values = np.asarray(values).ravel()
    if values.size == 0:
        print("%s: nothing" % title)
        return {{}}
    summary = {{"mean": float(values.mean()), "std": float(values.std())}}
    for percent in ({low}, 50, {high}):
        summary["p%d" % percent] = float(np.percentile(values, percent))
    for key in sorted(summary):
        print("%s %-5s %8.4f" % (title, key, summary[key]))
    return summary
'''
TRAIN = """

def train_{scope}(epochs={epochs}, seed={seed}):
    tf.reset_default_graph()
    tf.set_random_seed(seed)
    rng = np.random.RandomState(seed)
    model = {cls}(NUM_FEATURES, NUM_OUTPUTS)
    saver = tf.train.Saver(max_to_keep=2)
    history = []
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        for epoch in range(epochs):
            total, steps = 0.0, 0
            for batch_x, batch_y in make_{what}_batches({count}, rng):
                feed = {{model.x: batch_x, model.y: batch_y, model.keep_prob: {keep}}}
                _, value = sess.run([model.train_op, model.loss], feed_dict=feed)
                total += value
                steps += 1
            history.append(total / max(steps, 1))
            if epoch % {every} == 0:  # not every epoch
                print("epoch %d loss %.4f" % (epoch, history[-1]))
        saver.save(sess, "./{scope}.ckpt")
    return history
"""


def python_file(seed: int) -> str:
    """The text of one made-up file: parses as Python 3, 50 to 400 lines."""
    rng = random.Random(seed)
    small = rng.random() < 0.2
    goal = FEWEST_LINES + 10 if small else rng.randint(FEWEST_LINES + 80, MOST_LINES)
    layer = rng.choice(("dense", "fully_connected", "fc", "linear_layer"))
    text = _head(rng) + LAYER.format(name=layer, stddev=rng.choice((0.01, 0.02, 0.1)), bias=rng.choice((0.0, 0.1)))
    calls: list[str] = []
    first = 1 if small else 0
    for number in itertools.count(first):
        more, call = _part(rng, layer, number)
        if number > first and (text + more).count("\n") + len(calls) + 4 > goal:
            break
        text += more
        calls += call
    return text + '\n\nif __name__ == "__main__":\n' + "".join(f"    {call}\n" for call in calls)


def _head(rng: random.Random) -> str:
    settings = (
        f"BATCH_SIZE = {rng.choice((16, 32, 64, 128))}",
        f"NUM_FEATURES = {rng.randint(8, 784)}",
        f"NUM_OUTPUTS = {rng.randint(2, 20)}",
    )
    title = f'"""Trains a small {rng.choice(NOUNS).lower()} model."""\n'
    return title + rng.choice(IMPORTS) + "\n" + "\n".join(settings) + "\n"


def _part(rng: random.Random, layer: str, number: int) -> tuple[str, list[str]]:
    """A model with its data and training loop, or some functions beside it; and the lines that call it."""
    noun, output = rng.choice(NOUNS), rng.choice(tuple(LOSSES))
    what, scope = f"{noun.lower()}_{number}", f"{noun.lower()}_{number}"
    if number % 3 == 2:
        return _score(rng, output, f"{what}_score", what), []
    if number % 3 == 1:
        text = REPORT.format(what=what, low=rng.choice((1, 5, 10)), high=rng.choice((90, 95, 99)))
        return text, [f"describe_{what}(np.arange({rng.randint(3, 99)}))"]
    cls, depth, units = f"{noun}{rng.choice(KINDS)}{number or ''}", rng.randint(1, 6), rng.choice((32, 64, 100, 256))
    hidden = "\n".join(
        f'            net = {layer}(net, {units}, "hidden{index}")'
        + (f"\n            net = tf.nn.dropout(net, keep_prob=self.keep_prob)  # layer {index}" * (index % 2))
        for index in range(depth)
    )
    rate = rng.choice(("0.1", "0.01", "1e-3", "5e-4"))
    model = MODEL.format(
        cls=cls, noun=noun, depth=depth, units=units, rate=rate, decay=rng.choice(("0.0", "1e-4")), scope=scope,
        activation=ACTIVATIONS[output], optimizer=rng.choice(OPTIMIZERS).format(rate="learning_rate"), hidden=hidden,
        layer=layer, loss=rng.choice(LOSSES[output]).format(y="self.y", z="self.logits", p="self.prediction"),
    )  # fmt: skip
    data = DATA.format(what=what, width=rng.randint(1, 8), noise=rng.choice((0.1, 0.5)))
    train = TRAIN.format(
        scope=scope, cls=cls, what=what, epochs=rng.randint(2, 50), seed=rng.randint(0, 9999),
        count=rng.choice((256, 1024, 5000)), keep=rng.choice((0.5, 0.8, 1.0)), every=rng.choice((1, 5, 10)),
    )  # fmt: skip
    return data + model + train, [f"train_{scope}()"]


def _score(rng: random.Random, output: str, name: str, what: str) -> str:
    first, second = (loss.format(y="y_true", z="logits", p="prediction") for loss in rng.sample(LOSSES[output], 2))
    return SCORE.format(
        name=name, what=what, activation=ACTIVATIONS[output], first=first, second=second, weight=rng.choice((0.5, 2.0))
    )


def write_corpus(folder: Path, files: int = FILES, seed: int = SEED) -> None:
    """Writes `files` files into the new folder, fifty a subfolder."""
    for index in range(files):
        place = folder / f"package_{index // 50:02d}"
        place.mkdir(parents=True, exist_ok=True)
        (place / f"train_{index:04d}.py").write_text(python_file(seed * 1_000_000 + index), encoding="utf-8")


def main() -> None:
    """Writes the corpus into the folder given."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--files", type=int, default=FILES)
    parser.add_argument("--seed", type=int, default=SEED)
    options = parser.parse_args()
    if options.folder.exists():
        parser.error(f"{options.folder} is there already: name a new folder")
    write_corpus(options.folder, options.files, options.seed)


if __name__ == "__main__":
    main()
