"""The only place that knows everyone: factory, command line, security."""

import gc

# Reading the program makes a million things that stay and nothing to collect; looking for rubbish
# among them every 700 things took an eighth of every start and a fifth of all work on rows.
gc.set_threshold(20_000, 20, 20)
