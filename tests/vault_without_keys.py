"""A Vault that several tests share, without keys at the beginning of each."""

from rehearsal.servers.vault import VaultServer


def vault_without_keys(server: VaultServer) -> VaultServer:
    """Return *server*, whose keys and data are taken away where it has some."""
    with server.client() as client:
        if client.get("sys/init").raise_for_status().json()["initialized"]:
            server.wipe()
    return server
