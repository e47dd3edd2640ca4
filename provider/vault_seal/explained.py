"""What is the matter with a Vault and its keys, and what helps."""

from provider.vault_seal.key_file import KeyFile
from provider.vault_seal.seal_case import Look, SealCase

RUNBOOK = "docs/runbooks/unseal.md"
HALF_MADE = ("cluster already has state", "barrier reports initialized")
"""What Vault says for ever when it was killed while it was being initialised."""
NEVER_FINISHED = "was killed while it was being initialised"
"""Words of the explanation."""
NOBODY_HAS = "nobody has the keys"
"""Words of the explanation where Vault's answer was lost."""


def explained(look: Look, *, url: str, file: KeyFile) -> str:
    """Return the case of *look*, why nothing was done, and what to do."""
    path, needed = file.path, look.status.needed
    texts = {
        SealCase.NEW: f"Vault at {url} is not initialised, and {path} is not there: `./factory vault init`",
        SealCase.SEALED: (
            f"Vault at {url} is sealed and needs {needed} more of its {look.status.shares} shares: "
            "`./factory vault unseal`"
        ),
        SealCase.UNFINISHED: (
            f"Vault at {url} is unsealed, but its first root token is not revoked yet, or it is not proven that "
            f"{path} opens it: `./factory vault unseal` does both"
        ),
        SealCase.UNSEALED: f"Vault at {url} is unsealed, and {path} holds its keys",
        SealCase.WIPED: _wiped(look, url=url, file=file),
        SealCase.KEYS_MISSING: _keys_missing(look, url=url, file=file),
        SealCase.ANOTHER: _another(look, url=url, file=file),
    }
    return texts[look.case]


def half_made(said: str, *, url: str) -> str | None:
    """Return the explanation of what Vault *said* to an initialisation, None when it is none of a half-made one."""
    if not any(words in said for words in HALF_MADE):
        return None
    return (
        f"Vault at {url} {NEVER_FINISHED}: its storage is begun, nobody was ever given keys to it, so it holds nothing "
        "and never recovers. Nothing was done. Expected an empty storage: take this one away as "
        f'{RUNBOOK} says under "Begin anew", then the same again. It said: {said}'
    )


def _wiped(look: Look, *, url: str, file: KeyFile) -> str:
    made = "" if look.keys is None else f", made {look.keys.made} for {look.keys.vault}"
    return (
        f"Vault at {url} is not initialised, but {file.path} belongs to one that was{made}. Nothing was done: new keys "
        "would take the place of those that open the old data. Either this is another Vault: correct the address or "
        "the path of the key file. Or its storage was lost: put its data back, these keys open them. Or it is to begin "
        f"anew, empty: move {file.path} and what stands beside it away, then `./factory vault init`. See {RUNBOOK}"
    )


def _keys_missing(look: Look, *, url: str, file: KeyFile) -> str:
    found = (
        f"Vault at {url} is initialised, and there is no key file at {file.path}. Nothing was done: Vault gives its "
    )
    found += "keys once. "
    if look.asked and look.status.sealed:
        return found + (
            f"{file.answer.path} says that a run on this machine asked for them and ended before it had written them "
            f"down. If no other operator has initialised it meanwhile, {NOBODY_HAS}: it can never have been "
            "unsealed, so it is empty, and nothing is lost by wiping its storage; nothing else helps. "
            f"Then run this again. See {RUNBOOK}"
        )
    helps = (
        "Copy the key file from the operator who initialised it, or from where it is kept a second time (mode 600, in "
        "a folder of mode 700). "
    )
    if look.status.sealed:
        return found + helps + f"Without it the data cannot be read by anybody. See {RUNBOOK}"
    return found + helps + f"If it is lost, save the data before the next restart seals them for ever. See {RUNBOOK}"


def _another(look: Look, *, url: str, file: KeyFile) -> str:
    made = (
        "" if look.keys is None else f" It holds {len(look.keys.shares)} shares, of which {look.keys.threshold} open "
    )
    made += "" if look.keys is None else f"the Vault that {look.keys.vault} was on {look.keys.made}."
    there = f"{look.status.shares} shares, of which {look.status.threshold} open it"
    return (
        f"{file.path} holds the keys of another Vault than the one at {url}, which has {there}.{made} Nothing was "
        "overwritten. Correct the path or the address, or get the key file of this Vault from whoever initialised it; "
        f"after `vault operator rekey` the new shares belong into the file. See {RUNBOOK}"
    )
