from guide.models.section import Section

__all__ = ["Section"]
