"""The only place that knows everyone: factory, command line, security."""
