"""The sample centre and a day of our own making, as package data: nothing is computed here."""
