"""What happens to a sentence between the head and the wire: typos, lower case, lost punctuation, fillers.

Noise works on segments (a piece of text and the mention that it belongs to), so spans stay right by construction.
"""

from __future__ import annotations

from random import Random

Segment = tuple[str, int]  # text, index of its mention (-1: none)

_OPENERS = (
    "hey ",
    "hi ",
    "ok ",
    "okay so ",
    "um ",
    "uh ",
    "so ",
    "please ",
    "hey heed, ",
    "yo ",
    "hmm, ",
    "well, ",
    "alright, ",
    "hello, ",
    "right, ",
    "oh and ",
    "also, ",
    "look, ",
    "honestly ",
    "ok then, ",
    "and ",
    "please, ",
    "ugh, ",
    "listen, ",
    "btw ",
    "you know what, ",
    "hiya, ",
    "good evening, ",
    "tbh ",
    "sooo ",
    "pls ",
    "so yeah ",
    "erm ",
    "umm ",
    "heed, ",
    "hi again, ",
    "good morning, ",
    "hey there, ",
    "oh hey, ",
    "excuse me, ",
    "dear heed, ",
    "let me think, ",
    "now ",
)
_CLOSERS = (
    " please",
    " thanks",
    " pls",
    " thx",
    ", please",
    ", thank you",
    " plz",
    " ok?",
    " thanks!",
    " :)",
    " lol",
    " cheers",
    " ty",
    ", ok",
    " mate",
    " man",
    " 🙏",
    " haha",
    ", please and thank you",
    " thanks in advance",
    ", many thanks",
    " thank you so much",
    ", thx",
    " 😊",
    " asap",
    ", you know",
    " right now",
    "!!! 😀",
)
# Talk around a wish, which says nothing about what is wanted.
_CHATTER = (
    "i just got home, ",
    "it's friday, ",
    "my brother is visiting, ",
    "we just had dinner, ",
    "the kids are in bed, ",
    "ok here's the thing: ",
    "not sure if you can do this but ",
    "i don't know, ",
    "quick one: ",
    "my roommate says hi, ",
    "back again, ",
    "as i said, ",
    "for the record, ",
    "we talked about it and ",
    "to be honest, ",
    "one more thing: ",
    "since you ask: ",
    "if it's not too much trouble, ",
    "seriously, ",
    "yes, ",
    "yeah ",
    "oh, ",
    "thanks! ",
    "great, ",
    "ok, ",
    "hmm ",
    "i'm back, ",
    "it's my turn to choose, ",
    "last time was fun, ",
    "wow, ",
    "cool, ",
    "i have the evening off, ",
    "my flatmate cancelled, ",
    "we're all on the sofa, ",
    "it's been a while, ",
    "my sister told me to ask you, ",
    "i'm not good at this but ",
    "first time here, ",
    "i don't want to be a pain but ",
    "sorry to bother you, ",
    "here's my problem: ",
    "ok listen, ",
    "this may sound odd, but ",
    "the power just came back, ",
    "i finished my chores, ",
    "long story, but ",
)
_ENDS = (".", "!", "...", "!!", " .", "?")
_NEIGHBOURS = {
    "a": "sq",
    "s": "ad",
    "d": "sf",
    "f": "dg",
    "g": "fh",
    "h": "gj",
    "j": "hk",
    "k": "jl",
    "e": "wr",
    "r": "et",
    "t": "ry",
    "y": "tu",
    "u": "yi",
    "i": "uo",
    "o": "ip",
    "n": "bm",
    "m": "n",
    "c": "xv",
    "v": "cb",
    "l": "k",
}


def _typo(word: str, rng: Random) -> str:
    at = rng.randrange(1, len(word) - 1)
    way = rng.random()
    if way < 0.35:
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    if way < 0.65:
        return word[:at] + word[at + 1 :]
    if way < 0.8:
        return word[:at] + word[at] + word[at:]
    near = _NEIGHBOURS.get(word[at].lower(), word[at])
    return word[:at] + rng.choice(near) + word[at + 1 :]


def _with_typos(segments: list[Segment], rng: Random, count: int) -> list[Segment]:
    places = [
        (s, w)
        for s, (text, _) in enumerate(segments)
        for w, word in enumerate(text.split(" "))
        if len(word) >= 5 and word.isalpha()
    ]
    for s, w in rng.sample(places, min(count, len(places))):
        text, mention = segments[s]
        words = text.split(" ")
        if len(words[w]) >= 5:
            words[w] = _typo(words[w], rng)
        segments[s] = (" ".join(words), mention)
    return segments


def _each(segments: list[Segment], old: str, new: str) -> list[Segment]:
    return [(text.replace(old, new), mention) for text, mention in segments]


def add_noise(segments: list[Segment], rng: Random) -> list[Segment]:
    """Return the segments as somebody in a hurry would type or dictate them."""
    out = list(segments)
    if rng.random() < 0.22:
        out.insert(0, (rng.choice(_OPENERS), -1))
    elif rng.random() < 0.12:
        out.insert(0, (rng.choice(_CHATTER), -1))
    if rng.random() < 0.14:
        out.append((rng.choice(_CLOSERS), -1))
    elif rng.random() < 0.2:
        out.append((rng.choice(_ENDS), -1))
    if rng.random() < 0.25:
        out = _each(out, "'", rng.choice(("", "\u2019")))
    if rng.random() < 0.3:
        out = _each(_each(out, ",", ""), ";", "")
    if rng.random() < 0.5:
        out = [(text.lower(), mention) for text, mention in out]
    elif rng.random() < 0.5:
        out[0] = (out[0][0][:1].upper() + out[0][0][1:], out[0][1])
    elif rng.random() < 0.06:
        out = [(text.upper(), mention) for text, mention in out]
    if rng.random() < 0.16:
        out = _with_typos(out, rng, rng.choice((1, 1, 2)))
    return out
