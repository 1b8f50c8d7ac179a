"""Pairs as translators' tools and aligners hold them: TMX, XLIFF, PO, Moses corpora and ladders."""
