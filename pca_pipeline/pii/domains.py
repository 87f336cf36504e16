"""Where domains end, by the list of names that comes with tldextract; nothing is downloaded."""

from __future__ import annotations

from functools import cache

from tldextract import TLDExtract

from pca_pipeline.pii.lexicon import word_set
from pca_pipeline.pii.reading import Reading

EXTRACT = TLDExtract(suffix_list_urls=(), cache_dir=None)  # the default asks the network
DOTS = word_set("dot . point period got dought")  # "got" is a misheard "dot"
COMMON = word_set("com net org edu gov co uk ca us io info biz me de fr mil au ie nz")
_FOR_DOCUMENTS = frozenset({"example", "test"})  # stand for nothing (RFC 2606)


@cache
def top_domains() -> frozenset[str]:
    """Whatever may follow the last dot of a domain: "com", "be", "museum"."""
    return frozenset(suffix for suffix in EXTRACT.tlds if "." not in suffix) | _FOR_DOCUMENTS


def domain_end(reading: Reading, dot: int) -> int | None:
    """The last token of "com", "co dot uk" after a dot; None where no domain ends."""
    turn = reading.conversation.tokens[dot].turn
    top, joint, more = (reading.token(dot + step, turn) for step in (1, 2, 3))
    if top and joint and len(top.norm) == 1 and top.norm + joint.norm in COMMON:
        return dot + 2  # "dot d e"
    if top is None or top.norm not in top_domains():
        return None
    if joint and joint.norm in DOTS and more:
        last = reading.token(dot + 4, turn)
        if more.norm in COMMON:
            return dot + 3
        if last and more.norm + last.norm in COMMON:
            return dot + 4  # "dot co dot u k"
    return dot + 2 if joint and joint.norm in ("uk", "com") else dot + 1
