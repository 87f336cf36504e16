"""Word lists that personas and line templates draw from. All people and companies are made up."""

from __future__ import annotations

COMPANIES = (
    "Acme Insurance", "Northwind Bank", "Contoso Financial", "Harbor Mutual", "Evergreen Mutual", "Blue River Telecom",
    "Summit Health", "Lakeside Credit Union", "Pioneer Retirement", "Silver Oak Energy", "Redwood Travel",
    "Cascade Wireless", "Golden State Water", "Liberty Home Loans", "Maple Leaf Airlines", "Beacon Life",
)  # fmt: skip
DEPARTMENTS = (
    "billing", "claims", "technical support", "sales", "retirement services", "customer care", "fraud prevention",
    "cancellations", "payments", "mortgage services", "account services", "collections", "customer relations",
    "card services", "online banking", "new accounts", "repairs", "reservations", "member services", "disputes",
)  # fmt: skip
PRODUCTS = (
    "checking account", "savings account", "credit card", "debit card", "life insurance policy", "retirement plan",
    "home loan", "auto policy", "mobile plan", "annuity", "brokerage account", "health plan", "dental plan",
    "internet service", "renters policy", "car loan", "401k", "IRA", "gift card", "travel insurance", "phone line",
    "home equity line", "pension", "warranty", "business account", "homeowners policy", "router", "cable box",
)  # fmt: skip
ISSUES = (
    "a charge I do not recognize", "my last statement", "a claim I filed last week", "resetting my password",
    "a refund that never arrived", "my monthly payment", "changing my address", "canceling my policy",
    "the late fee on my account", "a missing delivery", "my retirement account", "adding my wife to the policy",
    "an error on the website", "my internet connection", "the rollover form", "my loan application", "a lost card",
    "the mobile app", "my beneficiary", "an increase in my premium", "a double charge", "a stolen wallet",
    "my electric bill", "a broken windshield", "water damage in my kitchen", "a car accident", "my flight tomorrow",
    "a letter I received", "my deductible", "a denied claim", "a payment that did not go through", "my escrow",
    "the interest rate on my loan", "a check that bounced", "my prescription", "a hospital bill", "my contract",
    "upgrading my phone", "a power outage", "my voicemail", "a wire transfer", "the balance on my card",
)  # fmt: skip
RELATIONS = (
    "wife", "husband", "son", "daughter", "mother", "father", "brother", "sister", "partner", "aunt", "uncle",
    "neighbor", "friend", "grandmother", "grandfather", "cousin", "roommate", "boss",
)  # fmt: skip
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
CITIES = (
    "Albany, New York", "Albuquerque, New Mexico", "Anaheim, California", "Arlington, Texas", "Atlanta, Georgia",
    "Aurora, Colorado", "Austin, Texas", "Bakersfield, California", "Baltimore, Maryland", "Baton Rouge, Louisiana",
    "Birmingham, Alabama", "Boise, Idaho", "Boston, Massachusetts", "Buffalo, New York", "Charleston, South Carolina",
    "Charlotte, North Carolina", "Chicago, Illinois", "Cincinnati, Ohio", "Cleveland, Ohio", "Columbus, Ohio",
    "Dallas, Texas", "Dayton, Ohio", "Denver, Colorado", "Des Moines, Iowa", "Detroit, Michigan",
    "Durham, North Carolina", "El Paso, Texas", "Eugene, Oregon", "Fargo, North Dakota", "Fresno, California",
    "Grand Rapids, Michigan", "Greensboro, North Carolina", "Hartford, Connecticut", "Honolulu, Hawaii",
    "Houston, Texas", "Indianapolis, Indiana", "Irvine, California", "Jacksonville, Florida", "Kansas City, Missouri",
    "Knoxville, Tennessee", "Las Vegas, Nevada", "Lexington, Kentucky", "Lincoln, Nebraska", "Little Rock, Arkansas",
    "Long Beach, California", "Los Angeles, California", "Louisville, Kentucky", "Madison, Wisconsin",
    "Memphis, Tennessee", "Mesa, Arizona", "Miami, Florida", "Milwaukee, Wisconsin", "Minneapolis, Minnesota",
    "Mobile, Alabama", "Nashville, Tennessee", "Newark, New Jersey", "New Orleans, Louisiana", "Norfolk, Virginia",
    "Oakland, California", "Oklahoma City, Oklahoma", "Omaha, Nebraska", "Orlando, Florida",
    "Philadelphia, Pennsylvania", "Phoenix, Arizona", "Pittsburgh, Pennsylvania", "Portland, Oregon",
    "Providence, Rhode Island", "Raleigh, North Carolina", "Reno, Nevada", "Richmond, Virginia", "Riverside, California",
    "Rochester, New York", "Sacramento, California", "Salem, Oregon", "Salt Lake City, Utah", "San Antonio, Texas",
    "San Diego, California", "San Jose, California", "Savannah, Georgia", "Scottsdale, Arizona", "Seattle, Washington",
    "Spokane, Washington", "Springfield, Missouri", "Stockton, California", "Syracuse, New York", "Tacoma, Washington",
    "Tampa, Florida", "Toledo, Ohio", "Topeka, Kansas", "Tucson, Arizona", "Tulsa, Oklahoma", "Wichita, Kansas",
    "Wilmington, Delaware", "Worcester, Massachusetts", "Burlington, Vermont", "Augusta, Maine", "Jackson, Mississippi",
    "Billings, Montana", "Cheyenne, Wyoming", "Anchorage, Alaska", "Sioux Falls, South Dakota",
    "Manchester, New Hampshire", "Charleston, West Virginia",
)  # fmt: skip
STREETS = (
    "Main", "Oak", "Maple", "Pine", "Cedar", "Elm", "Washington", "Lake", "Hill", "Park", "Walnut", "Spring", "North",
    "Ridge", "Church", "Willow", "Mill", "Sunset", "Railroad", "Jefferson", "River", "Highland", "Forest", "Jackson",
    "Chestnut", "Meadow", "Franklin", "Lincoln", "Cherry", "Dogwood", "Hickory", "Valley", "Green", "Birch",
    "Madison", "Locust", "Magnolia", "Broadway", "Bridge", "Liberty", "Canyon", "Prairie", "Harbor", "College",
    "Juniper", "Poplar", "Orchard", "Clinton", "Monroe", "Grove", "Laurel", "Rosewood", "Fairview", "Garden",
)  # fmt: skip
STREET_KINDS = ("Street", "Avenue", "Road", "Drive", "Lane", "Court", "Boulevard", "Place", "Way", "Circle")
PETS = (
    "Bella", "Max", "Charlie", "Luna", "Rocky", "Daisy", "Buddy", "Molly", "Cooper", "Sadie", "Duke", "Ginger", "Bear",
    "Lucky", "Princess", "Shadow", "Oreo", "Pepper", "Biscuit", "Whiskers", "Tiger", "Smokey", "Rusty", "Coco",
)  # fmt: skip
SCHOOLS = (
    "Lincoln Elementary", "Roosevelt High", "Washington Middle School", "Jefferson Elementary", "Oakwood High",
    "Saint Mary's", "Franklin Academy", "Riverside High", "Kennedy Elementary", "Central High School",
    "Maple Grove Elementary", "Westview High", "Hillcrest Middle School", "Madison Elementary", "Northside High",
)  # fmt: skip
MAIL_HOSTS = ("gmail", "yahoo", "hotmail", "outlook", "icloud", "aol", "comcast", "verizon")
PASSWORD_WORDS = (
    "bluebird", "sunshine", "mustang", "orange", "dragon", "summer", "football", "cookie", "purple", "guitar",
    "winter", "banana", "pepper", "monkey", "silver", "thunder", "rainbow", "coffee", "tiger", "baseball",
)  # fmt: skip
