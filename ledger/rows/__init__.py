"""What every ledgered row said when it was written: commitments row by row, and their checking."""
