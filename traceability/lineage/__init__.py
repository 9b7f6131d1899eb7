"""What a batch was made of and what became of it: one graph of ours and of partners."""
