"""The conversation: ask, check, rate, record, repeat, as a generator of events that takes replies."""
