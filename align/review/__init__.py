"""The page a translator opens, and what brings the decisions made in it back into a table.

`content` says what the page holds of each pair, `page` puts it into one file, `serve` shows that file on this
machine; `decisions` reads what a reviewer decided, `apply` does it to the pairs. What the page shows and
does stands in `page/`.
"""
