"""Turning a search understood into SQL over versions and their index rows."""

from app.demo.practice_system.criteria import Criterion, DateBound, TokenValue
from app.demo.practice_system.definition import SearchKind
from app.demo.practice_system.index import folded
from app.demo.practice_system.searches import Search

Sql = tuple[str, list[object]]
"""A piece of a statement, and the values bound to its question marks."""

AS_OF = "v.method <> 'DELETE' AND v.seq <= ? AND (v.replaced IS NULL OR v.replaced > ?)"
"""Holds for the versions `v` that were current when the sequence number, bound twice, was the newest."""

_COMPARISONS = {
    "eq": "{low} >= ? AND {high} <= ?",
    "ne": "NOT ({low} >= ? AND {high} <= ?)",
    "gt": "{high} > ?",
    "lt": "{low} < ?",
    "ge": "({low} >= ? OR {high} > ?)",
    "le": "({high} <= ? OR {low} < ?)",
    "sa": "{low} >= ?",
    "eb": "{high} <= ?",
}

# The same for a value that is one millisecond, without arithmetic on it, so that the index by time serves.
_INSTANT_COMPARISONS = {
    "eq": "v.last_updated >= ? AND v.last_updated < ?",
    "ne": "NOT (v.last_updated >= ? AND v.last_updated < ?)",
    "gt": "v.last_updated >= ?",
    "lt": "v.last_updated < ?",
    "ge": "v.last_updated >= ?",
    "le": "v.last_updated < ?",
    "sa": "v.last_updated >= ?",
    "eb": "v.last_updated < ?",
}


def statement(*parts: str) -> str:
    """Join pieces into one statement: they are this package's own texts, for what a client sent is always bound."""
    return " ".join(parts)


def where(search: Search, snapshot: int) -> Sql:
    """Return the condition on versions `v` for a search as of a snapshot (a sequence number)."""
    return _where(search.type, search.criteria, snapshot)


def sort_key(search: Search) -> Sql:
    """Return the expression a search is sorted by; a resource without the value comes first."""
    if search.sort == "_lastUpdated":
        few = any(_finds_few(criterion) or criterion.parameter == "_id" for criterion in search.criteria)
        return ("+v.last_updated" if few else "v.last_updated"), []
    if search.sort == "_id":
        return "v.id", []
    smallest = "SELECT min(coalesce(s.low, s.value)) FROM search_value s WHERE s.seq = v.seq AND s.parameter = ?"
    return f"coalesce(({smallest}), '')", [search.sort]


def _where(resource_type: str, criteria: tuple[Criterion, ...], snapshot: int) -> Sql:
    # The plus keeps SQLite from going through a whole type where a condition leads straight to a few.
    plus = "+" if any(_finds_few(criterion) for criterion in criteria) else ""
    sql = [f"{plus}v.type = ? AND {AS_OF}"]
    bound: list[object] = [resource_type, snapshot, snapshot]
    for criterion in criteria:
        condition, more = _condition(criterion, snapshot)
        sql.append(f"({condition})")
        bound += more
    return " AND ".join(sql), bound


def _finds_few(criterion: Criterion) -> bool:
    if criterion.modifier or criterion.chain is not None:
        return False
    return criterion.parameter == "identifier" or criterion.kind is SearchKind.REFERENCE


def _condition(criterion: Criterion, snapshot: int) -> Sql:
    negated = "NOT" if criterion.modifier == "not" or criterion.values == (True,) else ""
    if criterion.parameter == "_id":
        codes: list[object] = [value.code for value in criterion.values if isinstance(value, TokenValue)]
        return f"v.id {negated} IN ({', '.join('?' * len(codes))})", codes
    if criterion.parameter == "_lastUpdated":
        return _any([_last_updated(value) for value in criterion.values])
    if criterion.modifier == "missing":
        condition, bound = "TRUE", list[object]()
    elif criterion.chain is not None:
        condition, bound = _chained(criterion, criterion.chain, snapshot)
    else:
        condition, bound = _any([_matches(criterion, value) for value in criterion.values])
    select = statement("SELECT s.seq FROM search_value s WHERE s.parameter = ? AND (", condition, ")")
    return f"v.seq {negated} IN ({select})", [criterion.parameter, *bound]


def _chained(criterion: Criterion, inner: Criterion, snapshot: int) -> Sql:
    (target,) = criterion.targets
    condition, bound = _where(target, (inner,), snapshot)
    select = statement("SELECT v.type || '/' || v.id FROM version v WHERE", condition)
    return f"s.value IN ({select})", bound


def _matches(criterion: Criterion, value: DateBound | TokenValue | str | bool) -> Sql:
    match value:
        case DateBound():
            return _date(value, "s.low", "s.high")
        case TokenValue(system, code):
            parts: list[str] = []
            bound: list[object] = []
            if code is not None:
                parts.append("s.value = ?")
                bound.append(code)
            if system is not None:
                parts.append("coalesce(s.qualifier, '') = ?")
                bound.append(system)
            return " AND ".join(parts), bound
        case str() if criterion.kind is SearchKind.REFERENCE:
            return _reference(criterion, value)
        case str():
            return _string(criterion.modifier, value)
        case bool():
            raise AssertionError("only :missing holds a bool")


def _reference(criterion: Criterion, value: str) -> Sql:
    candidates = [value] if "/" in value else [f"{target}/{value}" for target in criterion.targets]
    allowed = [name for name in candidates if name.partition("/")[0] in criterion.targets]
    return f"s.value IN ({', '.join('?' * len(allowed))})", list(allowed)


def _string(modifier: str, text: str) -> Sql:
    if modifier == "exact":
        return "s.qualifier = ?", [text]
    if modifier == "contains":
        return "instr(s.value, ?) > 0", [folded(text)]
    start = folded(text)
    return "substr(s.value, 1, ?) = ?", [len(start), start]


def _last_updated(value: DateBound | TokenValue | str | bool) -> Sql:
    if not isinstance(value, DateBound):
        raise TypeError("a date parameter holds date bounds")
    bound: dict[str, list[object]] = {
        "eq": [value.low, value.high],
        "ne": [value.low, value.high],
        "gt": [value.high],
        "le": [value.high],
        "sa": [value.high],
    }
    return _INSTANT_COMPARISONS[value.comparison], bound.get(value.comparison, [value.low])


def _date(value: DateBound, low: str, high: str) -> Sql:
    bound: dict[str, list[object]] = {
        "eq": [value.low, value.high],
        "ne": [value.low, value.high],
        "gt": [value.high],
        "lt": [value.low],
        "ge": [value.low, value.high],
        "le": [value.high, value.low],
        "sa": [value.high],
        "eb": [value.low],
    }
    return _COMPARISONS[value.comparison].format(low=low, high=high), bound[value.comparison]


def _any(alternatives: list[Sql]) -> Sql:
    bound: list[object] = []
    for _, more in alternatives:
        bound += more
    return " OR ".join(f"({sql})" for sql, _ in alternatives), bound
