"""The officer's face: call the next visitor, and all that may be done at a counter."""
