"""Japanese words and sounds to meaning. Pure once its data is loaded; imports nothing of ours but itself."""
