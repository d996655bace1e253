"""What people do, from end to end, on a whole running shop."""
