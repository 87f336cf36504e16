"""Made-up conversations with their personal data marked, in the forms that people speak and recognisers write.

Written apart from `sample_calls` and from the recognizers, to measure them on forms they were not made from.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from random import Random

UNITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
TEENS = (
    "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
TENS = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
ORDINALS = (
    "", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh",
    "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth", "seventeenth", "eighteenth", "nineteenth", "twentieth",
)  # fmt: skip
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
)  # fmt: skip
FIRST = (
    "Katarina", "Bogdan", "Priyanka", "Deshawn", "Maureen", "Guadalupe", "Ingrid", "Tyrone", "Siobhan", "Emmett", "Rosalind",
    "Jamal", "Beatriz", "Winston", "Xiomara", "Hector", "Lorraine", "Mehmet", "Agnes", "Cody", "Yolanda", "Kwame", "Heidi",
    "Grace", "Will", "Mark", "April", "Rose", "Frank", "Dawn", "Jean", "Vlad", "Nkechi", "Thaddeus", "Oksana", "Ryan", "Amy",
)  # fmt: skip
LAST = (
    "Ostrowski", "Venkataraman", "Okonkwo", "Brown", "Fitzgerald", "Delacroix", "Young", "Hernandez", "Baker", "Nguyen",
    "McAllister", "O'Donnell", "Kowalczyk", "Price", "Yamamoto", "Stone", "Abernathy", "Lindqvist", "Washington", "Petrenko",
    "Hill", "Castellano", "Whitfield", "Zimmerman", "King", "Bhattacharya", "Moreau", "Green", "Tillman", "Dubois",
)  # fmt: skip
STREETS = (
    "Willow Creek",
    "Juniper",
    "Old Mill",
    "Cedar Grove",
    "Harrison",
    "Sunset",
    "Elm",
    "Pioneer",
    "Birchwood",
    "Lakeview",
)
KINDS = ("Street", "Avenue", "Road", "Drive", "Lane", "Court", "Boulevard")
TOWNS = (("Tulsa", "Oklahoma"), ("Boise", "Idaho"), ("Fresno", "California"), ("Akron", "Ohio"), ("Mobile", "Alabama"))
PETS = ("Biscuit", "Mr. Whiskers", "Rex", "Cinnamon", "Zeus", "Princess", "Shadow", "Pumpkin")
SCHOOLS = ("Roosevelt Elementary", "Saint Mary's", "Northside High School", "Jefferson")
PASSWORDS = ("bluebird", "pineapple seven", "Thunder42", "open sesame", "golden retriever")


@dataclass(frozen=True)
class Word:
    """One word of a conversation and the entity it belongs to."""

    text: str
    entity: str | None = None


Turn = tuple[str, tuple[Word, ...]]  # speaker and words


def below_hundred(number: int) -> str:
    """A number from 0 to 99 in words."""
    if number < 10:
        return UNITS[number]
    if number < 20:
        return TEENS[number - 10]
    return TENS[number // 10] + (f" {UNITS[number % 10]}" if number % 10 else "")


def said_digits(digits: str, rng: Random) -> str:
    """Digits spoken: one by one, with "oh", "double" and "triple", or in pairs."""
    style = rng.random()
    if style < 0.2 and len(digits) % 2 == 0 and "0" not in digits[::2]:
        return " ".join(below_hundred(int(digits[at : at + 2])) for at in range(0, len(digits), 2))
    zero = rng.choice(("zero", "oh", "o"))
    words, at = [], 0
    while at < len(digits):
        run = len(digits[at:]) - len(digits[at:].lstrip(digits[at]))
        name = zero if digits[at] == "0" else UNITS[int(digits[at])]
        if run in (2, 3) and rng.random() < 0.6:
            words += [{2: "double", 3: "triple"}[run], name]
            at += run
        else:
            words.append(name)
            at += 1
    if style > 0.9 and len(words) > 3:
        words.insert(len(words) // 2, rng.choice(("um", "uh", "and then")))
    return " ".join(words)


def written_digits(digits: str, rng: Random) -> str:
    """Digits as Whisper writes them: in one, grouped with spaces, commas or dashes, one by one, as thousands."""
    size = rng.choice((3, 4))
    groups = [digits[at : at + size] for at in range(0, len(digits), size)]
    if len(groups) > 1 and len(groups[-1]) == 1:
        groups[-2:] = ["".join(groups[-2:])]
    forms = [digits, " ".join(groups), ", ".join(groups), "-".join(groups), " ".join(digits), "-".join(digits)]
    return rng.choice(forms)


class Voice:
    """Says values in one of three forms: "written" as Whisper writes, "spoken" in words, "lower" as people type."""

    def __init__(self, form: str, rng: Random) -> None:
        self.form, self.rng = form, rng

    def number(self, digits: str) -> str:
        """A digit string."""
        if self.form == "spoken" or self.form == "written" and self.rng.random() < 0.15:
            return said_digits(digits, self.rng)
        return written_digits(digits, self.rng)

    def year(self, year: int) -> str:
        """A year."""
        if self.form != "spoken":
            return str(year)
        tail = year % 100
        if year >= 2000:
            return (
                self.rng.choice((f"two thousand {UNITS[tail]}", f"twenty oh {UNITS[tail]}")) if tail else "two thousand"
            )
        return f"nineteen {'oh ' + UNITS[tail] if tail < 10 else below_hundred(tail)}"

    def date(self) -> str:
        """A date of birth in one of five orders."""
        month, day, year = self.rng.randrange(12), self.rng.randrange(1, 29), self.rng.randrange(1938, 2006)
        name = MONTHS[month]
        if self.form == "spoken":
            ordinal = ORDINALS[day] if day <= 20 else f"twenty {ORDINALS[day - 20]}"
            forms = (
                f"{name} {ordinal} {self.year(year)}",
                f"the {ordinal} of {name} {self.year(year)}",
                f"{self.year(year)} {name} {ordinal}" if False else f"{name} {below_hundred(day)} {self.year(year)}",
                f"{below_hundred(month + 1)} {below_hundred(day)} {below_hundred(year % 100) if year % 100 > 9 else self.year(year)}",
                f"{said_digits(f'{month + 1:02}{day:02}', Random(3))} {self.year(year)}",
            )
        else:
            forms = (
                f"{name} {day}, {year}",
                f"{day} {name} {year}",
                f"{month + 1}/{day}/{year}",
                f"{year}-{month + 1:02}-{day:02}",
                f"{month + 1:02} {day:02} {year}",
                f"{name[:3]} {day} {year}",
                f"the {day}th of {name}, {year}",
            )
        return self.rng.choice(forms)

    def expiry(self) -> str:
        """Month and year of a card."""
        month, year = self.rng.randrange(1, 13), self.rng.randrange(26, 33)
        if self.form == "spoken":
            return self.rng.choice(
                (
                    f"oh {UNITS[month % 10]} {below_hundred(year)}",
                    f"{MONTHS[month - 1]} {self.year(2000 + year)}"
                    if year > 2009
                    else f"{below_hundred(month)} {below_hundred(year)}",
                )
            )
        return self.rng.choice(
            (f"{month:02}/{year}", f"{month}/20{year}", f"{MONTHS[month - 1]} 20{year}", f"{month:02} {year}")
        )

    def spelled(self, name: str) -> str:
        """Letters one by one."""
        letters = [letter for letter in name.upper() if letter.isalpha()]
        if self.form == "written":
            return self.rng.choice(("-".join(letters), " ".join(letters), ", ".join(letters)))
        return " ".join(letters).lower()

    def email(self, first: str, last: str) -> str:
        """An address."""
        host = self.rng.choice(("gmail", "yahoo", "outlook", "proton"))
        first, last = first.lower(), last.lower().replace("'", "")
        if self.form == "spoken":
            local = self.rng.choice(
                (
                    f"{first} dot {last}",
                    f"{first} underscore {last}",
                    f"{first[0]} {last}",
                    f"{last} four two",
                    f"{' '.join(last)} dot {first}",
                )
            )
            return f"{local} at {host} dot com"
        local = self.rng.choice((f"{first}.{last}", f"{first}{last}42", f"{first[0]}{last}"))
        return self.rng.choice((f"{local}@{host}.com", f"{local}@{host}.com", f"{local} at {host}.com"))

    def misheard(self, name: str) -> str:
        """A name, now and then with a letter that speech recognition got wrong."""
        if self.rng.random() > 0.1 or len(name) < 5:
            return name
        at = self.rng.randrange(2, len(name) - 1)
        return self.rng.choice(
            (name[:at] + name[at + 1 :], name[:at] + name[at] + name[at:], name[:at] + "e" + name[at + 1 :])
        )


Filled = Sequence[tuple[str, str | None]]
SCENES: tuple[tuple[tuple[str, str], ...], ...] = (
    (
        ("agent", "Hello, how can I help?"),
        ("customer", "Hi, I'd like to know my balance."),
        ("agent", "Could I get your full name, please?"),
        ("customer", "{name}"),
        ("agent", "And your account number?"),
        ("customer", "{account}"),
        ("agent", "And what is your PIN?"),
        ("customer", "{pin}"),
        ("agent", "Your balance is {amount}. Anything else?"),
        ("customer", "No that's it, have a nice day"),
    ),
    (
        ("customer", "Hey there, this is {name} and I want to report a fraudulent charge."),
        ("agent", "Sorry to hear that. Could you please provide your account number?"),
        ("customer", "I don't remember my account number right now"),
        ("agent", "That is okay. Can you tell me your date of birth?"),
        ("customer", "sure, it's {dob}"),
        ("agent", "What is your mother's maiden name?"),
        ("customer", "{maiden}"),
        ("agent", "And what is the name of your childhood pet?"),
        ("customer", "his name was {pet}"),
        ("agent", "Thank you. Can you describe the charge?"),
        ("customer", "There were {n} charges for {amount} at a store I never visited."),
    ),
    (
        ("customer", "My name is {name}, account number {account}, PIN is {pin}. Can you transfer {amount} to my landlord?"),
        ("agent", "Yes, what is the recipient's full name?"),
        ("customer", "It's {name2}."),
        ("agent", "The transfer of {amount} is done."),
    ),
    (
        ("agent", "I can take the payment now. Go ahead with the card number whenever you're ready."),
        ("customer", "okay it's {card_a}"),
        ("agent", "Uh-huh."),
        ("customer", "{card_b}"),
        ("agent", "Go on."),
        ("customer", "{card_c} and {card_d}"),
        ("agent", "Expiration?"),
        ("customer", "{expiry}"),
        ("agent", "And the three digits on the back?"),
        ("customer", "{cvv}"),
        ("agent", "I have a card ending in {card_d}, is that right?"),
        ("customer", "Yes. When will the {amount} be taken?"),
        ("agent", "Within {n} business days."),
    ),
    (
        ("agent", "For verification, the last four of your social?"),
        ("customer", "last four is {ssn4}"),
        ("agent", "And a good callback number?"),
        ("customer", "{phone}, that's my cell"),
        ("agent", "Let me read that back, {phone_again}."),
        ("customer", "That's right."),
        ("agent", "Email on file?"),
        ("customer", "{email}"),
        ("agent", "Can you spell your last name for me?"),
        ("customer", "{last_spelled}"),
    ),
    (
        ("agent", "What's your current mailing address?"),
        ("customer", "{house} {street}, {town}, {state} {zip}"),
        ("agent", "Is {house_again} {street_again} also your billing address?"),
        ("customer", "Yes it is. I've lived here for {n} years."),
        ("agent", "And how old are you?"),
        ("customer", "I'm {age}"),
        ("agent", "Thanks. Your premium will be {amount} a month."),
    ),
    (
        ("customer", "So my social security number is {ssn} and I was born {dob}."),
        ("agent", "Thank you. Which school did you go to, for the security question?"),
        ("customer", "I went to {school}"),
        ("agent", "And the password on the account?"),
        ("customer", "it should be {password}"),
        ("agent", "You're verified. Your deductible is {amount} and you've used {n} visits."),
    ),
    (
        ("agent", "Do you have the claim number?"),
        ("customer", "Let me look. It says {claim}"),
        ("agent", "And the plate of the vehicle?"),
        ("customer", "{plate}"),
        ("agent", "Driver's license number?"),
        ("customer", "{licence}"),
        ("agent", "The adjuster, Mr. {last2}, will call you on {phone} before {day}."),
        ("customer", "Tell my wife {first2} if I don't pick up."),
    ),
    (
        ("customer", "{pin} is my pin and {account} is the account number"),
        ("agent", "Thanks {first}. How much do you want to move?"),
        ("customer", "{amount} please, from checking to savings"),
        ("agent", "Done. It takes {n} to {n} days."),
    ),
)  # fmt: skip


def conversation(form: str, rng: Random) -> list[Turn]:
    """One conversation of two scenes with one caller, in one form."""
    values = _values(Voice(form, rng), rng)
    turns: list[Turn] = []
    for scene in rng.sample(SCENES, 2):
        for speaker, template in scene:
            text_form = form if form != "lower" or speaker == "customer" else "written"
            turns.append((speaker, tuple(_fill(template, values, text_form))))
    return turns


def _fill(template: str, values: dict[str, tuple[str, str | None]], form: str) -> Iterator[Word]:
    for part in template.split():
        if "{" not in part:
            yield Word(_styled(part, form))
            continue
        before, _, rest = part.partition("{")
        slot, _, after = rest.partition("}")
        value, entity = values[slot]
        words = (before + value + after).split()
        yield from (Word(_styled(word, form), entity) for word in words)


def _styled(word: str, form: str) -> str:
    if form == "written":
        return word
    return word.lower() if form == "lower" and "@" not in word else word.lower().strip(".,?!")


def _values(voice: Voice, rng: Random) -> dict[str, tuple[str, str | None]]:
    def digits(count: int) -> str:
        return "".join(rng.choice("0123456789") for _ in range(count))

    first, last, first2, last2 = rng.choice(FIRST), rng.choice(LAST), rng.choice(FIRST), rng.choice(LAST)
    town, state = rng.choice(TOWNS)
    house, street = str(rng.randrange(11, 9900)), f"{rng.choice(STREETS)} {rng.choice(KINDS)}"
    phone, amount = f"{rng.randrange(201, 799)}{digits(7)}", rng.randrange(5, 5000)
    said: dict[str, tuple[Callable[[], str], str | None]] = {
        "name": (lambda: voice.misheard(f"{first} {last}"), "PERSON"),
        "first": (lambda: first, "PERSON"),
        "name2": (lambda: f"{first2} {last2}", "PERSON"),
        "first2": (lambda: first2, "PERSON"),
        "last2": (lambda: last2, "PERSON"),
        "last_spelled": (lambda: voice.spelled(last), "PERSON"),
        "account": (lambda: voice.number(digits(rng.randrange(7, 11))), "ACCOUNT_NUMBER"),
        "claim": (lambda: voice.number(digits(rng.randrange(6, 9))), "ACCOUNT_NUMBER"),
        "pin": (lambda: voice.number(digits(4)), "PIN"),
        "cvv": (lambda: voice.number(digits(3)), "CVV"),
        "ssn": (lambda: voice.number(digits(9)), "US_SSN"),
        "ssn4": (lambda: voice.number(digits(4)), "US_SSN"),
        "phone": (lambda: voice.number(phone), "PHONE_NUMBER"),
        "phone_again": (lambda: voice.number(phone), "PHONE_NUMBER"),
        "dob": (voice.date, "DATE_OF_BIRTH"),
        "expiry": (voice.expiry, "CARD_EXPIRY"),
        "email": (lambda: voice.email(first, last), "EMAIL_ADDRESS"),
        "house": (lambda: voice.number(house) if voice.form == "spoken" else house, "STREET_ADDRESS"),
        "house_again": (lambda: voice.number(house) if voice.form == "spoken" else house, "STREET_ADDRESS"),
        "street": (lambda: street, "STREET_ADDRESS"),
        "street_again": (lambda: street, "STREET_ADDRESS"),
        "town": (lambda: town, "LOCATION"),
        "state": (lambda: state, "LOCATION"),
        "zip": (lambda: voice.number(digits(5)) if voice.form == "spoken" else digits(5), "ZIP_CODE"),
        "age": (lambda: below_hundred(rng.randrange(20, 90)) if voice.form == "spoken" else str(rng.randrange(20, 90)), "AGE"),
        "maiden": (lambda: rng.choice(LAST), "SECURITY_ANSWER"),
        "pet": (lambda: rng.choice(PETS), "SECURITY_ANSWER"),
        "school": (lambda: rng.choice(SCHOOLS), "SECURITY_ANSWER"),
        "password": (lambda: rng.choice(PASSWORDS), "PASSWORD"),
        "plate": (lambda: f"{voice.spelled('KXR') if voice.form == 'spoken' else 'KXR'} {voice.number(digits(4))}", "LICENSE_PLATE"),
        "licence": (lambda: f"{rng.choice('DWS')} {voice.number(digits(8))}", "ID_DOCUMENT"),
        "amount": (lambda: f"{below_hundred(amount % 100)} dollars" if voice.form == "spoken" else rng.choice((f"${amount:,}", f"{amount} dollars", f"${amount}.50")), None),
        "n": (lambda: UNITS[rng.randrange(2, 10)], None),
        "day": (lambda: f"{rng.choice(MONTHS)} {rng.randrange(1, 29)}" if voice.form != "spoken" else "friday", None),
        **{f"card_{part}": (lambda: voice.number(digits(4)), "CREDIT_CARD") for part in "abcd"},
    }  # fmt: skip
    return {slot: (make(), entity) for slot, (make, entity) in said.items()}
