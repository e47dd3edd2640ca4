"""The provider with the layers of the tests."""
