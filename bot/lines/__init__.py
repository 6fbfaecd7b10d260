"""Telephone lines beside the server: settings, opening, state, what a call's line tells."""
