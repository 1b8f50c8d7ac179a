"""What happens to a text before it is encoded: cleaning, language, sentences, matching forms."""
