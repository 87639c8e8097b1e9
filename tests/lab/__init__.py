"""The network lab: a whole consultation over a line that loses, delays, narrows, blocks and breaks."""
