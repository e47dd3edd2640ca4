"""Operations that pyinfra has not, each used by more than one layer."""
