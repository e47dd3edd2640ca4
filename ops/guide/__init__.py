"""The parts of the guidebook that are made from the code."""
