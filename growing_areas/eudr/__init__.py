"""The EU's deforestation regulation: which areas go into the plots file, and why not."""
