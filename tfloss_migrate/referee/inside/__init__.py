"""What runs in the child process, each file by its bare name: also on Python 2.7 and 3.7, for real old TensorFlow."""
