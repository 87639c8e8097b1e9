"""How a consultation ended, and its fee."""
