from __future__ import annotations

import pytest

from pca_pipeline.call import Direction
from pca_pipeline.ctr.genesys_identity import known
from pca_pipeline.ctr.personal import is_name
from tests.ctr.genesys_records import conversation, customer, ivr


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("June Oakley", True),
        ("OAKLEY,JUNE", True),
        ("Oakley, June M.", True),
        ("O'Brien-Smith, Zoë", True),
        ("María", True),
        ("Minneapolis MN", False),
        ("ST PAUL MN", False),
        ("TORONTO ON", False),
        ("JIAN LI", True),
        ("NGUYEN HO", True),
        ("LI ON", True),
        ("KIM D OH", True),
        ("YO-YO MA", True),
        ("SUSAN LA", True),
        ("JONES AL", True),
        ("NGUYEN KY", True),
        ("HENRY VI", True),
        ("LEVI OR", True),
        ("KIM OK", True),
        ("VANG ME", True),
        ("SATO HI", True),
        ("BRANDT MO", True),
        ("PARK MI", True),
        ("JOSE CO", True),
        ("Maria DE", True),
        ("LIEN IN", True),
        ("DR PATEL MD", True),
        ("ANNA PA", True),
        ("Jose\u0301 Garci\u0301a", True),
        ("राजेश कुमार", True),
        ("García López, María José de la Cruz", True),
        ("Anonymous", False),
        ("WIRELESS CALLER", False),
        ("+16125550123", False),
        ("tel:+16125550123", False),
        ("Line 4", False),
        ("", False),
    ],
)
def test_caller_id_is_a_name_a_place_or_a_placeholder(value: str, expected: bool) -> None:
    """Only names are searched for in the words."""
    assert is_name(value) is expected


@pytest.mark.parametrize(
    ("fields", "direction", "expected"),
    [
        ({}, Direction.INBOUND, ("+16125550123",)),
        ({"session_ani": "sip:+16125550123@host;x=y"}, Direction.INBOUND, ("+16125550123",)),
        ({"session_ani": "anonymous"}, Direction.INBOUND, ()),
        ({"session_direction": "outbound", "session_dnis": "+1303555"}, Direction.OUTBOUND, ("+1303555",)),
        ({"session_callbackNumbers": ["+1303555", 5]}, Direction.INBOUND, ("+16125550123", "+1303555")),
    ],
)  # fmt: skip
def test_the_customers_number_is_known(
    fields: dict[str, object], direction: Direction, expected: tuple[str, ...]
) -> None:
    """The caller's number, the number called, and the number to call back."""
    found = known(conversation(customer(0, 30, **fields)), direction)
    assert found.numbers == expected
    assert found.customer == (expected[0] if expected else None)


def test_a_customer_without_a_number_is_the_contact() -> None:
    """If the number is withheld, the external contact's id identifies the caller; a number is better."""
    for ani, expected in (("anonymous", "contact-1"), ("tel:+16125550123", "+16125550123")):
        party = customer(0, 30, session_ani=ani) | {"externalContactId": "contact-1"}
        assert known(conversation(party), Direction.INBOUND).customer == expected


def test_attributes_give_names_and_numbers() -> None:
    """Any participant's attributes; counters, moments, ids and other fields are left out."""
    flow = ivr(0, 10)
    flow["attributes"] = {
        "CallerName": "June Oakley",
        "Member First Name": "June",
        "MemberId": "W7781234",
        "DateOfBirth": "1980-03-12",
        "SSN4": "4471",
        "QueueName": "Billing Support",
        "Language": "English",
        "MenuChoice": "2",
        "StartedAt": "2026-03-02T14:30:00.000Z",
        "Flow": "0b6f9a52-8f43-4b5c-9a6e-3f9d5a3c1e77",
        "Count": 7,
    }
    found = known(conversation(flow), Direction.INBOUND)
    assert found.names == ("June Oakley", "June")
    assert found.numbers == ("W7781234", "1980-03-12", "4471")
