"""Adapters to the SMS gateways a clinic may use, one file each."""
