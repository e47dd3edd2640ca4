"""The file of a Vault's shares on the operator's machine, and the two beside it."""

from pathlib import Path

from provider.factory_error import FactoryError
from provider.vault_seal.answer_file import AnswerFile
from provider.vault_seal.private_folder import PrivateFolder
from provider.vault_seal.unseal_keys import UnsealKeys
from provider.vault_seal.vault_record import VaultRecord


class KeyFile:
    """A file of mode 600 in a folder of mode 700: written once, never over another, never through a link."""

    def __init__(self, path: str) -> None:
        """Describe the file at *path*, absolute or below `~`; nothing is read yet."""
        self.path = Path(path).expanduser()
        if not self.path.is_absolute():
            raise FactoryError(f"key_file: expected a path such as /… or ~/…, found {path}")
        self.folder = PrivateFolder(self.path.parent)
        self.answer = AnswerFile(self.folder, f"{self.path.name}.answer")
        self._record = f"{self.path.name}.vault"

    def read(self) -> UnsealKeys | None:
        """Return the shares, `None` when there are none; those of an answer that is not filed yet count."""
        self.folder.refuse_open()
        content = self.folder.read(self.path.name)
        if content is not None:
            return UnsealKeys.read(content, path=self.path)
        answer = self.answer.read()
        return None if answer is None else answer.keys

    def asked(self) -> bool:
        """Tell whether a run asked for keys and got none, as far as it could write down."""
        return self.answer.exists() and self.answer.read() is None

    def file_answer(self) -> None:
        """Make the key file from the answer that is kept, if that was not done yet."""
        answer = self.answer.read()
        if answer is None or self.folder.read(self.path.name) is not None:
            return
        try:
            self.folder.write_new(self.path.name, answer.keys.content)
        except OSError as error:
            raise FactoryError(
                f"{self.path}: cannot be written: {error.strerror}. Nothing is lost: the keys are in "
                f"{self.answer.path}, and the next run writes them"
            ) from error

    @property
    def record(self) -> VaultRecord | None:
        """Which Vault the shares have opened."""
        return VaultRecord.read(self.folder, self._record)

    def write_record(self, record: VaultRecord) -> None:
        """Keep which Vault the shares have opened."""
        try:
            record.write(self.folder, self._record)
        except OSError as error:
            raise FactoryError(
                f"{self.folder.path / self._record}: cannot be written: {error.strerror}. The keys are safe; the next "
                "run writes it"
            ) from error
