"""A member company as data: its script as types, how it is written, read and checked."""
