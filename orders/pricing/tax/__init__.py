"""What tax a sale owes: a port (`port.py`), our dated tables behind it (`table.py`), and what VAT ids change.

`vat.py` and `sales_tax.py` hold the figures with their sources; `territories.py` where a country's own rules stop.
"""
