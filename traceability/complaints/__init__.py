"""What consumers tell of goods: complaints and suspected copies, and the answers they get."""
