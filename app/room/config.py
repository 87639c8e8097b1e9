"""How one room service is set up."""

from dataclasses import dataclass, field
from pathlib import Path

from app.room.turn import IceConfig

PATIENT_PAGE = Path(__file__).resolve().parents[2] / "resources" / "patient_page"


@dataclass(frozen=True, slots=True)
class RoomConfig:
    """`public_url` is what patients' links begin with; empty means the address the service listens on.

    `behind_proxy` trusts the last address of X-Forwarded-For, which a TLS proxy in front must set.
    """

    clinic_key: str
    data: Path
    host: str = "127.0.0.1"
    port: int = 0
    public_url: str = ""
    ice: IceConfig = field(default_factory=IceConfig)
    behind_proxy: bool = False
    page: Path = PATIENT_PAGE
