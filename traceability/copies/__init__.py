"""Copies noticed (mã đáng ngờ): what was seen of a code that one thing alone can hardly explain."""
