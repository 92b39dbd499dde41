"""A domain: the fields of the things that can be recommended, declared in one YAML file.

A domain file is the whole contract between a catalogue and the rest of Heed: the parser's linker reads the
words, the tools read the types, the page reads what to display. Nothing else in Heed knows what a film is.
"""

from __future__ import annotations

from collections import Counter
from functools import cached_property
from pathlib import Path
from typing import Any, Literal, get_args

import msgspec
import yaml

from catalog.errors import DomainFileError, UnknownDomainError, UnknownFieldError, nearest
from catalog.settings import home_settings

FieldType = Literal["category", "ordered", "number", "date", "text", "person"]
FIELD_TYPES: tuple[str, ...] = get_args(FieldType)

# The intent contract gives these two a meaning of their own, so no domain may declare them.
RESERVED_NAMES = ("about", "item")

_DOMAINS = Path(__file__).parent / "domains"


class Field(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """One declared field.

    `values` maps each canonical value to its synonyms. A `category` without values is open: any value is
    taken. For an `ordered` field their order is the order of the vocabulary, lowest first. `low` and `high`
    are words for the ends of the scale, `decimals` is for showing numbers, `display` whether pages show it.

    A `described` field holds words that people use to say what an item is about and how it feels. The parser
    leaves such words as they were said (`about`), and the tools look them up (`catalog.item_terms`): in the
    field's own `values`, or in the section `terms` of the vocabulary that comes with Heed.
    """

    name: str
    type: FieldType
    unit: str = ""
    multi: bool = False
    decimals: int = 0
    display: bool = True
    synonyms: tuple[str, ...] = ()
    low: tuple[str, ...] = ()
    high: tuple[str, ...] = ()
    values: dict[str, tuple[str, ...]] = {}
    described: bool = False
    terms: Literal["", "themes", "moods", "content_notes", "based_on"] = ""

    @property
    def closed(self) -> bool:
        """Whether only the declared values may occur."""
        return bool(self.values)


class Compound(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """A name for several values at once ("rom-com" is Romance and Comedy)."""

    name: str
    field: str
    values: tuple[str, ...]
    synonyms: tuple[str, ...] = ()


class Domain(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True, dict=True
):
    """A declared domain.

    `item` and `items` are the noun for one and for several ("film", "films"), `item_words` further nouns.
    `affinity_field` is the closed category along which the passive features keep a person's taste.
    `title_field`, `alias_field` and `popularity_field` name the fields that hold the title, further titles
    (separated by `|`) and how much an item is in demand. Only the title is required.
    """

    name: str
    item: str
    items: str
    fields: tuple[Field, ...]
    affinity_field: str = ""
    synthetic: bool = False
    attribution: str = ""
    item_words: tuple[str, ...] = ()
    title_field: str = "title"
    alias_field: str = ""
    popularity_field: str = ""
    compounds: tuple[Compound, ...] = ()

    @cached_property
    def _by_name(self) -> dict[str, Field]:
        return {field.name: field for field in self.fields}

    def field(self, name: str) -> Field:
        """Return the declaration of `name`, or raise `UnknownFieldError` with the declared names."""
        try:
            return self._by_name[name]
        except KeyError:
            raise UnknownFieldError(self.name, name, self._by_name) from None

    def declares(self, name: str) -> bool:
        """Whether `name` is a declared field."""
        return name in self._by_name


def packaged_domains() -> tuple[str, ...]:
    """Return the names of the domains that come with Heed."""
    return tuple(sorted(path.stem for path in _DOMAINS.glob("*.yaml")))


def domain_path(name_or_path: str | Path) -> Path:
    """Return where a domain is declared: a file, a loaded catalogue's copy, or one that comes with Heed.

    Raises
    ------
    UnknownDomainError
        If it is neither the name of a domain nor a file.
    """
    text = str(name_or_path)
    if "/" in text or text.endswith((".yaml", ".yml")):
        if Path(text).is_file():
            return Path(text)
        raise UnknownDomainError(f"There is no domain file at '{text}': give the path of one that exists.")
    packaged = _DOMAINS / f"{text}.yaml"
    if packaged.is_file():
        return packaged
    loaded = home_settings().home / "data" / text / "domain.yaml"
    if loaded.is_file():
        return loaded
    known = packaged_domains()
    raise UnknownDomainError(
        f"There is no domain '{text}'{nearest(text, known)}: use {' or '.join(known)}, the path of a domain "
        "file, or make one from your own data with `heed data init --items FILE`."
    )


def load_domain(name_or_path: str | Path) -> Domain:
    """Return the domain of that name or in that file, checked.

    Raises
    ------
    UnknownDomainError
        If there is none.
    DomainFileError
        If its declaration is wrong, naming the file, the field and what to do.
    """
    path = domain_path(name_or_path)
    try:
        return parse_domain(path.read_text(encoding="utf-8"), source=str(path))
    except (OSError, UnicodeDecodeError) as error:
        raise DomainFileError(f"{path} cannot be read as UTF-8 text ({error}): check the file.") from error


def parse_domain(text: str, *, source: str = "domain file") -> Domain:
    """Return the domain that a YAML text declares; `source` names it in errors."""
    document = _read_yaml(text, source)
    entries = document.pop("fields", None)
    if not isinstance(entries, list) or not entries:
        raise DomainFileError(f"{source} declares no fields: list at least the title under `fields:`.")
    fields = tuple(_read_field(entry, number, source) for number, entry in enumerate(entries, start=1))
    try:
        domain = msgspec.convert({**document, "fields": ()}, Domain)
    except msgspec.ValidationError as error:
        known = ", ".join(field.name for field in msgspec.structs.fields(Domain))
        raise DomainFileError(f"{source}: {error}; a domain file may hold {known}.") from error
    domain = msgspec.structs.replace(domain, fields=fields)
    _check(domain, source)
    return domain


def domain_to_yaml(domain: Domain) -> str:
    """Return the YAML text that `parse_domain` reads back to an equal domain."""
    return yaml.safe_dump(msgspec.to_builtins(domain), sort_keys=False, allow_unicode=True, width=110)


class _StrictLoader(yaml.SafeLoader):
    """Refuses equal keys: PyYAML keeps the last without a word, and the first one's synonyms were lost."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        twice = [key for key, count in Counter(map(str, keys)).items() if count > 1]
        if twice:
            line = node.start_mark.line + 1
            raise yaml.YAMLError(f"'{twice[0]}' stands twice in the mapping that begins in line {line}")
        return super().construct_mapping(node, deep=deep)


def _read_yaml(text: str, source: str) -> dict[str, Any]:
    try:
        document = yaml.load(text, Loader=_StrictLoader)  # noqa: S506 - the loader is a SafeLoader
    except yaml.YAMLError as error:
        reason = " ".join(str(error).split())
        raise DomainFileError(f"{source} is not valid YAML ({reason}): correct that place.") from error
    if not isinstance(document, dict):
        raise DomainFileError(f"{source} is not a mapping: begin with `name:`, `item:`, `items:`, `fields:`.")
    return document


def _read_field(entry: object, number: int, source: str) -> Field:
    name = entry.get("name") if isinstance(entry, dict) else None
    which = f"field '{name}'" if isinstance(name, str) else f"field number {number}"
    kind = entry.get("type") if isinstance(entry, dict) else None
    if kind is not None and kind not in FIELD_TYPES:
        raise DomainFileError(
            f"{source}: {which} has the type '{kind}'{nearest(str(kind), FIELD_TYPES)}; "
            f"use one of {', '.join(FIELD_TYPES)}."
        )
    try:
        return msgspec.convert(entry, Field)
    except msgspec.ValidationError as error:
        known = ", ".join(field.name for field in msgspec.structs.fields(Field))
        raise DomainFileError(
            f"{source}: {which} is declared wrongly: {error}; a field may hold {known}, "
            "and a word that YAML takes for something else (no, on, 1990) needs quotes."
        ) from error


def _check(domain: Domain, source: str) -> None:
    names = [field.name for field in domain.fields]
    for name in names:
        if names.count(name) > 1:
            raise DomainFileError(f"{source}: field '{name}' is declared twice; keep one of the two.")
    for field in domain.fields:
        _check_field(field, source)
    _check_roles(domain, names, source)
    for compound in domain.compounds:
        where = f"{source}: compound '{compound.name}'"
        if compound.field not in names:
            hint = nearest(compound.field, names)
            raise DomainFileError(f"{where} names the undeclared field '{compound.field}'{hint}; declare it.")
        for value in compound.values:
            if value not in domain.field(compound.field).values:
                raise DomainFileError(
                    f"{where}: '{compound.field}' declares no value '{value}'; add it there."
                )


def _check_field(field: Field, source: str) -> None:
    where = f"{source}: field '{field.name}'"
    if field.name in RESERVED_NAMES:
        raise DomainFileError(f"{where} has a name that intents use themselves; call it something else.")
    if not field.name.isidentifier():
        raise DomainFileError(f"{where} must be named with letters, digits and underscores; rename it.")
    if field.type == "ordered" and len(field.values) < 2:
        raise DomainFileError(f"{where} is ordered, so list at least two `values`, lowest first.")
    of_type = f"{where} is of type {field.type}"
    if field.values and field.type not in ("category", "ordered"):
        raise DomainFileError(f"{of_type} and takes no `values`; make it a category or drop them.")
    if field.multi and field.type not in ("category", "person"):
        raise DomainFileError(f"{of_type} and cannot be `multi`; only a category or a person can.")
    if field.described and field.type != "category":
        raise DomainFileError(f"{of_type} and cannot be `described`; only a category can.")
    if field.terms and not field.described:
        raise DomainFileError(f"{where} draws on `terms` without being `described`; declare both or none.")
    if (field.low or field.high) and field.type not in ("number", "ordered", "date"):
        raise DomainFileError(f"{of_type}, which has no `low` or `high` end; drop those words.")


def _check_roles(domain: Domain, names: list[str], source: str) -> None:
    roles = (
        ("title_field", domain.title_field, ("text",), True),
        ("alias_field", domain.alias_field, ("text",), False),
        ("popularity_field", domain.popularity_field, ("number",), False),
        ("affinity_field", domain.affinity_field, ("category",), False),
    )
    for role, name, types, required in roles:
        if not name and not required:
            continue
        if name not in names:
            hint = nearest(name, names)
            raise DomainFileError(
                f"{source}: `{role}` names the undeclared field '{name}'{hint}; declare it."
            )
        actual = domain.field(name).type
        if actual not in types:
            raise DomainFileError(
                f"{source}: `{role}` names '{name}' of type {actual}; it must be {types[0]}."
            )
    affinity = domain.affinity_field
    if affinity and not domain.field(affinity).closed:
        raise DomainFileError(
            f"{source}: `affinity_field` names '{affinity}', which lists no `values`; "
            "list them, because the taste is kept as one number for each."
        )
