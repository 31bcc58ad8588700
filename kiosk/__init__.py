"""The citizen's face: take a ticket (kiosk.py), also for a booking (bookings.py); follow it on a phone (ticket.py)."""
