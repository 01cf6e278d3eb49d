"""Files that people send in are bounded before anything of them is kept."""

from typing import Any

from django.core.files.uploadhandler import FileUploadHandler, StopUpload

# The largest that any page takes: the office's file of cards (docs/operations.md).
LARGEST = 50_000_000


class BoundedUpload(FileUploadHandler):
    """Stops a file that goes beyond LARGEST; `request.upload_too_large` then tells the page."""

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        if start + len(raw_data) > LARGEST:
            self.request.upload_too_large = True  # type: ignore[union-attr]
            # What follows is read and thrown away, so that the browser gets to hear the answer.
            raise StopUpload(connection_reset=False)
        return raw_data

    def file_complete(self, file_size: int) -> Any:
        return None  # the handlers after this one keep it
