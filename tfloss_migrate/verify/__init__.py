"""The referee: runs old and new and compares.

`from tfloss_migrate import verify` gives this package, once it is imported: so it can be called as that function.
"""

from __future__ import annotations

import sys

TYPE_CHECKING = False

if TYPE_CHECKING:
    from typing import Any

    from tfloss_migrate.model import Verdict


class _Callable(type(sys)):  # type: ignore[misc]
    def __call__(self, *given: Any, **named: Any) -> Verdict:
        from tfloss_migrate.verify.pair import verify

        return verify(*given, **named)


sys.modules[__name__].__class__ = _Callable
