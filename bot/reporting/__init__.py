"""What is told of a call after it: reports, letters, mail, reminders, digests."""
