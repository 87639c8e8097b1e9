"""From click to delivered: slot choice, the booking saga, the invitation, the outcome and its fee."""
