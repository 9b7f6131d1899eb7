"""The field book: diary lines of many areas at once, who did the work, photos, lists, print."""
