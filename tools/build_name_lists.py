"""Build the word lists of `pca_pipeline/pii/words/data`.

From Faker's names of people, Debian's dictionaries, the towns that `phonenumbers` knows behind area codes, and the cities
of the time zones. Run by hand when the lists are to change, with the extra `samples` installed:
`apt install wamerican-small wbritish-small wamerican wbritish wamerican-huge wbritish-huge wamerican-large wbritish-large;
python tools/build_name_lists.py`. Everything is lower-case ASCII, one entry a line, sorted.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
import unicodedata
import zoneinfo
from collections.abc import Iterable
from pathlib import Path

from phonenumbers import geodata
from wordfreq import zipf_frequency

DATA = Path(__file__).parents[1] / "pca_pipeline" / "pii" / "data"
DICTIONARIES = Path("/usr/share/dict")
COMMON = ("american-english-small",)
RARER = ("british-english-small", "american-english", "british-english")  # words that are nobody's name
RAREST = ("american-english-large", "british-english-large")  # those of them that are said now and then
EVERYTHING = ("american-english-huge", "british-english-huge")  # tell what is written with a capital, too
SAID_NOW_AND_THEN = 2.3  # Zipf frequency: once in five million words
FIRST_NAME_LOCALES = (
    "en_US", "en", "en_GB", "en_IN", "en_NG", "es_ES", "es_MX", "fr_FR", "it_IT", "pl_PL", "pt_BR",
)  # fmt: skip
SURNAME_LOCALES = ("en_US", "en", "en_GB", "en_IN", "en_NG", "es_ES", "es_MX", "fr_FR", "de_DE", "pt_BR")
TOWNS_OF = ("1", "44")  # country codes: United States and Canada, United Kingdom
# Surnames frequent in the United States whose Faker lists are in other scripts.
MORE_SURNAMES = """
    bui cai cao chan chang chao chau chen cheng cheung chiang chin chiu cho choi chong chou chow chu chung dang
    deng dinh doan dong duong fong gao guo han hoang hsu huang huynh hwang jang jiang jung kang kim kwan kwon lai
    lam lau leung liang liao lim lin liu luong mai ngo nguyen oh pham phan quach shen shin song suh sun tan tang
    tran trinh truong tsai vang wang wei wong wu xie xiong xu yang yee yeh yoon yu yuan zhang zhao zheng zhou zhu
    abbasi ahmed akhtar ali ansari aziz bhatt chaudhry desai goldberg goldstein hassan hussain ibrahim iqbal
    karimi khan kozlov malik mehta mohamed nakamura novak okafor osman petrov popov qureshi reddy saito sato
    shapiro sharif sokolov suzuki syed tanaka volkov watanabe weinstein yamamoto zaman
"""
# Short forms and names that a dictionary also lists as words, though people mean the name.
MORE_FIRST_NAMES = """
    abby al andy annie barb becky ben bernie beth betty bob bobby brad cathy charlie chris chuck cindy connie dan
    danny dave debbie deb don donna doug ed eddie fred gary gene greg hank harry jack jackie jake jan jeff jen
    jenny jerry jess jill jim jimmy joan joe joey john johnny jon josh judy karen kate kathy katie ken kenny
    kevin kim kris larry liz lou lucy maggie marge margie matt meg mike mitch molly nancy nate ned nell nick
    nikki pam patty peggy pete peter phil polly ralph randy ray rebecca rick ricky rob robbie roger ron ronnie
    rosie roy russ ruth sally sam sandy scott sean sid stan steve sue susie tammy ted teddy terri terry tim timmy
    tina toby todd tom tommy tony tracy tricia trish val vicky vince walt wendy zach zoe
"""
# Words of today's calls that the dictionary does not hold.
MORE_WORDS = """
    app apps autopay autorenew backorder blog broadband cellphone chatbot chargeback checkbook coinsurance copay copays
    copayment covid cyber deductible direct download downloads email emailed emailing emails escrow ewallet fax faxed
    firewall iban gigabyte gigabytes google googled hotspot hotspots inbox internet login logins mailbox malware megabyte
    modem modems namesake offline online outage outages overdraft overdrafts paperless paypal payoff payout podcast
    prepaid preauthorization prorated refinance refinanced refinancing rebooked rebooking reimbursement resend router
    routers screenshot signup smartphone spam spreadsheet streaming tax texted texting unsubscribe update updates upload
    uploaded username vaccine voicemail voicemails voucher webpage website websites wifi wireless workaround
    yeah yep yup nope gonna wanna gotta kinda sorta dunno uh um hmm mhm huh okay ok hi hey bye goodbye ahh aha oops
    ma'am maam sir mom dad grandma grandpa kiddo anymore alright someplace vs etc dr mr mrs ms st ave blvd apt acct
    pls plz ur thx thru tho hrs hr mins min approx asap lol omg btw idk lmk dont didnt doesnt cant wont isnt wasnt arent
    werent couldnt wouldnt shouldnt havent hasnt hadnt aint im ive ill youre youve youll thats whats theyre theres lets
    y'all yall ya nah whatcha lemme gimme coulda shoulda woulda cuz cos callback callbacks anytime infant testamentary
    hola bonjour merci gracias danke ciao euro euros gig gigs meg megs nana granny gran grandad
    nan nanna mam mammy dada auntie aunty lassie bloke fella hun luv darl darling bro mate tradie sparky postie
    telly brolly arvo smoko servo ute rego chook bikkie biccy cuppa loo tenner fiver wellies giro chequebook
    crikey blimey innit righto cheerio alrighty gday itll thatll wouldve couldve shouldve mustve theyd weve theyve whos
    doin goin nothin somethin lookin callin tryna imma mmm ooh aww lecky contactless varifocal varifocals freepost
    breadmaker motorhome satnav dashcam keyfob sortcode suv esim ethernet airfryer strimmer doorbell
    labrador staffie cockapoo labradoodle chihuahua ragdoll spaniel wormer cattery groomer reinspect reinspection
