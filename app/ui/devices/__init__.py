"""Trying and choosing camera, microphone and loudspeaker."""
