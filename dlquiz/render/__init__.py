"""Values → rich renderables; prints nothing and decides nothing."""
