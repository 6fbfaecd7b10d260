"""Reservations: free places, what is held and booked, and calendars kept in step."""
