from privacy.models.access import Access, Action
from privacy.models.closed_account import ClosedAccount
from privacy.models.export import DataExport, ExportState

__all__ = ["Access", "Action", "ClosedAccount", "DataExport", "ExportState"]
