"""What travels between our end and the patient's: packets, codecs, and how both bend to the network."""
