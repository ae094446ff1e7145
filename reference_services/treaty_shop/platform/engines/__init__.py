"""The SQL engines: SQLite by the standard library, PostgreSQL and MariaDB by SQLAlchemy."""
