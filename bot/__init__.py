"""The receptionist: a pure dialogue core in an async shell."""
