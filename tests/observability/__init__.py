"""What the shop tells of itself while it works: traces, lines of logs, figures, alarms."""
