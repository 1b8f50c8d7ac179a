"""Readers of documents, one module a family of formats: from a stream to parts of blocks."""
