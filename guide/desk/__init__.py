"""Keeping the guide: languages side by side, preview, what waits, history, putting back."""
