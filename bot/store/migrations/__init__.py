"""The steps by which the tables came to be. Each is run once, in order, when a store is opened."""
