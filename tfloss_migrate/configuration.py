"""What a run is asked for: by the command line, over the project's configuration file; and the rules that there are."""

from __future__ import annotations

from tfloss_migrate.model import Rule
from tfloss_migrate.record import replace
from tfloss_migrate.settings import Settings, SettingsError, check_rules, from_project, guess

TYPE_CHECKING = False

if TYPE_CHECKING:
    from typing import Any

    from tfloss_migrate.settings import Keras

#: The PATHs that mean standard input.
STDIN = ("-",)


def settings_for(given: dict[str, Any]) -> Settings:
    """The settings that were `given` on the command line, over those of the project's configuration file.

    Raises:
        SettingsError: see `from_project`; or a rule is asked for that does not exist.
    """
    settings = Settings(**given)
    where, configured = from_project((settings.stdin_filename or ".",) if settings.paths == STDIN else settings.paths)
    if given.get("no_verify"):
        configured.pop("verify_all", None)
    if given.get("verify_all"):
        configured.pop("no_verify", None)
    settings = replace(settings, **{**configured, **given})
    if settings.keras == "auto":
        settings = replace(settings, keras=_keras_of_the_project(settings))
    if settings.no_verify and settings.verify_all:
        raise SettingsError(f"{where}: 'no-verify' and 'verify-all' contradict each other; leave one out")
    if settings.update_baseline and settings.baseline is None:
        raise SettingsError("--update-baseline needs --baseline FILE, or 'baseline' in pyproject.toml")
    if settings.add_ignore is not None and settings.baseline is not None:
        raise SettingsError("--add-ignore would silence what the baseline holds too; leave one of them out")
    if not settings.select and not settings.ignore:
        return settings
    known = [(rule.id, rule.name) for rule in all_rules()]
    asked_in = {key: f"--{key}" if key in given else f"{where}: {key!r}" for key in ("select", "ignore")}
    return replace(
        settings,
        select=check_rules(settings.select, known, asked_in["select"]),
        ignore=check_rules(settings.ignore, known, asked_in["ignore"]),
    )


def _keras_of_the_project(settings: Settings) -> Keras:
    from tfloss_migrate.source.requirements import keras_required

    return keras_required((settings.stdin_filename or ".",) if settings.paths == STDIN else settings.paths) or "auto"


def all_rules() -> tuple[Rule, ...]:
    """Every rule, those about what can be wrong with a file too."""
    from tfloss_migrate.rules import registry
    from tfloss_migrate.source.failures import KINDS

    return (*registry.all_rules(), *KINDS.values())


def rule_called(wanted: str) -> Rule:
    """The rule with this id or name.

    Raises:
        SettingsError: there is none; names the one that is spelled like it, if one is.
    """
    rules = all_rules()
    for rule in rules:
        if wanted == rule.name or wanted.upper() == rule.id:
            return rule
    meant = guess(wanted, [word for rule in rules for word in (rule.id, rule.name)])
    raise SettingsError(f"no rule is called {wanted!r}{meant} (--list-rules shows all)")
