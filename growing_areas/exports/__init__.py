"""Lists of areas taken out as map files: own ones, an officer's, with the list's filters."""
