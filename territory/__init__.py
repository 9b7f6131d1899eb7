"""Administrative units with validity dates, crosswalk, boundaries."""