"""
NOT_WORDS = set(
    """
    andy annie barb becky ben bernie beth betty bob bobby brad cathy charlie chris connie dan dave don donna doug
    ed fred gary greg hank harry jackie jake jeff jenny jerry jill jim jimmy joan joe john johnny jon josh judy
    karen kate kathy ken kevin kim larry liz lucy maggie matt mike molly nancy nell nick pam peggy pete peter
    phil polly ralph randy rick rob roger ron roy russ ruth sally sam scott sean sid stan steve susie ted teddy
    tim toby todd tom tommy tony val wendy zach dolly lily daisy carol laurel millicent angela valentine heather
    holly audrey jasmine
    """.split()
)


def ascii_words(names: Iterable[str], first_only: bool) -> set[str]:
    """Lower-case ASCII words of names; of several words the first, or those of three letters and more."""
    found: set[str] = set()
    for name in names:
        plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
        parts = re.findall(r"[a-z]{2,}", plain.replace("'", ""))
        found.update(parts[:1] if first_only else [part for part in parts if len(part) > 2])
    return found


def dictionary(names: Iterable[str], entry: str = "[a-z]{2,}") -> set[str]:
    """The entries of lists of words that look like `entry`: those in small letters."""
    texts = ((DICTIONARIES / name).read_text(encoding="utf-8") for name in names)
    return {word for text in texts for word in re.findall(rf"^{entry}$", text, flags=re.MULTILINE)}


def words_of_talk() -> set[str]:
    """Words of the largest lists that people say now and then, and that are never written with a capital."""
    capitalised = {word.lower() for word in dictionary(EVERYTHING, "[A-Z][a-z]+")}
    rarest = dictionary(RAREST, "[a-z]{4,}") - capitalised
    return {word for word in rarest if zipf_frequency(word, "en") >= SAID_NOW_AND_THEN}


def names_of(locales: Iterable[str], attribute: str) -> list[str]:
    """All names of an attribute of Faker's person providers."""
    providers = (importlib.import_module(f"faker.providers.person.{locale}").Provider for locale in locales)
    return [str(name) for provider in providers for name in getattr(provider, attribute, ())]


def town_names() -> Iterable[str]:
    """Names of towns of up to three words, without their state, and of the world's cities that time zones are named for."""
    for zone in zoneinfo.available_timezones():
        city = zone.rpartition("/")[2].replace("_", " ").lower()
        if "/" in zone and re.fullmatch(r"[a-z]{3,}(?: [a-z]+){0,2}", city):
            yield city
    for module in pkgutil.iter_modules(geodata.__path__):
        data = getattr(importlib.import_module(f"{geodata.__name__}.{module.name}"), "data", {})
        for prefix, names in data.items():
            town = names.get("en", "").split(",")[0].strip()
            if prefix.startswith(TOWNS_OF) and re.fullmatch(r"[A-Z][a-z']+(?: [A-Z][a-z']+){0,2}", town):
                yield town.lower()


def write(name: str, words: Iterable[str]) -> None:
    """Write one list."""
    lines = sorted(set(words))
    (DATA / name).write_text("\n".join(lines) + "\n", encoding="ascii")
    print(f"{name}: {len(lines)}")


def main() -> None:
    """Write the four lists."""
    first = ascii_words(names_of(FIRST_NAME_LOCALES, "first_names"), first_only=True)
    first = {name for name in first if len(name) > 2} | set(MORE_FIRST_NAMES.split())
    last = ascii_words(names_of(SURNAME_LOCALES, "last_names"), False) | set(MORE_SURNAMES.split())
    towns = set(town_names())
    rarer = dictionary(RARER) | words_of_talk()
    words = (dictionary(COMMON) | rarer - first - last - towns) - NOT_WORDS
    write("words.txt", words | set(re.findall(r"[a-z']{2,}", MORE_WORDS)))
    write("first_names.txt", first)
    write("surnames.txt", last)
    write("towns.txt", towns)


if __name__ == "__main__":
    main()
