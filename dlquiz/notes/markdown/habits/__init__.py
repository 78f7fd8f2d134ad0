"""Which lines are the questions: headers of one look are a group, and the group that asks most is the habit."""
