"""Sound in, sound out. Knows no word's meaning and no company; imports nothing of ours but itself."""
