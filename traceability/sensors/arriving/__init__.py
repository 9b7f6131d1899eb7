"""What devices tell comes in: messages, readings, receipts, and where they are kept."""
