"""How values are said and written: digits, letters, dates, e-mail addresses, in the three forms of a transcript.

Forms: "typed" is a chat; "whisper" has capitals, marks and numerals in Whisper's groupings, or number words; "bare" is
the output of other recognizers: lower case, no marks, every number in words. A word that begins with "~" was said with a
value and is not part of it ("~um", "~no ~wait").
"""

from __future__ import annotations

import re
from random import Random

FORMS = ("typed", "whisper", "bare")
UNITS = "zero one two three four five six seven eight nine".split()
TEENS = "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split()
TENS = "_ _ twenty thirty forty fifty sixty seventy eighty ninety".split()
ORDINALS = """_ first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth
    sixteenth seventeenth eighteenth nineteenth twentieth""".split()
MONTHS = "January February March April May June July August September October November December".split()
NATO = dict(
    zip(
        "abcdefghijklmnopqrstuvwxyz",
        """Alpha Bravo Charlie Delta Echo Foxtrot Golf Hotel India Juliet Kilo Lima Mike November Oscar Papa Quebec Romeo Sierra
        Tango Uniform Victor Whiskey X-ray Yankee Zulu""".split(),
        strict=True,
    )
)
_EXAMPLES = dict(
    zip(
        "abcdefghijklmnopqrstuvwxyz",
        """apple boy cat dog Edward Frank George Henry igloo John kite Larry Mary Nancy orange Peter queen Robert Sam Tom umbrella
        Victor water xylophone yellow zebra""".split(),
        strict=True,
    )
)
_SIGNS = {"1": "st", "2": "nd", "3": "rd"}


