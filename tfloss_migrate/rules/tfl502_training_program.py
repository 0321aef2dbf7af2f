"""A program that trains in a session trains by a step in TF2: a function with a tape, and an optimizer of Keras.

Why: TF2 has no `tf.Session`. Placeholders become parameters, what is fetched becomes what a function returns, and the
optimizer has the hyper-parameters that it had. A program is converted as a whole, when both were played side by side
from the same variables; or it stays as it is, with the reason.

    train = tf.train.AdamOptimizer(0.01).minimize(loss)  =>  optimizer = tf.keras.optimizers.Adam(0.01, epsilon=1e-08)

                                                             @tf.function(input_signature=[...])
                                                             def train_step(x, y):
                                                                 with tf.GradientTape() as tape:
                                                                     loss = ...
                                                                 gradients = tape.gradient(loss, [w, b])
                                                                 optimizer.apply_gradients(zip(gradients, [w, b]))
                                                                 return loss

    _, value = sess.run([train, loss], {x: a, y: b})     =>  value = train_step(a, b).numpy()

What is fetched beside a step is of the variables before it, but for the variables themselves, which are those after it,
as in TensorFlow 1.15. A seed is kept; the numbers that follow it are others in TF2. `b = sess.run(...)` is
`b_value = ...` where `b` is a variable of the graph, which the functions still read.
"""

from tfloss_migrate.model import TRAINS, NearMiss, Rule

RULE = Rule(
    id=TRAINS,
    name="training-program",
    message="this program is written to train in a session",
    inputs=(),
    forms=(),
    leave_alone=(
        NearMiss("scipy.optimize.minimize(loss, start)", because="scipy trains without a session"),
        NearMiss("frame.assign(total=1)", because="pandas assigns columns"),
        NearMiss("tf.train.Example()", because="a record of data, in TF2 as well"),
    ),
)
