"""What this program may do in Vault, whoever runs it."""

from components.vault_paths import DATABASE, JWT, KUBERNETES, KV1, KV2, TRANSIT

READ = ("read",)
ALL = ("create", "delete", "list", "read", "update")


def ci_rights() -> dict[str, tuple[str, ...]]:
    """Return what the stack `main` needs in Vault, path → capabilities.

    Who may write policies may do everything: what a token is bound to is the lock.
    """
    return {
        "auth/token/create": ("update",),  # the provider works with a child of its token
        "sys/auth": READ,
        **{f"sys/auth/{path}": (*ALL, "sudo") for path in (JWT, KUBERNETES)},
        **{f"auth/{path}/{kind}": ALL for path in (JWT, KUBERNETES) for kind in ("config", "role/*")},
        "sys/mounts": READ,
        "sys/mounts/*": ALL,
        "sys/policies/acl/*": ALL,
        f"{KV1}/*": ALL,
        f"{KV2}/*": ALL,
        f"{DATABASE}/config/*": ALL,
        f"{DATABASE}/roles/*": ALL,
        f"{TRANSIT}/keys/*": ALL,
    }
