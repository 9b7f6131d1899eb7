"""What is done with goods in a batch: split, merge, process, pack, ship, receive, count, waste."""
