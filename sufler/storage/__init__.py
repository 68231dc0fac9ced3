"""The database: its tables, migrations and one store per noun. The only room with SQL."""
