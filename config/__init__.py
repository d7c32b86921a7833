"""Settings, addresses and the ways to start Tomoshibi: the top floor, which may know everything below it."""
