"""Days, hours and numbers of persons, always seen from a given now."""
