"""A day's many small files of the lake become one."""
