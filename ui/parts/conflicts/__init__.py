"""The parts of the screen of conflicts."""
