"""Papers and photos kept with a case; what they hold lies sealed in files, never in the database."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from intake.models.base import Base, Moment, now
from intake.models.person import User


class Attachment(Base):
    """A paper or photo of a case: what it is, and who brought it or took it away again, and when."""

    __tablename__ = "attachment"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    """The UUID the form carried: the same file sent twice is one attachment."""
    case_id: Mapped[str] = mapped_column(ForeignKey("child_case.id"), index=True)
    kind: Mapped[str] = mapped_column(String(24))
    media: Mapped[str] = mapped_column(String(8))
    """What the content is: pdf, png or jpeg."""
    size: Mapped[int] = mapped_column()
    """Bytes, once cleaned."""
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    """The description."""
    at: Mapped[dt.datetime] = mapped_column(Moment, default=now)
    by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    removed_at: Mapped[dt.datetime | None] = mapped_column(Moment)
    removed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))

    by: Mapped[User] = relationship(foreign_keys=[by_id])
    removed_by: Mapped[User | None] = relationship(foreign_keys=[removed_by_id])


__all__ = ["Attachment"]
