"""Invoices and credit notes: what they say (`contents`, `credits`), and how they look on paper (`document`)."""
