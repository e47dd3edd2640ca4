"""What goes with a service account."""

from rehearsal.doubles.google.google_state import GoogleState


def delete_account(email: str, state: GoogleState) -> None:
    """Delete the account *email* and its keys; policies go on naming it, as a deleted one."""
    member, gone = f"serviceAccount:{email}", f"deleted:serviceAccount:{email}?uid={state.accounts[email].unique_id}"
    for bucket in state.buckets.values():
        for binding in bucket.bindings:
            members = binding["members"]
            if isinstance(members, list) and member in members:
                binding["members"] = [gone if one == member else one for one in members]
                bucket.policy_version += 1
    for key in state.keys.values():
        if key.email == email:
            key.state = "DELETED"
    del state.accounts[email]
