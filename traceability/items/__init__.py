"""Items: what became of each printed label, told in ranges of numbers, and who pasted them."""
