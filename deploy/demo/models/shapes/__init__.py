"""Shapes: functions that turn measures into the named parts of a piece. They know no finish and no price."""
