"""What TensorFlow 1 has, and what Keras has for it: optimizers, layers, cells, initial values."""
