"""The main window that holds the screens together."""
