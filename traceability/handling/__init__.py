"""What is done with batches: stock, and the steps that move it."""
