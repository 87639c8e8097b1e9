"""The ground floor: what the clinic talks about, as frozen data, and the ports to everything outside."""
