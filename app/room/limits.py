"""Rate limits with bounded memory, so that codes cannot be guessed and one visitor cannot starve the others."""

import ipaddress
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rate:
    """At most `burst` at once, refilled evenly over `seconds`."""

    burst: int
    seconds: float


class Bucket:
    """One visitor's allowance; it refills with time."""

    __slots__ = ("_at", "_left", "_rate")

    def __init__(self, rate: Rate, now: float) -> None:
        self._rate = rate
        self._left = float(rate.burst)
        self._at = now

    def has(self, now: float) -> bool:
        """Tell whether one more is allowed, without taking it."""
        elapsed = max(0.0, now - self._at)
        self._left = min(float(self._rate.burst), self._left + elapsed * self._rate.burst / self._rate.seconds)
        self._at = now
        return self._left >= 1

    def take(self, now: float) -> bool:
        """Take one; False when the allowance is used up."""
        if not self.has(now):
            return False
        self._left -= 1
        return True


class RateLimiter:
    """Buckets by key; when there are too many, the one used longest ago is forgotten."""

    def __init__(self, rate: Rate, seconds_now: Callable[[], float], keys: int = 10_000) -> None:
        self._rate = rate
        self._now = seconds_now
        self._keys = keys
        self._buckets: OrderedDict[str, Bucket] = OrderedDict()

    def __len__(self) -> int:
        return len(self._buckets)

    def has(self, key: str) -> bool:
        """Tell whether the key may go on, without counting this."""
        bucket = self._buckets.get(key)
        return bucket is None or bucket.has(self._now())

    def take(self, key: str) -> bool:
        """Count one for the key; False when it has used up its allowance."""
        now = self._now()
        bucket = self._buckets.pop(key, None) or Bucket(self._rate, now)
        self._buckets[key] = bucket
        if len(self._buckets) > self._keys:
            self._buckets.popitem(last=False)
        return bucket.take(now)


def address_key(address: str | None) -> str:
    """Return what an address is limited by: an IPv4 address, or the /64 an IPv6 visitor has to himself."""
    try:
        ip = ipaddress.ip_address(address or "")
    except ValueError:
        return "unknown"
    if isinstance(ip, ipaddress.IPv6Address) and ip.ipv4_mapped is None:
        return str(ipaddress.ip_network((ip, 64), strict=False))
    return str(ip)
