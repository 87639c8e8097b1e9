"""Small building blocks every screen is made of."""
