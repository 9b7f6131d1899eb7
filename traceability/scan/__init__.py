"""What happens when somebody scans a label: the story told, and the scan remembered."""
