"""The look: design tokens, light and dark, and the one stylesheet made from them."""
