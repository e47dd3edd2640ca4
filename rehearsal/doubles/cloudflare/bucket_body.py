"""What a request says of a bucket."""

import re
from typing import Literal, TypeVar

from pydantic import ValidationError

from rehearsal.doubles.cloudflare.envelope import refused
from rehearsal.doubles.request import Request
from stacks.model import Model

BAD_NAME, MALFORMED = 10005, 10040
NAME = r"[a-z0-9][a-z0-9-]{1,61}[a-z0-9]"


class BucketBody(Model):
    """A new bucket."""

    name: str
    """Name."""
    locationHint: Literal["apac", "eeur", "enam", "weur", "wnam", "oc"] | None = None  # noqa: N815 - the API's name
    """Where it should be."""
    storageClass: Literal["Standard", "InfrequentAccess"] = "Standard"  # noqa: N815 - the API's name
    """Class of new objects."""


class DomainBody(Model):
    """The switch that makes a bucket public."""

    enabled: bool
    """Whether everybody may read it."""


Body = TypeVar("Body", BucketBody, DomainBody)


def read_bucket_body(request: Request, kind: type[Body]) -> Body:
    """Return what *request* says, when it is as *kind* has it."""
    try:
        body = kind.model_validate_json(request.body)
    except ValidationError as error:
        first = error.errors()[0]
        text = f"{'.'.join(map(str, first['loc'])) or 'body'}: {first['msg']}"
        raise refused(400, MALFORMED, text) from None
    if isinstance(body, BucketBody) and not re.fullmatch(NAME, body.name):
        raise refused(400, BAD_NAME, "The specified bucket name is not valid.")
    return body
