"""What the lake is asked again and again. One report a file: its questions in SQL, and what their columns mean."""
