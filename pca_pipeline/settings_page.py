"""docs/settings.md, written from the settings themselves by `make docs`, so that it is always up to date."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Literal, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from pca_pipeline.settings import PREFIX, Settings

_HEAD = """# Settings

Every setting has a default. `pca.toml` in the working folder changes it (another file: `PCA_CONFIG=/path/to.toml`);
an environment variable overrides the file. Unknown names and bad values are refused, and the message names the setting.
So is every variable that begins with `PCA_` and is neither a setting nor a secret (`PCA_MASTER_KEY`,
`PCA_OLD_MASTER_KEY`, `PCA_CUSTOMER_KEY`, or these with `_FILE`: [redaction.md](redaction.md), [sql.md](sql.md)). In a
variable, lists are JSON: `PCA_SPEECH__LEAVE_OUT='["ivr"]'`.

```toml
# pca.toml
folder = "calls"

[speech]
model = "turbo"
```

is the same as `PCA_FOLDER=calls PCA_SPEECH__MODEL=turbo`.
"""


def settings_page() -> str:
    """The page in Markdown: one table for the top level, one for each section."""
    fields = Settings.model_fields
    sections = {name: field for name, field in fields.items() if _is_section(field)}
    plain = {name: field for name, field in fields.items() if name not in sections}
    parts = [_HEAD, *_table("", plain)]
    for name, field in sections.items():
        section: type[BaseModel] = field.annotation  # type: ignore[assignment]
        parts += [f"\n## {name}\n\n{section.__doc__}\n", *_table(name, section.model_fields)]
    return "\n".join(parts) + "\n"


def _is_section(field: FieldInfo) -> bool:
    return isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel)


def _table(section: str, fields: dict[str, FieldInfo]) -> Iterator[str]:
    yield "| setting | environment | default | what it does |"
    yield "|---|---|---|---|"
    for name, field in fields.items():
        path = f"{section}.{name}" if section else name
        variable = PREFIX + path.replace(".", "__").upper()
        yield f"| `{path}` | `{variable}` | {_default(field.default)} | {field.description}{_allowed(field)} |"


def _default(value: object) -> str:
    if value is None:
        return ""
    as_toml = str(value).lower() if isinstance(value, bool) else list(value) if isinstance(value, tuple) else value
    return f"`{as_toml}`"


def _allowed(field: FieldInfo) -> str:
    """The values of a setting that allows only a few, as a sentence."""
    values, inner = get_args(field.annotation), get_args(next(iter(get_args(field.annotation)), None))
    if get_origin(field.annotation) is Literal:
        return f" One of {', '.join(f'`{value}`' for value in values)}."
    if get_origin(field.annotation) is tuple and inner:
        return f" Any of {', '.join(f'`{value}`' for value in inner)}."
    return ""


if __name__ == "__main__":
    sys.stdout.write(settings_page())
