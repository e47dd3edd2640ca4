"""What is needed when everything else is lost, in one folder."""
