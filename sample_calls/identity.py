"""How callers identify themselves: for each piece of personal data the agent's question, the answers, the read-back."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Item:
    """One piece of personal data as a call asks for it. `turns` are answers said over several turns."""

    ask: tuple[str, ...]
    answer: tuple[str, ...]
    read_back: tuple[str, ...] = ()
    turns: tuple[tuple[str, ...], ...] = ()


ITEMS: dict[str, Item] = {
    "name": Item(
        (
            "Can I have your first and last name please?",
            "Who am I speaking with today?",
            "May I have your full name?",
            "Could you tell me your name, please?",
        ),
        ("My name is {name}.", "This is {first} {last}.", "Sure, it's {first} {last}.", "{name}.", "Yes, {first} {last}."),
    ),
    "last_spelled": Item(
        ("Can you spell your last name for me?", "How do you spell that?", "Could you spell the last name, please?"),
        ("{last}, {last_spelled}.", "Sure, that is {last_spelled}.", "It is spelled {last_spelled}."),
    ),
    "dob": Item(
        (
            "Can you please verify your date of birth?",
            "And your date of birth?",
            "What is your birth date, please?",
        ),
        ("My date of birth is {dob}.", "{dob}.", "I was born on {dob}.", "Sure, it's {dob}.", "Um, {dob}."),
        ("Okay, {dob}. Thank you.",),
    ),
    "ssn": Item(
        (
            "Can I have your social security number, please?",
            "I also need your full social security number.",
            "What is the social security number on the account?",
        ),
        (
            "My social is {ssn}.",
            "It's {ssn}.",
            "My social security number is {ssn}.",
            "Yes, {ssn}.",
        ),
        ("Let me read that back. {ssn}. Is that right?",),
    ),
    "ssn_last4": Item(
        (
            "Could I have the last four digits of your social security number?",
            "Can you confirm the last four of your social?",
            "And what are the last four digits of the social?",
        ),
        ("The last four are {ssn_last4}.", "{ssn_last4}.", "It is {ssn_last4}.", "Sure. {ssn_last4}."),
    ),
    "phone": Item(
        (
            "And what is the best phone number to reach you?",
            "Can I have a phone number in case we get disconnected?",
            "What number should we call you back on?",
        ),
        (
            "My phone number is {phone}.",
            "You can reach me at {phone}.",
            "It's {phone}.",
            "My cell is {phone}.",
            "{phone}, that is my home phone.",
        ),
        ("So that is {phone}, correct?", "I have {phone}. Is that right?"),
    ),
    "email": Item(
        ("What is your email address?", "Can I have the email on file?", "Which email should I send that to?"),
        ("My email is {email}.", "It's {email}.", "Sure. {email}.", "You can send it to {email}."),
        ("Okay, I will send it to {email}.", "So {email}. Got it."),
    ),
    "email_spelled": Item(
        ("Can you spell the email address for me?", "Could you spell that email, please?"),
        ("It's {email_spelled}.", "Sure, {email_spelled}.", "Okay. {email_spelled}."),
    ),
    "address": Item(
        (
            "Can you confirm your mailing address?",
            "What is the address on the account?",
            "And your current home address, please?",
        ),
        (
            "I live at {address}.",
            "It's {street}, {city}, {state} {zip}.",
            "My address is {street} in {city}.",
            "{address}.",
        ),
        ("Okay, so {street} in {city}.", "I have {street}. Thank you."),
    ),
    "zip": Item(
        ("And the zip code?", "What is your zip code?", "Can you verify the zip code for me?"),
        ("The zip code is {zip}.", "{zip}.", "It's {zip}."),
    ),
    "account": Item(
        ("What is your account number?", "Can I have the account number, please?", "Do you have your account number there?"),
        (
            "My account number is {account}.",
            "It's {account}.",
            "The account number is {account}, I think.",
            "Sure, account number {account}.",
        ),
        ("Okay, account {account}. Thank you.",),
    ),
    "policy": Item(
        ("Do you have the policy number?", "What is your policy number?", "Can I have the policy number, please?"),
        ("The policy number is {policy}.", "It says {policy}.", "My policy number is {policy}.", "{policy}."),
        ("Policy {policy}, okay.",),
    ),
    "claim": Item(
        ("Do you have a claim number?", "What is the claim number on the letter?"),
        ("The claim number is {claim}.", "Yes, it's {claim}.", "Claim number {claim}."),
        ("Claim {claim}. Let me open that.",),
    ),
    "member": Item(
        ("What is your member number?", "Can you read me the member number on your card?"),
        ("My member number is {member}.", "It's {member}.", "Member number {member}."),
    ),
    "case": Item(
        ("Do you have the case number?", "What was the case number they gave you?"),
        ("The case number is {case}.", "Yes, it was {case}.", "They gave me {case}."),
        ("Okay, case {case}. I can see it.",),
    ),
    "card": Item(
        (
            "Can you read me the card number, please?",
            "What is the number on the front of the card?",
            "I need the full card number, please.",
        ),
        (
            "Sure, the card number is {card}.",
            "It's {card}.",
            "The number is {card}.",
            "Okay. {card}.",
        ),
        ("Let me read that back to you. {card}.", "So that is {card}, correct?", "I have {card}."),
        (
            ("Okay, it's {card_1}.", "{card_1}.", "Sure, it starts with {card_1}."),
            ("{card_2}.", "Then {card_2}.", "{card_2}, um."),
            ("{card_3}.", "And {card_3}.", "{card_3}, and then."),
            ("{card_4}.", "And {card_4}.", "And the last four are {card_4}."),
        ),
    ),
    "card_last4": Item(
        ("What are the last four digits of the card?", "Which card is it? Just the last four digits."),
        ("It ends in {card_last4}.", "The last four digits are {card_last4}.", "{card_last4}."),
        ("Okay, the card ending in {card_last4}.",),
    ),
    "expiry": Item(
        ("And the expiration date?", "When does the card expire?", "What is the expiration date on the card?"),
        ("It expires {expiry}.", "{expiry}.", "The expiration date is {expiry}."),
    ),
    "cvv": Item(
        (
            "And the three digit code on the back?",
            "Can I have the security code, please?",
            "What is the security code on the back of the card?",
        ),
        ("The code is {cvv}.", "{cvv}.", "It's {cvv}.", "The security code is {cvv}."),
    ),
    "pin": Item(
        ("Please tell me your telephone PIN.", "Can I have the PIN for phone banking?", "What is the four digit PIN?"),
        ("My PIN is {pin}.", "{pin}.", "I think it's {pin}.", "The PIN is {pin}."),
    ),
    "maiden": Item(
        ("What is your mother's maiden name?", "For the security question, what is your mother's maiden name?"),
        ("It's {maiden}.", "My mother's maiden name is {maiden}.", "{maiden}."),
    ),
    "pet": Item(
        ("What was the name of your first pet?", "Your security question is the name of your first pet."),
        ("His name was {pet}.", "{pet}.", "My first pet was {pet}."),
    ),
    "school": Item(
        ("Which elementary school did you go to?", "What is the name of your first school?"),
        ("I went to {school}.", "{school}.", "It was {school}."),
    ),
    "password": Item(
        ("Do you have a verbal password on the account?", "What is the password that you set up?"),
        ("The password is {password}.", "Yes, it's {password}.", "It should be {password}."),
    ),
    "plate": Item(
        ("What is the license plate of the car?", "Can I have the plate number of your vehicle?"),
        ("The plate is {plate}.", "It's {plate}.", "The license plate number is {plate}."),
    ),
    "age": Item(
        ("And may I ask how old you are?", "How old is the driver?"),
        ("I am {age}.", "I am {age} years old.", "I just turned {age}."),
    ),
}
