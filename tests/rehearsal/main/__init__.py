"""Tests of the rehearsal's checks of the stack `main`."""
