"""Whether each credential is in its two homes, and works for the workflow that finds it there."""

from rehearsal.checks.main.client_names import ClientNames, names_of
from rehearsal.checks.main.workflow import as_workflow, said
from rehearsal.doubles.cloudflare.s3_client import S3Client
from rehearsal.lab import expect
from rehearsal.main.edge import Edge
from stacks.credential_table import Credential, credential_table

KEY = "rehearsal/note"
NOTE = b"written with the published pair"


def check_homes(edge: Edge) -> str:
    """Prove that each value is a secret of Actions, and that Vault has exactly these fields."""
    credentials = [*credential_table(edge.settings)]
    expect(credentials, "expected credentials in the settings, found none")
    with edge.gitea.client() as gitea, edge.as_root() as vault:
        for credential in credentials:
            place = credential.published.place
            owner = f"/repos/{place}" if "/" in place else f"/orgs/{place}"
            listed = gitea.get(f"{owner}/actions/secrets").raise_for_status().json()
            missing = {*credential.fields.values()} - {secret["name"] for secret in listed}
            expect(not missing, f"expected {place} to have the secrets {', '.join(sorted(missing))}, found none")
            answer = vault.get(credential.published.path)
            fields = {*answer.json()["data"]} if answer.is_success else set()
            expect(
                fields == {*credential.fields},
                f"expected {credential.published.path} to have {sorted(credential.fields)}, found {sorted(fields)}",
            )
    return f"{sum(len(credential.fields) for credential in credentials)} values of {len(credentials)} credentials"


def check_pair(edge: Edge) -> None:
    """Prove that the workflow which may read the pair of the state's bucket signs requests with it, for that bucket."""
    credential = next(each for each in credential_table(edge.settings) if each.kind == "r2")
    with as_workflow(edge, _reader(edge, credential)) as client:
        answer = client.get(credential.published.path)
        expect(answer.is_success, f"expected {credential.published.path} to be read, Vault says {said(answer)}")
        pair = answer.json()["data"]
    # What a workflow sends to R2 goes to the double here; the signature is over R2's own name.
    with S3Client(
        pair["endpoint"], bucket=pair["bucket"], access_key_id=pair["access_key_id"],
        secret_access_key=pair["secret_access_key"], origin=edge.clouds.cloudflare.origin,
    ) as storage:  # fmt: skip
        written, read = storage.put(KEY, NOTE), storage.get(KEY)
        expect(
            written.is_success, f"expected R2 to take a signed object, it says {written.status_code}: {written.text}"
        )
        expect(read.content == NOTE, f"expected R2 to give the object back, it says {read.status_code}")
        storage.delete(KEY).raise_for_status()


def _reader(edge: Edge, credential: Credential) -> ClientNames:
    """Return the application whose workflows have a policy for the credential."""
    policies = {name for name, paths in edge.settings.shared_policies.items() if credential.published.path in paths}
    for app in edge.settings.apps:
        if policies & {*edge.settings.more_policies[app.name]}:
            return names_of(app)
    expect(condition=False, message=f"expected an application that may read {credential.published.path}, found none")
    raise AssertionError
