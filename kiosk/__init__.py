"""The citizen's face: take a ticket (kiosk.py); follow it on a phone, give it back, rate the visit (ticket.py)."""
