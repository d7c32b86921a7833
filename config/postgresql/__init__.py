"""Django's database backend for PostgreSQL, with connections that come out of the pool alive and clean (``base.py``)."""
