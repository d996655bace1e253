"""What happened to a signed-in person's orders and wishes: kept as facts, said in the language of whoever reads."""
