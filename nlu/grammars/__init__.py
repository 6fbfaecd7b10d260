"""What can be said now, as weighted networks of words for the recogniser."""
