"""How much one capture may carry: announced to partners and kept. PURE."""

CAPTURE_LIMIT = 5_000
CAPTURE_FILE_SIZE_LIMIT = 10 * 1024 * 1024
# Up to here a capture is done within its own request; longer ones go to the background.
AT_ONCE = 1_000
# Longest address that an index can hold.
LONGEST_ADDRESS = 1_000
LONGEST_INDEXED = 500
