"""Tests of the browser tracker, in Chromium and against the real collector."""
