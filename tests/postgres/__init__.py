"""Tests of the own PostgreSQL resources, against real servers of three versions."""
