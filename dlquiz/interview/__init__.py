"""The mock interview as pure functions: which questions, how long for each, the report. No clock, log or terminal."""
