"""The face: how pages, forms and dates look. Floor 0; it knows no other wing."""
