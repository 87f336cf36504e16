"""Where domains end, by the list of names that comes with tldextract; nothing is downloaded."""

from __future__ import annotations

from functools import cache

from tldextract import TLDExtract

from pca_pipeline.pii.conversation.reading import Reading
from pca_pipeline.pii.words.lexicon import word_set

EXTRACT = TLDExtract(suffix_list_urls=(), cache_dir=None)  # the default asks the network
DOTS = word_set("dot . point period got dought")  # "got" is a misheard "dot"
COMMON = word_set("com net org edu gov co uk ca us io info biz me de fr mil au ie nz")
_FOR_DOCUMENTS = frozenset({"example", "test"})  # stand for nothing (RFC 2606)


@cache
def top_domains() -> frozenset[str]:
    """Whatever may follow the last dot of a domain: "com", "be", "museum"."""
    return frozenset(suffix for suffix in EXTRACT.tlds if "." not in suffix) | _FOR_DOCUMENTS


def ends_domain(norm: str) -> bool:
    """Whether a written word ends in a top domain: "yahoo.com.mx", "mail.ru"."""
    name, _, top = norm.rpartition(".")
    return bool(name) and top in top_domains()


def domain_end(reading: Reading, dot: int) -> int | None:
    """The last token of "com", "co dot uk", "com dot m x" after a dot; None where no domain ends."""
    end = _label_end(reading, dot)
    if end is None:
        return None
    joint = reading.token(end + 1, reading.conversation.tokens[dot].turn)
    if joint is None or joint.norm not in DOTS:
        return end + 1 if joint and joint.norm in ("uk", "com") else end
    more = _label_end(reading, end + 1)
    return more if more and (joint.norm == "dot" or reading.conversation.tokens[more].norm in COMMON) else end


def _label_end(reading: Reading, dot: int) -> int | None:
    """The last token of a top domain after a dot, said whole or as two letters."""
    turn = reading.conversation.tokens[dot].turn
    first, second = (reading.token(dot + step, turn) for step in (1, 2))
    if first and second and len(first.norm) == len(second.norm) == 1 and first.norm + second.norm in top_domains():
        return dot + 2
    return dot + 1 if first and first.norm in top_domains() else None
