"""Everything the demo and the tests run on, started from this checkout: PostgreSQL, its roles, web and workers."""