def below_hundred(number: int) -> str:
    """A number from 0 to 99 in words."""
    if number < 10:
        return UNITS[number]
    if number < 20:
        return TEENS[number - 10]
    return TENS[number // 10] + (f" {UNITS[number % 10]}" if number % 10 else "")


def cardinal(number: int) -> str:
    """A number below a million in words."""
    if number >= 1000:
        rest = cardinal(number % 1000) if number % 1000 else ""
        return f"{cardinal(number // 1000)} thousand {rest}".strip()
    if number >= 100:
        rest = below_hundred(number % 100) if number % 100 else ""
        return f"{UNITS[number // 100]} hundred {rest}".strip()
    return below_hundred(number)


def ordinal(day: int) -> str:
    """A day of the month in words."""
    if day <= 20:
        return ORDINALS[day]
    return "thirtieth" if day == 30 else f"{TENS[day // 10]} {ORDINALS[day % 10]}".replace("_", "").strip()


def in_words(text: str) -> str:
    """A text in lower case without punctuation, with numerals as words, as recognizers other than Whisper write it."""
    text = re.sub(r"\$?(\d[\d,]*)\.(\d\d)\b(?= dollars|\W|$)", _money_words, text) if "$" in text else text
    text = re.sub(r"\$([\d,]+)", lambda m: cardinal(int(m[1].replace(",", ""))) + " dollars", text)
    text = re.sub(r"(\d+)(?:st|nd|rd|th)\b", lambda m: ordinal(int(m[1])), text)
    text = re.sub(r"(\d{1,2}):(\d\d)", lambda m: f"{cardinal(int(m[1]))} {below_hundred(int(m[2]))}", text)
    text = re.sub(
        r"(\d+)\.(\d+)", lambda m: f"{cardinal(int(m[1]))} point {' '.join(UNITS[int(d)] for d in m[2])}", text
    )
    text = re.sub(r"\b((?:19|20)\d\d)\b", lambda m: year_words(int(m[1])), text)
    text = re.sub(r"\d[\d,]*", lambda m: f" {cardinal(int(m[0].replace(',', '')) % 1000000)} ", text)
    text = re.sub(r"%", " percent ", text)
    return re.sub(r"\s+", " ", re.sub(r"[^\w'~ ]", " ", text)).strip().lower()


def _money_words(match: re.Match[str]) -> str:
    return f"{cardinal(int(match[1].replace(',', '')))} dollars and {below_hundred(int(match[2]))} cents"


def year_words(year: int) -> str:
    """A year as it is most often said."""
    if 2000 <= year < 2010:
        return f"two thousand {UNITS[year % 10] if year % 10 else ''}".strip()
    tail = year % 100
    return f"{below_hundred(year // 100)} {'hundred' if not tail else f'oh {UNITS[tail]}' if tail < 10 else below_hundred(tail)}"


class Speech:
    """Says values in one form."""

    def __init__(self, form: str, rng: Random) -> None:
        self.form, self.rng = form, rng

    @property
    def words(self) -> bool:
        """Whether a number is written in words this time."""
        return self.form == "bare" or self.form == "whisper" and self.rng.random() < 0.3

    def digits(self, digits: str, groups: tuple[int, ...] = ()) -> str:
        """A number that is read out, grouped as its kind is or as people please."""
        parts = cut(digits, groups or self._groups(len(digits)))
        if self.words:
            return self._join([self._said(part) for part in parts])
        if self.form == "typed":
            return self.rng.choice(("", "", " ", "-")).join(cut(digits, groups)) if groups else digits
        return self._written(digits, parts)

    def _groups(self, length: int) -> tuple[int, ...]:
        size = self.rng.choice((2, 3, 4, 4, length))
        return tuple(size for _ in range(max(1, length // size)))

    def _written(self, digits: str, parts: list[str]) -> str:
        style = self.rng.random()
        if style < 0.3:
            return " ".join(parts)
        if style < 0.55:
            return ", ".join(parts)
        if style < 0.7:
            return digits
        if style < 0.8:
            return "-".join(parts)
        if style < 0.88:
            return " ".join(digits)
        if style < 0.95:
            return "-".join(digits)
        return ", ".join(digits)

    def _join(self, said: list[str]) -> str:
        if len(said) > 2 and self.rng.random() < 0.2:
            said.insert(
                self.rng.randrange(1, len(said)), self.rng.choice(("~um", "~uh", "~and", "~and ~then", "~okay ~so"))
            )
        return (", " if self.form == "whisper" and self.rng.random() < 0.5 else " ").join(said)

    def _said(self, part: str) -> str:
        style = self.rng.random()
        if style < 0.2 and len(part) in (2, 4) and "0" not in part[::2]:
            return " ".join(below_hundred(int(pair)) for pair in cut(part, (2, 2)))
        if style < 0.3 and len(part) == 3 and "0" not in part[:2]:
            return f"{UNITS[int(part[0])]} {below_hundred(int(part[1:]))}"
        if len(part) in (3, 4) and part[1:].strip("0") == "" and part[0] != "0" and style < 0.7:
            return f"{UNITS[int(part[0])]} {'hundred' if len(part) == 3 else 'thousand'}"
        return self._singly(part)

    def _singly(self, part: str) -> str:
        zero = self.rng.choice(("zero", "oh", "oh", "o"))
        said, at = [], 0
        while at < len(part):
            run = len(part[at:]) - len(part[at:].lstrip(part[at]))
            name = zero if part[at] == "0" else UNITS[int(part[at])]
            many = run if run in (2, 3) and self.rng.random() < 0.5 else 1
            said.append(("", "", "double ", self.rng.choice(("triple ", "treble ")))[many] + name)
            at += many
        return " ".join(said)

    def fixed(self, digits: str, groups: tuple[int, ...] = ()) -> str:
        """Digits with a slip that the speaker corrects: "4112, no wait, 4111"."""
        parts = cut(digits, groups or (4,) * max(1, len(digits) // 4))
        at = self.rng.randrange(len(parts))
        slip = list(parts[at])
        slip[-1] = str((int(slip[-1]) + self.rng.randrange(1, 9)) % 10)
        words = self.rng.choice(
            ("no wait", "sorry", "scratch that", "no sorry", "wait no", "oops", "hang on", "I mean", "correction")
        )
        mark = "," if self.form != "bare" else ""
        said = [self._part(part) for part in parts]
        said.insert(at, self._part("".join(slip)) + mark + " " + " ".join(f"~{word}" for word in words.split()) + mark)
        return " ".join(said)

    def _part(self, digits: str) -> str:
        return self._said(digits) if self.words else digits

    def pieces(self, digits: str) -> list[str]:
        """Digits cut into what is said turn by turn."""
        size = self.rng.choice((3, 4, 4, 5))
        return cut(digits, (size,) * max(1, len(digits) // size))

    def code(self, text: str) -> str:
        """Letters and digits: "AB1234", "A B 1 2 3 4", "A as in apple, B as in boy, one two ..."."""
        runs = re.findall(r"[A-Z]+|\d+", text)
        if self.form == "typed" or self.form == "whisper" and self.rng.random() < 0.5:
            return self.rng.choice(("", " ", "-")).join(runs) if self.rng.random() < 0.8 else " ".join(text)
        return " ".join(self.letters(run) if run.isalpha() else self.digits(run) for run in runs)

    def letters(self, word: str) -> str:
        """Letters one by one, plainly or with examples."""
        style = self.rng.random()
        if style < 0.6 or self.form == "typed":
            return self.spelled(word)
        return self.nato(word) if style < 0.75 else self.like(word)

    def spelled(self, word: str) -> str:
        """ "S-M-I-T-H", "S M I T H", "s m i double t"."""
        letters = list(word.upper())
        if self.form != "bare":
            return self.rng.choice(("-", " ", ", ", "-")).join(letters)
        said, at = [], 0
        while at < len(letters):
            twice = letters[at : at + 2] == [letters[at]] * 2 and self.rng.random() < 0.5
            said.append(("double " if twice else "") + letters[at].lower())
            at += 2 if twice else 1
        return " ".join(said)

    def nato(self, word: str) -> str:
        """ "Sierra Mike India ..."."""
        return (", " if self.form == "whisper" else " ").join(NATO[letter] for letter in word.lower())

    def like(self, word: str) -> str:
        """ "S as in Sam, M as in Mary ..."."""
        link = self.rng.choice(("as in", "for", "like"))
        mark = "," if self.form == "whisper" else ""
        return f"{mark} ".join(f"{letter.upper()} {link} {_EXAMPLES[letter]}" for letter in word.lower())

    def date(self, year: int, month: int, day: int, british: bool) -> str:
        """A date of birth, in any order."""
        name = MONTHS[month - 1]
        if self.words:
            return self.rng.choice(_spoken_dates(self, year, month, day, british))
        nth = f"{day}{_SIGNS.get(str(day)[-1], 'th') if day not in (11, 12, 13) else 'th'}"
        one, two = (day, month) if british else (month, day)
        return self.rng.choice(
            (
                f"{name} {day}, {year}", f"{name} {nth}, {year}", f"{nth} of {name} {year}", f"the {nth} of {name}, {year}",
                f"{day} {name} {year}", f"{one}/{two}/{year}", f"{one:02}/{two:02}/{year % 100:02}", f"{one:02}-{two:02}-{year}",
                f"{one}.{two}.{year}", f"{year}-{month:02}-{day:02}", f"{name[:3]} {day} {year}", f"{one:02} {two:02} {year}",
                f"{one} {two} {year % 100:02}", f"{year}, {name} {day}", f"{one}, {two}, {year}", f"{name} {nth}, '{year % 100:02}",
            )
        )  # fmt: skip

    def expiry(self, month: int, year: int) -> str:
        """Month and year of a card."""
        name = MONTHS[month - 1]
        if self.words:
            early = f"{self.rng.choice(('oh', 'zero'))} {UNITS[month]}" if month < 10 else below_hundred(month)
            short, full = below_hundred(year % 100), f"twenty {below_hundred(year % 100)}"
            return self.rng.choice(
                (
                    f"{early} {short}",
                    f"{early} {full}",
                    f"{name} {full}",
                    f"{early} slash {short}",
                    f"{name} of {full}",
                    f"{name} {short}",
                )
            )
        return self.rng.choice(
            (f"{month:02}/{year % 100}", f"{month}/{year % 100}", f"{month:02} {year % 100}", f"{name} {year}", f"{month}/{year}",
             f"{month:02}, {year % 100}", f"{name} of {year}", f"{month:02}{year % 100}", f"{month:02}-{year % 100}")
        )  # fmt: skip

    def email(self, first: str, last: str, spell: bool) -> str:
        """An e-mail address."""
        rng, digits = self.rng, str(self.rng.randrange(10, 2000))
        first, last = first.lower(), last.lower()
        joint = rng.choice((".", "_", "-", "", ""))
        local = rng.choice(
            (
                [first, joint, last],
                [first[0], joint, last],
                [last, digits],
                [first, joint, last, digits],
                [first, digits],
                [last, "family"],
            )
        )
        host = rng.choice(
            ("gmail.com", "gmail.com", "yahoo.com", "hotmail.co.uk", "outlook.com", "icloud.com", "shaw.ca", "btinternet.com", f"{last}builders.com",
             "comcast.net", "protonmail.com", f"{last}.org", "aol.com")
        )  # fmt: skip
        written = "".join(local) + "@" + host
        if self.form == "typed" or self.form == "whisper" and not spell and rng.random() < 0.4:
            return written
        said = " ".join(self._said_part(part, spell) for part in local if part)
        return f"{said} at {host if self.form == 'whisper' and rng.random() < 0.7 else host.replace('.', ' dot ')}"

    def _said_part(self, part: str, spell: bool) -> str:
        names = {".": "dot", "_": "underscore", "-": self.rng.choice(("dash", "hyphen"))}
        if part in names:
            return names[part]
        if part.isdigit():
            return self.digits(part)
        return self.spelled(part) if spell or len(part) == 1 else part

    def house(self, number: str) -> str:
        """A house number."""
        if not self.words:
            return number
        if len(number) in (3, 4) and number[-2] != "0" and self.rng.random() < 0.6:
            return f"{below_hundred(int(number[:-2]))} {below_hundred(int(number[-2:]))}"
        return cardinal(int(number)) if self.rng.random() < 0.5 else self._singly(number)


def _spoken_dates(speech: Speech, year: int, month: int, day: int, british: bool) -> tuple[str, ...]:
    name, nth, said = MONTHS[month - 1], ordinal(day), year_words(year)
    short = below_hundred(year % 100) if year % 100 > 9 else f"oh {UNITS[year % 10]}"
    one, two = (day, month) if british else (month, day)
    return (
        f"{name} {nth} {said}", f"{name} the {nth} {said}", f"the {nth} of {name} {said}", f"{nth} {name} {said}",
        f"{name} {below_hundred(day)} {said}", f"{below_hundred(one)} {below_hundred(two)} {short}",
        f"{below_hundred(one)} {below_hundred(two)} {said}", f"{nth} of {name} {short}", f"{name} {nth} {short}",
        f"{' '.join(f'oh {UNITS[n]}' if n < 10 else below_hundred(n) for n in (one, two))} {said}",
        f"{said} {name} {below_hundred(day)}", f"the {nth} of the {ordinal(month)} {short}",
        f"{speech._singly(f'{one:02}')} {speech._singly(f'{two:02}')} {speech._singly(str(year))}",
        f"{below_hundred(one)} slash {below_hundred(two)} slash {short}",
    )  # fmt: skip


def cut(text: str, sizes: tuple[int, ...]) -> list[str]:
    """A text in pieces of given sizes, the rest as one more or, if it is a single character, with the last."""
    parts, at = [], 0
    for size in sizes:
        parts.append(text[at : at + size])
        at += size
    rest = text[at:]
    if len(rest) == 1 and parts:
        parts[-1] += rest
    elif rest:
        parts.append(rest)
    return [part for part in parts if part]
