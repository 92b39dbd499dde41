"""A reading of the student as preferences, retractions and, where needed, one question."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from msgspec.structs import replace

from agents.encoder import Encoder
from agents.linking import clarify
from agents.linking.acts import DOUBTFUL, SURE_MENTION, speaks
from agents.linking.ages import age_at
from agents.linking.bare_names import bare_name, maker
from agents.linking.bounds import Bound, is_hour, levels_in, link_bound, without_open_end
from agents.linking.claims import Claim, Said
from agents.linking.empty_words import EMPTY_WORDS, is_company
from agents.linking.field_names import field_named
from agents.linking.found import Found
from agents.linking.joining import titles_apart
from agents.linking.judge import Judge, Linked
from agents.linking.judged_titles import is_praise, judged_titles
from agents.linking.mended import mended
from agents.linking.operators import spoken_operator
from agents.linking.positions import is_place, positions
from agents.linking.rejected import NOTHING
from agents.linking.sources import source_in
from agents.linking.values import EXACT_WORD, SURE_NAME, WRITTEN_OUT, Named, ValueLinker
from agents.linking.verdicts import COMPARING, is_final, is_verdict
from agents.student.decode import Marked, Reading
from agents.types import Retraction, Strength
from catalog.idle_words import IDLE_WORDS
from catalog.items import Catalog
from catalog.known_words import Span, touches
from catalog.vocabulary import EXACT

# How like a value a mistyped word is at least, to speak for it.
SURE_SPELLING = 0.9
_LIKE = re.compile(rf"\b(?:{COMPARING}|fan of)\s+(?:the\s+)?$", re.IGNORECASE)
# Punctuation and single letters say nothing.
_WORDY = re.compile(r"[^\W\d_]{2}|\d")
_POINTER = re.compile(r"^(?:that|this|it|those|these|them)(?: ones?)?$", re.IGNORECASE)
# There are films of these names ("It", "Them!", "Her"), but in small letters nobody means them.
_PRONOUN = re.compile(r"(?:that|this|it|those|these|them|her|him|us|one)(?: ones?)?")
_NEXT_WORD = re.compile(r"%?\s+(?:of\s+)?([^\W\d_]+)")
# Whose occasion it is says nothing of what is wanted for it: "for my sister's *wedding*".
_OWNER = re.compile(
    r"^(?:my|our)\s+(?:[^\W\d_]+['\u2019]s\s+)?|\s+(?:of|for)\s+(?:my|our)\s+[^\W\d_]+$", re.IGNORECASE
)
# What somebody has is not wished for: "a bag to go with *my boots*".
_GOES_WITH = re.compile(
    r"\b(?:go(?:es|ing)?|wear|worn|pair(?:ed)?|match(?:es|ing)?)\s+(?:well\s+)?(?:with\s+)?"
    r"((?:my|our|his|her|their)\s+(?:[^\W\d_]+['\u2019]s\s+)?)$",
    re.IGNORECASE,
)
# Between what is asked for and its occasion: "boots *for* hiking" are hiking boots.
_WHAT_FOR = re.compile(r"\s+for\s+(?:the\s+)?", re.IGNORECASE)
# What stands before an adjective.
_ANYTHING = re.compile(rf"\b(?:(?:some|any|every)thing|{NOTHING}|too|so|very)\s+(?:too\s+)?$", re.IGNORECASE)
_FOR = re.compile(r"\bfor\s+$", re.IGNORECASE)


class Linker:
    """Links readings to one catalogue.

    Parameters
    ----------
    scale, shift
        The calibration of confidences (`agents.student.decode.calibrated`).
    """

    def __init__(self, catalog: Catalog, encoder: Encoder, scale: float, shift: float) -> None:
        self.catalog = catalog
        self.values = ValueLinker(catalog, encoder)
        self._judge = Judge(catalog, self.values)
        self._calibration = (scale, shift)

    def link(
        self, reading: Reading, shown_item_ids: Sequence[str], now: datetime, known: Sequence[Span] = ()
    ) -> Linked:
        """Return what a reading means in this catalogue, said over the feed `shown_item_ids`.

        `known` is where the text has words for categories (`ValueLinker.known`).
        """
        name = bare_name(reading, self.values, self.catalog.terms) or maker(reading, self.values)
        if name is not None:
            reading = replace(reading, mentions=(name,), act="refine", acts=("refine",), clarity="clear")
        said = Said.of(reading, shown_item_ids, now, self._calibration, known)
        found = Found()
        if speaks(reading):
            taken_back = reading.act == "retract" and "refine" not in reading.acts
            # "Horror is okay again" takes back even where the span alone was not read so.
            back = taken_back and not any(m.retracted for m in reading.mentions)
            for mention in mended(reading.mentions, reading.text, known, self.values):
                # "Cartoons may stay, but the fantasy must go" takes back and rejects.
                gone = mention.polarity == "negative" and mention.probability >= SURE_MENTION
                self._mention(replace(mention, retracted=True) if back and not gone else mention, said, found)
        elif reading.act == "none":
            # "Nah, the hangover was lame" is no small talk.
            for title in judged_titles((), reading.text, self.values):
                self._mention(title, said, found)
        return self._judge.judged(said, found)

    def _mention(self, mention: Marked, said: Said, found: Found) -> None:
        if mention.start < found.read_to or self._age(mention, said, found):
            return
        is_field = mention.retracted and self.values.vocabulary.fields_spelt(mention.text)
        match mention.kind:
            case kind if kind == "F" or is_field:
                self._field(mention, said, found)
            case "R":
                self._position(mention, said, found)
            case "V" | "A" if said.shown and is_place(mention.text):
                self._position(mention, said, found)
            case "B":
                self._bound(mention, said, found)
            case "T" if _PRONOUN.fullmatch(mention.text.strip()):
                # "Loved Amadeus. Something like it?" says the title again; alone it points at what is shown.
                if not any(m.kind == "T" and m is not mention for m in said.reading.mentions):
                    self._position(mention, said, found)
            case "T":
                if not self._title(mention, said, found):
                    self._value(mention, said, found)
            case _ if not _WORDY.search(mention.text):
                # One letter is a size where there are such.
                for level in levels_in(mention.text, self.values):
                    found.take(mention, Claim(level.field, "eq", level.value, level.score), said)
            case _:
                self._value(mention, said, found)

    def _age(self, mention: Marked, said: Said, found: Found) -> bool:
        """Take what is said of somebody's age as it was said; False where a mention is no part of that."""
        text = said.reading.text
        part = age_at(text, mention.start, mention.end, self.values.item_words)
        if part is None:
            return False
        if not any(p.span[1] > part[0] for p in found.preferences):
            found.take(mention, Claim("about", "like", text[slice(*part)], part=part, strength="soft"), said)
        return True

    def _field(self, mention: Marked, said: Said, found: Found) -> None:
        if EMPTY_WORDS.issuperset(mention.text.casefold().split()):
            return
        # "The G rating is no longer needed" takes back a value, whatever the field's name beside it.
        levels = levels_in(mention.text, self.values)
        name = "" if levels else field_named(mention.text, self.values)
        if name:
            found.take_back(Retraction(field=name), said)
            return
        named = levels or self.values.closed(mention.text)
        for value in named:
            found.take_back(Retraction(field=value.field, value=value.value), said)
        # "Relaxed about *dates*, any *decade* will do" says the same twice.
        others = (m for m in said.reading.mentions if m.kind == "F" and m is not mention)
        if not named and not any(field_named(m.text, self.values) for m in others):
            found.ask(self._judge.what_is_meant(said))

    def _position(self, mention: Marked, said: Said, found: Found) -> None:
        found.points = True
        shown = len(said.shown)
        places = positions(mention.text, shown)
        if _POINTER.match(mention.text.strip()):
            places = (0,) if shown == 1 else ()
        # "The fifth, that's the one I like" says by another mention which one is meant.
        others = (m for m in said.reading.mentions if m.kind == "R" and m.polarity == mention.polarity)
        if not places and shown and any(positions(m.text, shown) for m in others):
            return
        if not places or shown == 0:
            found.ask(clarify.which_item(shown, mention.polarity))
        elif max(places) >= shown:
            found.ask(clarify.beyond_shown(shown, mention.polarity))
        if said.reading.act == "feedback" and said.reading.act_probability >= DOUBTFUL:
            # Words for a place in what points at places are evidence that the model lacks: "seen 1 n 4".
            mention = mention.at_least(SURE_NAME)
        for place in places:
            if place < shown:
                found.take(mention, Claim("item", "like", said.shown[place]), said)

    def _bound(self, mention: Marked, said: Said, found: Found) -> None:
        mention = without_open_end(mention)
        if is_hour(said.reading.text, mention):
            return
        bound = link_bound(said.reading.text, mention, self.values, said.now.year)
        found.read_to = self._end_of(bound, said) if bound is not None else 0
        if bound is None:
            if not _is_verb(mention, said):
                self._value(mention, said, found)
        elif not bound.field:
            found.impossible = found.impossible or clarify.no_such_field(mention.text, self.catalog.domain)
        else:
            claim = Claim(
                bound.field,
                bound.op,
                bound.value,
                # The region that is accepted is positive, however it was said (intent contract).
                polarity="positive" if bound.op in ("lt", "le", "gt", "ge") else None,
                strength="soft" if bound.around else None,
            )
            level = self.catalog.domain.field(bound.field).type == "ordered"
            if level and spoken_operator(mention.text.casefold()):
                # A level beside words of comparison is evidence that the model lacks.
                mention = mention.at_least(SURE_NAME)
            found.take(mention, claim, said)
            for other in bound.others:
                found.take(mention, replace(claim, value=other, alternative=True), said)

    def _end_of(self, bound: Bound, said: Said) -> int:
        """Return where a bound ends, the name of its field behind it taken in: "over 14% *alcohol*"."""
        behind = _NEXT_WORD.match(said.reading.text, bound.end)
        if behind is None:
            return bound.end
        named = self.values.vocabulary.fields_spelt(behind[1])
        return behind.end() if any(match.field == bound.field for match in named) else bound.end

    def _title(self, mention: Marked, said: Said, found: Found) -> bool:
        matches = self.values.title(mention.text)
        if not matches:
            parts = tuple(titles_apart(mention))
            if not parts or not all(self.values.title(part.text, least=WRITTEN_OUT) for part in parts):
                return False
            for part in parts:
                self._title(part, said, found)
            return True
        if len(matches) > 1:
            found.ask(clarify.which_title(mention.text, matches, self.catalog))
            return True
        item = self.catalog.item_ids[matches[0].item]
        told = " " in mention.text.strip() or _LIKE.search(said.right_before(mention)) is not None
        if matches[0].score >= EXACT_WORD and told:
            # A title letter by letter, of several words or behind "like", is evidence that the model lacks.
            mention = mention.at_least(SURE_NAME)
        claim = Claim("item", "like", item, matches[0].score, strength=said.by_degree(mention))
        words = said.reading.text
        if item in said.shown and is_verdict(mention, words):
            # On a film of the feed, a verdict points at it: "I hated Pulp Fiction".
            found.points = True
            claim = replace(claim, strength=None if is_final(mention, words) else "soft")
        found.take(mention, claim, said)
        return True

    def _value(self, mention: Marked, said: Said, found: Found) -> None:
        words = mention.text
        nothing = self.values.is_item_word(words) or EMPTY_WORDS.issuperset(words.casefold().split())
        if nothing or not _WORDY.search(words) or self._source(mention, said, found):
            return
        if mention.kind in ("D", "A") and self._direction(mention, said, found):
            return
        if self._owned(mention, said, found) or self._person(mention, said, found):
            return
        named = self._named(mention, said)
        sure = [mention.at_least(SURE_NAME) if self._meant(mention, v, said) else mention for v in named]
        if named and mention.kind == "V" and mention.polarity == "positive" and not mention.retracted:
            self._beside(sure[0], named[0].start, said, found)
        strength: Strength | None = "hard" if mention.kind == "A" and _is_for(mention, said, found) else None
        for value, wish in zip(named, sure, strict=True):
            part = (mention.start + value.start, mention.start + value.end)
            claim = Claim(value.field, "eq", value.value, value.score, part, strength=strength)
            found.take(wish, claim, said)
        if named or (mention.kind in ("V", "P", "T", "B") and self._direction(mention, said, found)):
            return
        # Whom the catalogue does not know may be in a title ("Erin Brockovich"). Behind "like" stands a title
        # only where it is written in full: "like summer" is no film.
        liked = _LIKE.search(said.right_before(mention)) is not None
        telling = mention.kind == "P" or (liked and not self.values.phrases.is_name(words))
        if telling and self.values.title(words, least=WRITTEN_OUT) and self._title(mention, said, found):
            return
        # "Shirts of colour white": beside what is said of it, the name of a field is no wish.
        beside = mention.kind in ("V", "B", "A") and len(said.reading.mentions) > 1
        if beside and self.values.only_fields(words):
            return
        self._about(mention, said, found)

    def _about(self, mention: Marked, said: Said, found: Found) -> None:
        """Take words as they were said; that items are known to have such a subject speaks for a wish."""
        if is_company(mention.text) or self._is_praise(mention, said):
            return
        terms = self.catalog.terms
        unsure = mention.probability < SURE_NAME and mention.polarity == "positive"
        if unsure and terms is not None and terms.is_subject(mention.text):
            mention = mention.at_least(SURE_NAME)
        claim = Claim("about", "like", mention.text, strength=said.by_degree(mention))
        found.take(mention, claim, said)

    def _is_praise(self, mention: Marked, said: Said) -> bool:
        """Whether words only praise a title that is named: "Casablanca, a *marvellous* film"."""
        praised = mention.polarity == "positive" and is_praise(mention.text)
        return praised and any(m.kind == "T" for m in said.reading.mentions)

    def _meant(self, mention: Marked, value: Named, said: Said) -> bool:
        """Whether the catalogue speaks for a wish that the model hardly saw: it has all of the words.

        Calibrated, such a wish is right two times in three. A part of a title ("Spy *Kids*") is none, and
        what is rejected may as well be wanted.
        """
        if mention.probability >= SURE_NAME or mention.polarity == "negative":
            return False
        # "*Tailored* blazers" are blazers: what stands before a category is said of it.
        last = mention.kind == "V" and value.end == len(mention.text)
        if value.score < SURE_SPELLING or not (last or self.values.says_all(value, mention.text)):
            return False
        part = (mention.start + value.start, mention.start + value.end)
        return touches(part, said.known)

    def _beside(self, mention: Marked, end: int, said: Said, found: Found) -> None:
        """Take the words before a category that the model marked with it: "*tailored* blazers"."""
        words = mention.text[:end].rstrip(" -,")
        telling = [w for w in words.casefold().split() if w not in EMPTY_WORDS and w not in IDLE_WORDS]
        if telling and all(len(w) > 2 and not self.values.is_item_word(w) for w in telling):
            self._value(replace(mention, end=mention.start + len(words), text=words, kind="A"), said, found)

    def _owned(self, mention: Marked, said: Said, found: Found) -> bool:
        """Take what somebody has as what is wished for goes with; False where a mention is no such thing."""
        owned = _GOES_WITH.search(said.right_before(mention)) if mention.kind == "V" else None
        if owned is not None:
            start, words = mention.start - len(owned[1]), owned[1] + mention.text
            self._about(replace(mention, start=start, text=words).at_least(SURE_NAME), said, found)
        return owned is not None

    def _source(self, mention: Marked, said: Said, found: Found) -> bool:
        """Take what items were made from as it was said; False where a mention is no part of that."""
        text = said.reading.text
        source = source_in(text)
        if source is None or not (source[0] <= mention.start and mention.end <= source[1]):
            return False
        claim = Claim("about", "like", text[slice(*source)], part=source, strength=said.by_degree(mention))
        found.take(mention.at_least(SURE_NAME), claim, said)
        return True

    def _named(self, mention: Marked, said: Said) -> tuple[Named, ...]:
        """Return the values that a mention names, by what its kind allows."""
        words = mention.text
        if mention.kind in ("P", "T"):
            return self.values.closed(words, least=EXACT_WORD)
        if mention.kind == "D":
            # "Too short" asks for no shorts: of words of degree a category's very name alone is one.
            named = self.values.closed(words, mention.vector)
            return tuple(value for value in named if value.score >= EXACT) or self.values.corrected(words)
        if mention.kind != "A":
            known = self.values.closed(words, mention.vector)
            if known and known[0].end - known[0].start == len(words):
                return known
            corrected = self.values.corrected(words)
            other = known if len(known) >= len(corrected) else corrected
            return other or tuple(value for value in (self.values.open_value(words),) if value is not None)
        # Words of mood are a category only where they are its very name: "about war", not "a war on drugs".
        named = self._exactly(mention, said)
        whole = all((v.start, v.end) == (0, len(words)) for v in named)
        return named if whole else self.values.beside_field(words)

    def _exactly(self, mention: Marked, said: Said) -> tuple[Named, ...]:
        """Return the categories that words are the names of; an occasion is one whosever it is."""
        words, before = mention.text, said.right_before(mention)
        occasion = _OWNER.sub("", words) if _FOR.search(before) else words
        # "Nothing tight" rejects no tights: behind such a word stands no singular.
        least = EXACT if _ANYTHING.search(before) else EXACT_WORD
        named = self.values.closed(occasion, least=least) or self.values.corrected(occasion)
        if occasion == words:
            return named
        return tuple(
            replace(value, end=len(words))
            for value in named
            if (value.start, value.end) == (0, len(occasion))
        )

    def _person(self, mention: Marked, said: Said, found: Found) -> bool:
        """Take the people whom a mention names, or ask which of several; False where it names nobody."""
        # A word that is a category is no surname ("a western"), unless the model took it for one.
        if mention.kind not in ("P", "T") and self.values.vocabulary.spelt(mention.text):
            return False
        after = said.reading.text[mention.end :]
        meant = self.values.people.who(mention.text, said.before(mention), after, mention.kind)
        if meant is None:
            return False
        if meant.rivals:
            found.ask(clarify.which_person(mention, meant.rivals, self.values.people, self.catalog.domain))
        # Somebody whom the catalogue knows, named where a name is due, is evidence that the model lacks.
        mention = mention.at_least(SURE_NAME)
        for n, (person, field_name) in enumerate(meant.people):
            claim = Claim(field_name, "eq", person.name, person.score, alternative=n > 0)
            found.take(mention, claim, said)
        return True

    def _direction(self, mention: Marked, said: Said, found: Found) -> bool:
        pointed = self.values.direction(mention.text)
        if pointed is None:
            return False
        if mention.kind == "D" and mention.polarity == "positive" and pointed.score >= SURE_SPELLING:
            # What the catalogue declares letter by letter is evidence that the model lacks.
            mention = mention.at_least(SURE_NAME)
        if mention.kind == "A" and pointed.score < EXACT_WORD and not self.values.mistyped(mention.text):
            return False
        strength = said.by_degree(mention)
        found.take(mention, Claim(pointed.field, pointed.end, None, pointed.score, strength=strength), said)
        return True


def _is_for(mention: Marked, said: Said, found: Found) -> bool:
    """Whether a mention says what that is for which stands before it and must hold."""
    last = found.preferences[-1] if found.preferences else None
    if last is None or last.strength == "soft" or "negative" in (last.polarity, mention.polarity):
        return False
    return _WHAT_FOR.fullmatch(said.reading.text, last.span[1], mention.start) is not None


def _is_verb(mention: Marked, said: Said) -> bool:
    """Whether a bound without a number is the verb of the one behind it: "*lasting* no more than an hour"."""
    text = said.reading.text
    return any(m.kind == "B" and text[mention.end : m.start].isspace() for m in said.reading.mentions)
