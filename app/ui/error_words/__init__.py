"""The words of every error, in one file for each place a fault can lie."""
