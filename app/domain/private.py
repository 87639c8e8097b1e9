"""A wrapper for patient data that cannot be printed, logged or formatted by accident."""

from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True, repr=False)
class Private(Generic[T]):
    """Hold a value about a patient; only `reveal` gives it, at the place that shows or sends it."""

    _value: T

    def reveal(self) -> T:
        """Return the value. Call it where it is shown to a person or handed to a trusted system, nowhere else."""
        return self._value

    def __repr__(self) -> str:
        return "Private(…)"

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return "Private(…)"

    def __reduce__(self) -> str:
        raise TypeError("patient data is not pickled")
