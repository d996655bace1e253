"""What shoppers search for, and what they search for in vain. Only of visitors who agreed to be counted."""

from dataclasses import dataclass
from datetime import date

from analytics.engines import Answer, engine
from analytics.reports.days import rows_of

_COLUMNS = "event_type, search_terms, session, market, value, results, zero_results, facets, engine_ms"
# Turning a page is no new search, and a narrowed one says little of the word.
_COUNTED = "event_type = 'search' AND search_terms <> '' AND coalesce(value, 1) = 1"


@dataclass(frozen=True, slots=True)
class SearchReport:
    """`top` and `in_vain` list queries and how many visits asked them, the most frequent first; `whole` is one row."""

    whole: Answer
    top: Answer
    in_vain: Answer


def search_report(*, first: date, last: date, limit: int) -> SearchReport:
    """The searches of the days from `first` to `last`, both inclusive. Raises LakeUnavailable."""
    searches = f"({rows_of('clickstream', _COLUMNS, first=first, last=last)})"
    return SearchReport(
        whole=engine().query(_WHOLE.format(searches=searches, counted=_COUNTED), limit=1),
        top=engine().query(_TOP.format(searches=searches, counted=_COUNTED), limit=limit),
        in_vain=engine().query(_IN_VAIN.format(searches=searches, counted=_COUNTED), limit=limit),
    )


_WHOLE = """
SELECT count(*) AS searches, count(*) FILTER (zero_results) AS in_vain, count(*) FILTER (facets <> '') AS narrowed,
       round(quantile_cont(engine_ms, 0.5)) AS engine_ms_median, round(quantile_cont(engine_ms, 0.95)) AS engine_ms_p95
FROM {searches} WHERE {counted}
"""
_TOP = """
SELECT search_terms, count(*) AS searches, count(DISTINCT nullif(session, '')) AS visits,
       string_agg(DISTINCT market, ' ' ORDER BY market) AS markets,
       max(results) FILTER (coalesce(facets, '') = '') AS results
FROM {searches} WHERE {counted} GROUP BY 1 ORDER BY 2 DESC, 1
"""
_IN_VAIN = """
SELECT search_terms, count(*) AS searches, count(DISTINCT nullif(session, '')) AS visits,
       string_agg(DISTINCT market, ' ' ORDER BY market) AS markets
FROM {searches} WHERE {counted} AND zero_results AND coalesce(facets, '') = '' GROUP BY 1 ORDER BY 2 DESC, 1
"""
