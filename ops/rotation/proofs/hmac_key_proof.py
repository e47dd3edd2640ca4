"""The proof of an HMAC key of Google's storage."""

import re
from collections.abc import Mapping, Sequence

from ops.rotation.proofs.needed_value import needed_value
from ops.rotation.proofs.s3_bucket import S3Bucket
from provider.google.api import GoogleApi

DELETED = "DELETED"


class HmacKeyProof:
    """A key signs a request of the S3-compatible API."""

    def __init__(  # noqa: PLR0913 - as much as names a key
        self, api: GoogleApi, bucket: S3Bucket, *, project: str, account: str, id_field: str, secret_field: str
    ) -> None:
        """Take the key of the service *account* of *project* from these fields of what is published."""
        self._api = api
        self._bucket = bucket
        self._project = project
        # Google keeps no name for a key: each generation may have an account of its own, with its number behind it.
        self._account = re.compile(rf"{re.escape(account)}(-\d+)?@{re.escape(project)}\.iam\.gserviceaccount\.com")
        self._id, self._secret = id_field, secret_field

    def accepts(self, values: Mapping[str, str]) -> bool:
        """Tell whether Google knows the key and lets it list the bucket."""
        return self._bucket.lets_in(needed_value(values, self._id), needed_value(values, self._secret))

    def others(self, values: Mapping[str, str]) -> Sequence[str]:
        """Return the ids of the other keys of this purpose; what was deleted is shown for a while, as such."""
        own = needed_value(values, self._id)
        return [
            str(key["accessId"])
            for key in self._api.listed(f"/projects/{self._project}/hmacKeys", query={})
            if key["accessId"] != own
            and key["state"] != DELETED
            and self._account.fullmatch(str(key["serviceAccountEmail"]))
        ]
