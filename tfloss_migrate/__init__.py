"""tfloss-migrate: TensorFlow 1 losses become TF2 Keras losses, and both are run to see that they compute the same."""

__version__ = "0.1.0"
