"""A session that only evaluates is not needed: TF2 computes when the code is run.

Why: TF2 has no `tf.Session`. Where nothing trains, `sess.run(x)` is `x.numpy()`, initialisers go, and placeholders
become the parameters of a `@tf.function` whose `input_signature` casts what is given as feeding did. A program is
converted as a whole, or stays as it is (`TFL502`, `TFL503`).

    with tf.Session() as sess:
        print(sess.run(loss))                   =>  print(loss.numpy())

    x = tf.placeholder(tf.float32, [None, 3])   =>  @tf.function(input_signature=[tf.TensorSpec([None, 3], tf.float32)])
    loss = tf.reduce_mean(tf.square(x))             def compute_loss(x):
                                                        loss = tf.reduce_mean(tf.square(x))
                                                        return loss
    sess.run(loss, {x: data})                   =>  compute_loss(data).numpy()

Values agree up to the rounding of another order of operations; a warning of TF1 that was printed is gone.
"""

from tfloss_migrate.model import EVALUATES, NearMiss, Rule

RULE = Rule(
    id=EVALUATES,
    name="session-evaluates",
    message="this session only evaluates: TF2 needs none",
    inputs=(),
    forms=(),
    leave_alone=(
        NearMiss("requests.Session()", because="not TensorFlow's session"),
        NearMiss("frame.eval('a + b')", because="pandas evaluates text"),
        NearMiss("subprocess.run(loss)", because="not run by a session"),
    ),
)
