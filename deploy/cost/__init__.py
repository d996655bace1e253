"""What the shop costs in AWS, from the bottom up: dated prices, assumed usage, and the sums. It asks no store."""
