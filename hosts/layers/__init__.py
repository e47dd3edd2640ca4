"""One layer, one file: settings model, pure render functions, deploy."""
