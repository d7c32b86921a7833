"""Argon2id with the smallest parameters, for tests that make hundreds of people."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class CheapArgon2(Argon2PasswordHasher):
    """The same algorithm and format as in earnest, thousands of times cheaper."""

    time_cost = 1
    memory_cost = 8
    parallelism = 1
