"""Headwater traces every won deal back to the first click."""

__version__ = "0.1.0"
