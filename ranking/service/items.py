"""`/v1/items/search`, `/v1/users/sample` and `/v1/domain`: what the page needs beside the feed."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from ranking.service.answers import (
    DomainAnswer,
    ErrorAnswer,
    FieldAnswer,
    SampleUserAnswer,
    SampleUsersAnswer,
    SearchAnswer,
)
from ranking.service.inputs import SearchQuery
from ranking.service.runtime import Runtime, runtime_of

router = APIRouter(prefix="/v1", tags=["catalogue"])
Running = Annotated[Runtime, Depends(runtime_of)]


@router.get(
    "/items/search",
    responses={422: {"model": ErrorAnswer, "description": "A parameter is missing or wrong."}},
)
def search_items(query: Annotated[SearchQuery, Query()], runtime: Running) -> SearchAnswer:
    """Find items by words of their title, for the page's search box and for whoever needs an item's id."""
    catalog = runtime.parts.catalog
    found = runtime.titles.search(query.q, query.limit)
    return SearchAnswer(items=[{**catalog.display(i), "item_id": catalog.item_ids[i]} for i in found])


@router.get("/users/sample")
async def sample_users(runtime: Running) -> SampleUsersAnswer:
    """Return some users of the loaded data whose tastes differ, for demonstrations."""
    return SampleUsersAnswer(
        users=[
            SampleUserAnswer(user_id=user.user_id, events=user.events, likes=list(user.likes))
            for user in runtime.parts.sample_users
        ]
    )


@router.get("/domain")
async def domain(runtime: Running) -> DomainAnswer:
    """Return what is recommended here: nouns, fields, the data's origin and its terms of use."""
    catalog = runtime.parts.catalog
    declared = catalog.domain
    return DomainAnswer(
        name=declared.name,
        item=declared.item,
        items=declared.items,
        count=len(catalog),
        synthetic=declared.synthetic,
        attribution=declared.attribution,
        title_field=declared.title_field,
        accent_field=declared.affinity_field,
        fields=[
            FieldAnswer(
                name=field.name,
                type=field.type,
                unit=field.unit,
                multi=field.multi,
                display=field.display,
                described=field.described,
                decimals=field.decimals,
            )
            for field in declared.fields
            if catalog.has(field.name)
        ],
        examples=list(runtime.examples),
    )
