"""From the news that an order is paid to its download links."""
