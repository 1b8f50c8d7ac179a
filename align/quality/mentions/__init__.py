"""What a text says in figures and number words: dates, times, amounts, each with its place and its readings.

`reading` reads one text, `matching` finds which mention of one side answers which of the other. The keys of
`align.text.numbers`, which the miner's score was fitted on, are coarser and have no places; they stay as they
were fitted.
"""
