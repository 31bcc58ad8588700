"""The citizen's face: choose a service and take a ticket (kiosk.py); follow it on a phone, cancel it, rate it
(ticket.py)."""
