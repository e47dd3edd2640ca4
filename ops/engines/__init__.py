"""The two engines behind the verbs preview, up, refresh, destroy, import and state."""
