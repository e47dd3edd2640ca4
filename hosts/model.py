"""The model that every layer's settings derive from."""

import pydantic


class Model(pydantic.BaseModel, extra="forbid", frozen=True, strict=True, use_attribute_docstrings=True):
    """A strict, frozen model: an unknown key is an error, and nothing is converted in silence."""
