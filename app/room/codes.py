"""Room codes: short enough to read aloud, long enough that guessing one is hopeless."""

import hashlib
import hmac
import secrets

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base32: no I, L, O or U, so a code read aloud or typed by hand is not mistaken."""
LENGTH = 10
_LOOKALIKES = str.maketrans({"O": "0", "I": "1", "L": "1", "-": None, " ": None})
_LONGEST_TYPED = 40


def new_code() -> str:
    """Return a fresh code of ten characters (50 random bits)."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def shown_code(code: str) -> str:
    """Return the code as it is read aloud: `7KQ2P-9FMCA`."""
    return f"{code[:5]}-{code[5:]}"


def parse_code(typed: str) -> str | None:
    """Return the code a person meant (any case, blanks, hyphens, o for 0, i or l for 1), or None."""
    if len(typed) > _LONGEST_TYPED:
        return None
    code = typed.strip().upper().translate(_LOOKALIKES)
    return code if len(code) == LENGTH and all(character in ALPHABET for character in code) else None


def code_digest(code: str) -> bytes:
    """Return the SHA-256 digest codes are looked up by, so that a look-up's time tells nothing of the code."""
    return hashlib.sha256(code.encode("ascii")).digest()


def same_digest(one: bytes, other: bytes) -> bool:
    """Compare two digests in constant time."""
    return hmac.compare_digest(one, other)
