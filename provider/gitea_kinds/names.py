"""What names on Gitea may look like."""

from provider.declared_input import DeclaredInput

_NAME = r"(?!\.{1,2}(/|$))[A-Za-z0-9._][A-Za-z0-9._-]*"

NAME = DeclaredInput(kind=str, pattern=_NAME, example="arcodange-org")
"""A user, an organisation, a team or a repository."""
PLACE = DeclaredInput(kind=str, pattern=rf"{_NAME}(/{_NAME})?", example="arcodange-org or arcodange-org/erp")
"""An organisation, or one of its repositories."""
REPOSITORY = DeclaredInput(kind=str, pattern=rf"{_NAME}/{_NAME}", example="arcodange-org/erp")
"""A repository with its owner."""
ACTIONS_NAME = DeclaredInput(
    kind=str,
    # The server keeps capitals whatever is sent, and refuses its own prefixes.
    pattern=r"(?!GITEA_|GITHUB_|CI$)[A-Z_][A-Z0-9_]*",
    example="FORGE_TOKEN: capitals, digits and _; GITEA_… and GITHUB_… are the server's own, "
    "write FORGE_… and map it in the job (env: GITEA_TOKEN: ${{ secrets.FORGE_TOKEN }})",
)
"""A secret or a variable of Actions."""
DESCRIPTION = DeclaredInput(kind=str, default="", longest=255)
"""A text for people; Gitea says "" when there is none."""
