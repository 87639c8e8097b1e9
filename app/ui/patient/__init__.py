"""The patient pane."""
