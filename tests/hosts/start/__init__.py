"""What must serve before something else can start."""
