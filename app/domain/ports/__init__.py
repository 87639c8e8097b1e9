"""Ports: small Protocols through which the parts meet the world and each other."""
