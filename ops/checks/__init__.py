"""The checks behind `./factory check`: one file each, a function from the checkout to its findings."""
