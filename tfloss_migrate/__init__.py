"""tfloss-migrate: TensorFlow 1 losses become TF2 Keras losses, and both are run to see that they compute the same."""

__version__ = "0.1.0"
__all__ = ["__version__", "check_source", "migrate_source", "verify"]

TYPE_CHECKING = False

if TYPE_CHECKING:
    from tfloss_migrate.api import check_source, migrate_source, verify


def __getattr__(name: str) -> object:
    """What other programs call is imported when it is asked for: the command line does without."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from tfloss_migrate import api

    return getattr(api, name)
