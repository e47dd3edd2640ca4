"""Text that others chose, so that it is nothing but text in a comment."""

LONGEST = 200


def literal(text: str, *, longest: int = LONGEST) -> str:
    """Return *text* as code that no Markdown, HTML, mention or link can come out of.

    Everything but letters, digits, blanks and hyphens becomes a numeric entity, which CommonMark never takes for
    markup; and the forge looks for mentions and links outside of `code` only.
    """
    cut = text if len(text) <= longest else f"{text[:longest]}…"
    return f"<code>{''.join(map(_safe, cut))}</code>"


def _safe(character: str) -> str:
    if character.isascii() and (character.isalnum() or character in " -"):
        return character
    # What cannot be seen could turn the reader's text around.
    return f"&#{ord(character)};" if character.isprintable() else "&#65533;"
