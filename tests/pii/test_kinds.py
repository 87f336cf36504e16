"""Which kind of number it is: the word that names the kind decides between those that fit by form."""

from __future__ import annotations

from collections.abc import Callable

import pytest

Found = Callable[..., list[tuple[str, str]]]
A, C = "agent", "customer"

KINDS = [
    # telephone numbers
    ("", "tel 01225 460123", "PHONE_NUMBER", "01225 460123"),
    ("", "Tel: 020 7946 0958, ask for the night desk", "PHONE_NUMBER", "020 7946 0958"),
    ("", "Regards, Mrs. Adaeze Bell (07911 123456)", "PHONE_NUMBER", "07911 123456"),
    ("", "mob 07700 900982 anytime after 6", "PHONE_NUMBER", "07700 900982"),
    ("", "my tel is oh one two two five four six oh one two three", "PHONE_NUMBER", "oh one two two five four six oh one two three"),
    ("Your National Insurance number?", "QQ 12 34 56 C and my mobile's 07911 123456", "PHONE_NUMBER", "07911 123456"),
    ("And the account number?", "12345678, and my tel is 0113 496 0999", "PHONE_NUMBER", "0113 496 0999"),
    # devices
    ("", "my imei is 356938035643809", "DEVICE_ID", "356938035643809"),
    ("Could you read me the IMEI?", "35 693803 564380 9", "DEVICE_ID", "35 693803 564380 9"),
    ("whats the imei", "three five six nine three eight oh three five six four three eight oh nine", "DEVICE_ID",
     "three five six nine three eight oh three five six four three eight oh nine"),
    ("", "IMEI 490154203237518 and its blocked", "DEVICE_ID", "490154203237518"),
    # plates
    ("What's the plate?", "AB12 CDE", "LICENSE_PLATE", "AB12 CDE"),
    ("", "number plate KX19 ZTR, blue Corsa", "LICENSE_PLATE", "KX19 ZTR"),
    ("licence plate please", "seven x k j four oh two", "LICENSE_PLATE", "seven x k j four oh two"),
    ("", "the van's plate is MT71 OKE", "LICENSE_PLATE", "MT71 OKE"),
    # one-time codes
    ("I've texted you a code.", "code is 559210", "PASSWORD", "559210"),
    ("", "code is 559210", "PASSWORD", "559210"),
    ("I sent a one-time passcode to your phone.", "its 804219", "PASSWORD", "804219"),
    ("We've sent a code to your mobile number.", "okay the code says eight oh four two one nine", "PASSWORD", "eight oh four two one nine"),
    # orders, and no word beside the number
    ("", "Subject: RE: Order #88213", "ACCOUNT_NUMBER", "88213"),
    ("", "FW: Invoice 7740182", "ACCOUNT_NUMBER", "7740182"),
    ("", "sort code 20-45-77 acc 63918204", "ACCOUNT_NUMBER", "63918204"),
    ("", "sort code 20-45-77 acc 63918204", "ROUTING_NUMBER", "20-45-77"),
    ("", "Your PUK is 40881267", "PIN", "40881267"),
    ("", "Phone no: 01632 960 177", "PHONE_NUMBER", "01632 960 177"),
    ("", "Kind regards, Tobias Hale (020 7946 0321)", "PHONE_NUMBER", "020 7946 0321"),
    ("Your policy number?", "cant find it. tel no 0141 496 0244", "PHONE_NUMBER", "0141 496 0244"),
    ("", "you can get me on oh seven seven double oh nine hundred one one four", "PHONE_NUMBER", "oh seven seven double oh nine hundred one one four"),
    ("And the IMEI number of the handset?", "Sure. 353918052107063.", "DEVICE_ID", "353918052107063"),
    ("", "IMEI: 86 473602 118839 4", "DEVICE_ID", "86 473602 118839 4"),
    ("", "the imei it gives me is eight six four seven three six oh two one one eight eight three nine four", "DEVICE_ID",
     "eight six four seven three six oh two one one eight eight three nine four"),
    ("Registration plate?", "LB68 WNX", "LICENSE_PLATE", "LB68 WNX"),
    ("", "my licence plate is 4HZR118", "LICENSE_PLATE", "4HZR118"),
    ("can i take the plate", "lima bravo six eight w n x", "LICENSE_PLATE", "lima bravo six eight w n x"),
    ("I just sent a code to the number ending 14.", "code's 330917", "PASSWORD", "330917"),
    ("Please read me the code we texted.", "three three oh nine one seven", "PASSWORD", "three three oh nine one seven"),
    ("", "the code was 771045 but it timed out", "PASSWORD", "771045"),
    ("", "Re: Ticket #40912", "ACCOUNT_NUMBER", "40912"),
    ("", "acct 55018823 sort code 04-00-04", "ACCOUNT_NUMBER", "55018823"),
]  # fmt: skip
NO_CODES = ["the area code is 0161", "the error code is 4012", "the discount code is 2026", "the dialling code is 0044",
            "my tax code is 1257L"]  # fmt: skip


def same(one: str, other: str) -> bool:
    """The same words, whatever marks stand at the end."""
    return one.strip(".,") == other.strip(".,")


@pytest.mark.parametrize(("question", "text", "entity", "value"), KINDS)
def test_the_word_that_names_it_decides(
    found_as_shipped: Found, question: str, text: str, entity: str, value: str
) -> None:
    """The value and nothing else, as its kind."""
    found = found_as_shipped([(A, question or "Okay."), (C, text)])
    assert any(kind == entity and same(said, value) for kind, said in found), found


@pytest.mark.parametrize("text", NO_CODES)
def test_codes_that_are_nobodys(found_as_shipped: Found, text: str) -> None:
    """A code of places, errors and offers is no password."""
    assert "PASSWORD" not in [kind for kind, _ in found_as_shipped([(A, "Okay."), (C, text)])]
