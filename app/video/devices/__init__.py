"""Camera, microphone and loudspeaker: which there are, which is chosen, and what happens when one goes."""
