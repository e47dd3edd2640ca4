"""What cannot be used as a dump or as the listing of a disk."""


class RefusedDumpError(Exception):
    """The file is not what it must be; the text names the file and what was expected."""
