"""Tests of the merge of Longhorn replicas."""
