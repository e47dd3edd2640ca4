"""The commands of the pages in docs/runbooks, as somebody types them who follows a page."""
