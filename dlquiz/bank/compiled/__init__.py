"""Writing the compiled bank: the rows that files give, and the tables that they stand in; reading is `bank.cache`."""
