"""The one spelling of every country, language and certificate, and people who only look like one person."""

from __future__ import annotations

# The ratings that the MPAA gives; of films rated before they existed, the later rating where there is one.
CERTIFICATES = ("G", "PG", "PG-13", "R", "NC-17")

COUNTRIES = frozenset(
    {
        "Algeria", "Argentina", "Australia", "Austria", "Belgium", "Bolivia", "Bosnia and Herzegovina",
        "Botswana", "Brazil", "Bulgaria", "Canada", "Chile", "China", "Colombia", "Croatia", "Cuba",
        "Czech Republic", "Czechoslovakia", "Denmark", "East Germany", "Egypt", "Estonia", "Finland",
        "France", "Georgia", "Germany", "Greece", "Hong Kong", "Hungary", "Iceland", "India", "Indonesia",
        "Iran", "Ireland", "Israel", "Italy", "Jamaica", "Japan", "Jordan", "Kazakhstan", "Kenya",
        "Lebanon", "Liechtenstein", "Luxembourg", "Macedonia", "Malaysia", "Malta", "Mexico", "Monaco",
        "Morocco", "Namibia", "Netherlands", "New Zealand", "Norway", "Pakistan", "Palestine", "Panama",
        "Peru", "Philippines", "Poland", "Portugal", "Puerto Rico", "Qatar", "Romania", "Russia",
        "Saudi Arabia", "Senegal", "Serbia", "Singapore", "Slovakia", "Slovenia", "South Africa",
        "South Korea", "Soviet Union", "Spain", "Sweden", "Switzerland", "Taiwan", "Thailand", "Tunisia",
        "Turkey", "Ukraine", "United Arab Emirates", "United Kingdom", "United States", "Uruguay",
        "Venezuela", "Vietnam", "West Germany", "Yugoslavia",
    }
)  # fmt: skip

LANGUAGES = frozenset(
    {
        "Arabic", "Aramaic", "Bosnian", "Cantonese", "Czech", "Danish", "Dutch", "English", "Estonian",
        "Farsi", "Finnish", "French", "German", "Greek", "Hebrew", "Hindi", "Hungarian", "Icelandic",
        "Indonesian", "Italian", "Japanese", "Korean", "Mandarin", "Mayan", "Norwegian", "Persian",
        "Polish", "Portuguese", "Romanian", "Russian", "Serbian", "Serbo-Croatian", "Silent", "Spanish",
        "Swedish", "Thai", "Tibetan", "Turkish", "Ukrainian", "Vietnamese", "Yiddish",
    }
)  # fmt: skip

# Other writers' names for the same: what a comparison takes as agreement.
SAME_COUNTRY = {
    "usa": "United States", "us": "United States", "united states of america": "United States",
    "uk": "United Kingdom", "great britain": "United Kingdom", "england": "United Kingdom",
    "west germany": "Germany", "east germany": "Germany", "soviet union": "Russia", "ussr": "Russia",
    "czechoslovakia": "Czech Republic", "czechia": "Czech Republic", "republic of korea": "South Korea",
    "korea": "South Korea",
}  # fmt: skip
SAME_LANGUAGE = {"mandarin": "Chinese", "cantonese": "Chinese", "farsi": "Persian"}

# Pairs whose names differ in a letter or an initial, and who are two people.
DISTINCT_PEOPLE: frozenset[frozenset[str]] = frozenset(
    frozenset(pair)
    for pair in (
        ("Barry Miller", "Larry Miller"),
        ("Bill Erwin", "Bill Irwin"),
        ("David Keith", "Keith David"),
        ("Gary Goldman", "Gary Oldman"),
        ("J. Lee Thompson", "Lea Thompson"),
        ("Joan Cusack", "John Cusack"),
        ("John Payne", "John Wayne"),
        ("Kevin Macdonald", "Kevin McDonald"),
        ("Peter Hewitt", "Peter Howitt"),
        ("Roger B. Smith", "Roger Smith"),
        ("Rory Kinnear", "Roy Kinnear"),
    )
)
