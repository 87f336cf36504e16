"""The words of each block of 1,024 calls, so that a search for rare words reads few texts.

A block without a row is searched as if it had all words. Whoever changes calls removes the rows of their blocks in the same
transaction, so that no erased word is left; the loader adds missing rows when it is done.
"""

from __future__ import annotations

from collections.abc import Iterable

import duckdb

_TOGETHER = 32  # blocks, some 2 million segments: enough for all cores, and bounds memory
_MISSING = """
select distinct call_number // 1024 as block
from calls
where block not in (select block from vocabularies)
order by block
"""
_ADD = """
insert into vocabularies
select block, coalesce(string_agg(word, ' ' order by word), '')
from (select unnest($blocks) as block)
left join (
    select distinct call_number // 1024 as block, unnest(string_split(lower(text), ' ')) as word
    from segments
    where call_number between $first and $last
        and call_number // 1024 in (select unnest($blocks))
) using (block)
group by block
"""


def forget_words(connection: duckdb.DuckDBPyConnection, numbers: Iterable[int]) -> None:
    """Remove the rows of the blocks in which calls with these numbers are added or deleted."""
    blocks = sorted({number // 1024 for number in numbers})
    connection.execute("delete from vocabularies where block in (select unnest($1))", [blocks])


def add_words(connection: duckdb.DuckDBPyConnection) -> None:
    """Add the missing rows of blocks."""
    missing = [block for (block,) in connection.execute(_MISSING).fetchall()]
    for at in range(0, len(missing), _TOGETHER):
        blocks = missing[at : at + _TOGETHER]
        connection.execute(_ADD, {"blocks": blocks, "first": blocks[0] * 1024, "last": blocks[-1] * 1024 + 1023})
