"""People and places in the conversations of `benchmarks.redaction`: names from many cultures, towns, chosen words."""

from __future__ import annotations

from random import Random

_FIRST = """Katarzyna Oluwaseun Priya Marcus Xiuying Fatima Diego Aoife Dmitri Latoya Hiroshi Anneliese Tariq Consuelo Gareth
    Mbali Soren Yesenia Rajesh Bronwyn Thanh Ibrahim Clementine Jorge Svetlana Tremaine Noor Eilidh Pascal Ngozi Ramona Viktor
    Shanice Arjun Margarethe Luis Mei Callum Zainab Wendell Ioana Kofi Beatrice Hassan Rosalinda Finn Anjali Cedric Leilani
    Stanislav Deborah Emeka Giulia Howard Nadia Terrence Saoirse Kenji Paulette Omar Ludmila Javier Harriet Suresh Tamika Piotr
    Marisol Desmond Aylin Gwen Rohan Chantal Bartholomew Lakshmi Esteban Imogen Kwabena Florian Rita Jerome Miriam Hamza Colette
    Sanjay Edith Malik Renata Torsten Denise Chidi Lorenzo Hana Mildred Vikram Yvette Duncan Amara Roberto Elspeth Nikolai Joyce
    Grace Will Mark Dawn Faith Bill Rose Chase Summer Rich Sandy Robin Drew Iris Art Hope Jasmine Pat Dean Olive""".split()
_LAST = """Wisniewski Adeyemi Ramaswamy Thornton Zhang Haddad Gutierrez Gallagher Volkov Jefferson Tanaka Baumgartner Siddiqui
    Villalobos Pritchard Dlamini Andersen Quintero Chaudhary Llewellyn Pham Farouk Beaumont Salazar Kuznetsova Washington Rahman
    McLeod Lefebvre Eze Popescu Novak Robinson Banerjee Vogel Mendoza Liu Sutherland Abdi Kessler Ionescu Mensah Thibodeau Mahmoud
    Escobar Lindgren Deshpande Whitaker Kahananui Horvat Goldberg Onyeka Ricci Barrows Karimi Pettigrew OConnell Watanabe Duval
    Said Petrova Castro Ashworth Iyer Broadnax Zielinski Ortega Fairweather Yilmaz Hughes Kapoor Delgado Stubbs Reddy Cordero
    Cartwright Asante Brandt Silverman Coleman Rosenthal Sheikh Girard Patel Hargreaves Jamal Kovacs Nyberg Jenkins Okafor Moretti
    Sato Crabtree Menon Fontaine Douglas Nwosu Benitez MacDonald Sokolov Parsons Young Stone Brown Price Rivers Bush Park Long
    Field Marsh Lane Wood Cook Knight Bishop Rice Moon Frost Best Small""".split()
_STREETS = (
    """Maple Grove|Kingsway|Orchard|Old Saddle|Vine|Harbour View|Pleasant Hill|Mulberry|Station|Queens|Riverbend|Chestnut
    Ridge|Lincoln|Wellington|Coyote Springs|Peachtree|Almond|Bellevue|Victoria|Meadowbrook|Sycamore|Saint Anne's|Fairview|High|
    Cherry Blossom|Eisenhower|Quarry|Foxglove|Mill Pond|Larkspur""".replace("\n    ", " ")
    .replace("| ", "|")
    .split("|")
)
_KINDS = ("Street", "Avenue", "Road", "Drive", "Lane", "Court", "Boulevard", "Close", "Crescent", "Way", "Terrace", "Place",
          "Circle", "Parkway", "Trail", "Gardens", "Mews")  # fmt: skip
_CITIES = (
    ("Tulsa", "Oklahoma"), ("Spokane", "Washington"), ("Toledo", "Ohio"), ("Baton Rouge", "Louisiana"), ("Santa Fe", "New Mexico"),
    ("Chattanooga", "Tennessee"), ("Des Moines", "Iowa"), ("Bakersfield", "California"), ("Fort Wayne", "Indiana"), ("Mesa", "Arizona"),
    ("Halifax", "Nova Scotia"), ("Mississauga", "Ontario"), ("Kelowna", "British Columbia"), ("Trenton", "New Jersey"), ("Bangor", "Maine"),
    ("Little Rock", "Arkansas"),
)  # fmt: skip
_PETS = ("Biscuit", "Sir Barks", "Mittens", "Tigger", "Luna", "Old Yeller", "Pepper", "Nugget", "Captain", "Marmalade")
_TOWNS = (
    "Leicester",
    "Savannah",
    "Guadalajara",
    "Cork",
    "Winnipeg",
    "Lahore",
    "Sheffield",
    "Tampa",
    "Krakow",
    "Bristol",
)
_CARS = (
    "Toyota Corolla",
    "Vauxhall Corsa",
    "Mustang",
    "red Beetle",
    "Chevy Nova",
    "Fiat Panda",
    "Camry",
    "Volvo",
    "Datsun",
    "Mini",
)
_PASSWORDS = (
    "purple elephant", "Lighthouse", "tomato soup", "Moonwalk77", "grandma's kitchen", "Sunflower", "blue moon rising", "dragonfly9",
    "Wimbledon", "peanut",
)  # fmt: skip
_USERS = (
    "skywalker",
    "bookworm",
    "trailrunner",
    "mamabear",
    "gardenguy",
    "bluejay",
    "nightowl",
    "coffeebean",
    "jetset",
    "rockhopper",
)


def full_name(rng: Random, half: int) -> tuple[str, str]:
    """A first name and a surname of one half of the lists."""
    return rng.choice(_FIRST[half::2]), rng.choice(_LAST[half::2])


def street(rng: Random, half: int) -> str:
    """A street's name and kind."""
    return f"{rng.choice(_STREETS[half::2])} {rng.choice(_KINDS)}"


def city(rng: Random, half: int) -> tuple[str, str]:
    """A town and its state or province."""
    return rng.choice(_CITIES[half::2])


def favourite(kind: str, rng: Random, half: int) -> str:
    """A word that people choose or remember: of a "pet", a "town", a "car", a "password" or a "username"."""
    lists = {"pet": _PETS, "town": _TOWNS, "car": _CARS, "password": _PASSWORDS, "username": _USERS}
    word = rng.choice(lists[kind][half::2])
    return word + str(rng.randrange(10, 100)) if kind == "username" and rng.random() < 0.6 else word
