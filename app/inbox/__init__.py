"""The written side of the clinic: which threads wait for an answer, and what is shown of them."""
