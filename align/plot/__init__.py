"""Pictures of an alignment, with the sentences on hover; they need the extra ``plot``.

    import align, align.plot
    beads = align.pair("a.vi.txt", "a.en.txt")
    align.plot.similarity_matrix(beads)

Every function takes beads, units, or a data frame such as `align.to_frame` gives, and returns a
`plotly.graph_objects.Figure`: a notebook shows it, ``write_html`` keeps it as a page. The browser draws the text, so
that Vietnamese is right; what looks like HTML in a text is shown as it stands.
"""

from __future__ import annotations

from align.plot.counts import kinds, scores
from align.plot.gaps import gaps
from align.plot.matrix import similarity_matrix

__all__ = ["gaps", "kinds", "scores", "similarity_matrix"]
