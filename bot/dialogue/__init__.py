"""The receptionist's mind: pure, synchronous, replayable. No clock, no file, no sound."""
