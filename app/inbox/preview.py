"""Makes the one line of a message that the inbox has room for."""

_ELLIPSIS = "…"


def preview(body: str, limit: int = 120) -> str:
    """Return a message as one line of at most `limit` characters (1 or more), cut at a word where it can be."""
    line = " ".join(body.split())
    if len(line) <= limit:
        return line
    head = line[: limit - 1]
    at_word = head.rpartition(" ")[0]
    return (at_word if len(at_word) > len(head) * 2 // 3 else head).rstrip(" ,.;:") + _ELLIPSIS
