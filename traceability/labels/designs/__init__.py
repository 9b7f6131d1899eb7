"""Label designs (mẫu tem): what a cooperative's own labels say, in which order and size."""
