"""Provider plugins that stand in for official ones where those cannot be had."""
