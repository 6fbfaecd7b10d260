"""Who may: people's accounts, their passwords and sessions, and the record of who looked at what."""
