"""Scores what is understood against written lines whose meaning is known; one module for each part of such a folder."""
