"""Many documents: what is to do, what is done, and who does it."""
