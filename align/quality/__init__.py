"""What a translator should look at: checks of one unit, checks over a corpus, and their findings."""
