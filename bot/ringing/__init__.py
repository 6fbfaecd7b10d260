"""Ringing up those on a company's urgent route: when, what is read to them, and what they answer."""
