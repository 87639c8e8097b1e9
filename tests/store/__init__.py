"""Tests of the encrypted local copy, against real SQLCipher files."""
