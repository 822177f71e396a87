"""The story told on the first page: scenes on top of ordinary pages."""
