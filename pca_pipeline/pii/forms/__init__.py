"""Forms in which values are said and written: numbers, codes, dates, spelled words; and what only looks like them."""
