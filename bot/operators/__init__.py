"""Operators: the people who take a call when the receptionist must not go on alone."""
