"""What every app builds on: one file per outside thing. Knows no app and imports none."""
