"""The files of some days: a filter that reads no other day's."""

import calendar
from collections.abc import Iterator
from datetime import date, timedelta

_MONTH = "SELECT {columns} FROM {table} WHERE year = {year} AND month = {month} AND day BETWEEN {first} AND {last}"


def rows_of(table: str, columns: str, *, first: date, last: date) -> str:
    """SQL for a table's rows of the days from `first` to `last`, both inclusive, month by month.

    The engine opens only the files that comparisons of `year`, `month` and `day` with constants leave.
    """
    parts = [
        _MONTH.format(columns=columns, table=table, year=start.year, month=start.month, first=start.day, last=end.day)
        for start, end in _months(first, last)
    ]
    return " UNION ALL ".join(parts)


def _months(first: date, last: date) -> Iterator[tuple[date, date]]:
    while first <= last:
        end = min(first.replace(day=calendar.monthrange(first.year, first.month)[1]), last)
        yield first, end
        first = end + timedelta(days=1)
