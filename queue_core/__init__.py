"""The queue itself: the hall as a value, the wishes, the rules, the log. It knows no web, no socket, no hardware."""
