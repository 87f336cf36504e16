"""How numbers and names are written on the pages."""

from __future__ import annotations

from datetime import datetime

from pca_pipeline.web.marks import excerpt

NOTHING = "–"  # for unknown values
STRONG = 0.3  # a weaker sentiment has no colour; segments are labelled from here on
UNHAPPY = -0.4  # a call whose customer has less; as in `pca ask calls-to-review`


def clock(seconds: float | None) -> str:
    """Seconds as a player shows them: 1:05, 1:01:05."""
    if seconds is None:
        return NOTHING
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def moment(when: datetime | None) -> str:
    """A moment, UTC: 2 Mar 2026, 09:05."""
    return f"{when.day} {when:%b %Y, %H:%M}" if when else NOTHING


def signed(score: float | None) -> str:
    """A sentiment with its sign: +0.42, −0.10, 0.00."""
    if score is None:
        return NOTHING
    return "0.00" if round(score, 2) == 0 else f"{score:+.2f}".replace("-", "\N{MINUS SIGN}")


def number(value: float | None, unit: str = "") -> str:
    """A whole number with a unit."""
    return NOTHING if value is None else f"{value:,.0f}{unit}".replace("-", "\N{MINUS SIGN}")


def feeling(score: float | None) -> str:
    """The CSS class of a sentiment: positive, neutral, negative, or unknown."""
    if score is None:
        return "unknown"
    return "positive" if score >= STRONG else "negative" if score <= -STRONG else "neutral"


def trend(change: float | None) -> str:
    """An arrow for a sentiment that changed by 0.3 or more."""
    if change is None or abs(change) < STRONG:
        return ""
    return "\N{NORTH EAST ARROW}" if change > 0 else "\N{SOUTH EAST ARROW}"


def speaker(key: str, name: str | None = None) -> str:
    """A participant's name, else its key in words: agent_1 is Agent 1."""
    return name or key.replace("_", " ").capitalize()


def voice(key: str, role: str) -> str:
    """The CSS classes that colour a participant: its role, and one of four for agents."""
    if role != "agent":
        return role
    digits = key.rpartition("_")[2]
    return f"agent agent-{(int(digits) - 1) % 4 + 1}" if digits.isdecimal() else role


def page_numbers(page: int, last: int) -> list[int | None]:
    """Pages to link to: the first, the last and those near this one; None where some are left out."""
    near = sorted({1, last} | {number for number in range(page - 2, page + 3) if 1 <= number <= last})
    gaps = zip(near, [*near[1:], last], strict=True)
    return [one for number, after in gaps for one in (number, *[None] * (after > number + 1))]


FILTERS = (clock, moment, signed, number, feeling, trend, speaker, voice, excerpt)
