"""The pages of the case record, one module for each part of it."""
