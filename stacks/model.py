"""The base of every settings model, and what a field says about itself."""

import dataclasses

import pydantic


@dataclasses.dataclass(frozen=True, kw_only=True)
class Expect:
    """What a value must be: the second half of the message that refuses another one."""

    sentence: str
    """Completes `Expected …`."""
    example: str
    """The value as it is written in the stack file, key included."""


class Model(
    pydantic.BaseModel,
    extra="forbid",
    frozen=True,
    strict=True,
    hide_input_in_errors=True,
    use_attribute_docstrings=True,
):
    """A settings model: unknown keys are errors, values are never changed or guessed."""
