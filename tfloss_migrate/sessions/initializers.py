"""What draws initial values, under the name that it has in Keras."""

INITIALIZERS = {
    "glorot_uniform_initializer": "GlorotUniform",
    "glorot_normal_initializer": "GlorotNormal",
    "initializers.glorot_uniform": "GlorotUniform",
    "initializers.glorot_normal": "GlorotNormal",
    "keras.initializers.glorot_uniform": "GlorotUniform",
    "keras.initializers.glorot_normal": "GlorotNormal",
    "contrib.layers.xavier_initializer": "GlorotUniform",
    "zeros_initializer": "Zeros",
    "ones_initializer": "Ones",
}
