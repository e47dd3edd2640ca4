"""The native Pulumi provider `factory`, and the typed resources that the components declare."""
