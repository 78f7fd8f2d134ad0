"""The two front ends of a session, and the keyboard."""
