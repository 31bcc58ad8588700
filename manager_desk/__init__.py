"""The manager's face: how long people waited and were served, and whether the standard is met."""
