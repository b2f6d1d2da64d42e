"""What every room may use: types, errors, the registry, text and the database."""
