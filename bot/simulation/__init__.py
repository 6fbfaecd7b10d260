"""Whole calls in text by a simulated caller, judged by what was expected of them."""
