"""Names at the end of domains, from the list that comes with tldextract; nothing is downloaded."""

from __future__ import annotations

from functools import cache

from tldextract import TLDExtract

EXTRACT = TLDExtract(suffix_list_urls=(), cache_dir=None)  # the default asks the network
_FOR_DOCUMENTS = frozenset({"example", "test"})  # stand for nothing (RFC 2606)


@cache
def top_domains() -> frozenset[str]:
    """Whatever may follow the last dot of a domain: "com", "be", "museum"."""
    return frozenset(suffix for suffix in EXTRACT.tlds if "." not in suffix) | _FOR_DOCUMENTS
