"""The web application: the list of calls, a call's page and its audio, each request from the newest published copy."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from datetime import date
from ipaddress import ip_address
from pathlib import Path, PurePosixPath
from typing import Annotated
from urllib.parse import urlencode, urlsplit

import duckdb
from fastapi import APIRouter, Depends, FastAPI, HTTPException, Query, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import FileResponse, HTMLResponse, PlainTextResponse
from fastapi.staticfiles import StaticFiles
from fastapi.templating import Jinja2Templates
from pydantic import BeforeValidator
from starlette.exceptions import HTTPException as StarletteHTTPException

from pca_pipeline.call import Direction, is_audio_place
from pca_pipeline.errors import PcaError
from pca_pipeline.settings import Settings
from pca_pipeline.warehouse import PublishedReader
from pca_pipeline.web import formats
from pca_pipeline.web.lanes import lanes, legend
from pca_pipeline.web.library import CallPage, Filters, Sort, find_audio, find_call, list_calls

_HERE = Path(__file__).parent
_HEADERS = {
    "Content-Security-Policy": "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",  # an erased call must not stay in a browser
}

_OTHER_HOST = "This page is not served under that name: the setting web.hosts has to list it."
_READ = ["GET", "HEAD"]
SECONDS_BETWEEN_LOOKS = 30.0  # at the published copy, while nobody asks

router = APIRouter(default_response_class=HTMLResponse)
templates = Jinja2Templates(_HERE / "templates")
templates.env.filters |= {function.__name__: function for function in formats.FILTERS}
templates.env.trim_blocks = templates.env.lstrip_blocks = True


def create_app(settings: Settings, host: str = "localhost") -> FastAPI:
    """The application for the calls of these settings, served at `host`. It has no log-in: serve it on this machine only."""
    app = FastAPI(title="Calls", docs_url=None, redoc_url=None, openapi_url=None, lifespan=_let_go_of_copies)
    app.state.settings = settings
    app.state.hosts = frozenset(name.lower() for name in ("localhost", host, *settings.web.hosts))
    app.state.published = PublishedReader(settings)
    app.mount("/static", StaticFiles(directory=_HERE / "static"), name="static")
    app.include_router(router)
    app.add_exception_handler(PcaError, _explain)
    app.add_exception_handler(StarletteHTTPException, _explain)
    app.add_exception_handler(RequestValidationError, _explain)
    app.add_exception_handler(Exception, _explain)
    app.middleware("http")(_protect)
    return app


@asynccontextmanager
async def _let_go_of_copies(app: FastAPI) -> AsyncIterator[None]:
    """Meanwhile close copies that were swapped out, whether or not somebody asks: erased calls are in them."""

    async def look() -> None:
        while True:
            await asyncio.sleep(SECONDS_BETWEEN_LOOKS)
            with suppress(OSError):  # a disk that is away for a while
                await asyncio.to_thread(app.state.published.let_go)

    looking = asyncio.create_task(look())
    try:
        yield
    finally:
        looking.cancel()


def _settings(request: Request) -> Settings:
    settings: Settings = request.app.state.settings
    return settings


def _connection(request: Request) -> Iterator[duckdb.DuckDBPyConnection]:
    published: PublishedReader = request.app.state.published
    with published.open() as connection:
        yield connection


Connection = Annotated[duckdb.DuckDBPyConnection, Depends(_connection)]


def _squeezed(text: str | None) -> str | None:
    """Words with one blank between them; None if there are none, as in an empty form field."""
    return " ".join((text or "").split()) or None


Words = Annotated[str | None, BeforeValidator(_squeezed)]
Day = Annotated[date | None, BeforeValidator(_squeezed)]
Tick = Annotated[bool, BeforeValidator(lambda value: value or False)]


def _filters(
    text: Words = None,
    queue: Words = None,
    agent: Words = None,
    driver: Words = None,
    direction: Words = None,
    since: Day = None,
    until: Day = None,
    unanswered: Tick = False,
    unhappy: Tick = False,
    unrecorded: Tick = False,
) -> Filters:
    return Filters(text, queue, agent, driver, direction, since, until, unanswered, unhappy, unrecorded)


def _call(call_id: str, connection: Connection, text: Words = None) -> CallPage:
    found = find_call(connection, call_id, text)
    if found is None:
        raise HTTPException(404, "There is no such call.")
    return found


@router.api_route("/", methods=_READ)
def show_calls(
    request: Request,
    settings: Annotated[Settings, Depends(_settings)],
    connection: Connection,
    filters: Annotated[Filters, Depends(_filters)],
    sort: Sort = Sort.NEWEST,
    page: Annotated[int, Query(ge=1, le=1_000_000)] = 1,
) -> HTMLResponse:
    """The list of calls."""
    found = list_calls(connection, filters, page, sort)
    given = {name: 1 if value is True else value for name, value in filters.given().items()}
    asked = given | ({"sort": sort.value} if sort is not Sort.NEWEST else {})
    context = {
        "found": found,
        "filters": filters,
        "given": given,
        "more": asked.keys() - {"text", "queue", "agent", "driver"},
        "directions": [one.value for one in Direction],
        "sorts": [one.value for one in Sort],
        "sort": sort.value,
        "page": found.page,
        "pages": found.pages,
        "numbers": formats.page_numbers(found.page, found.pages),
        "link": lambda **changed: "?" + urlencode(asked | changed),
        "inbox": settings.inbox_folder,
    }
    return templates.TemplateResponse(request, "calls.html", context)


@router.api_route("/calls/{call_id}", methods=_READ)
def show_call(
    request: Request,
    settings: Annotated[Settings, Depends(_settings)],
    found: Annotated[CallPage, Depends(_call)],
    text: Words = None,
) -> HTMLResponse:
    """One call: audio, timeline, transcript, metrics. Words that were searched for are marked."""
    drawn = lanes(found)
    context = {
        "found": found,
        "call": found.call,
        "lanes": drawn,
        "legend": legend(drawn),
        "text": text or "",
        "has_audio": _audio(found.call["audio"], settings) is not None,
    }
    return templates.TemplateResponse(request, "call.html", context)


@router.api_route("/calls/{call_id}/audio", methods=_READ, response_class=FileResponse)
def send_audio(call_id: str, settings: Annotated[Settings, Depends(_settings)], connection: Connection) -> FileResponse:
    """The redacted audio of a call; supports Range requests, so that a player can jump."""
    file = _audio(find_audio(connection, call_id), settings)
    if file is None:
        raise HTTPException(404, "There is no audio of such a call.")
    return FileResponse(file)


def _audio(place: str | None, settings: Settings) -> Path | None:
    """The file of a call's redacted audio, if it exists. Whatever the row says, never another file."""
    if place is None or not is_audio_place(PurePosixPath(place)):
        return None
    file = settings.folder / place
    return file if file.is_file() else None


def _explain(request: Request, error: Exception) -> Response:
    """A page that says what went wrong and what to do."""
    message, hint, status = _reason(error)
    context = {"message": message, "hint": hint}
    return templates.TemplateResponse(request, "message.html", context, status_code=status, headers=_HEADERS)


def _reason(error: Exception) -> tuple[str, str, int]:
    if isinstance(error, PcaError):
        return error.message, error.hint, 503
    if isinstance(error, StarletteHTTPException):
        return str(error.detail), "It may have been erased, or the address is wrong.", error.status_code
    if isinstance(error, RequestValidationError):
        names = ", ".join(sorted({str(one["loc"][-1]) for one in error.errors()}))
        return f"This address has a part that cannot be read: {names}.", "Start again from the list.", 422
    return "Something went wrong here.", "The log of `pca serve` tells what.", 500


async def _protect(request: Request, answer: Callable[[Request], Awaitable[Response]]) -> Response:
    """Set the headers that keep pages private, and refuse requests under unknown host names."""
    known = _is_known(request.headers.get("host", ""), request.app.state.hosts)
    response = await answer(request) if known else PlainTextResponse(_OTHER_HOST, 400)
    response.headers.update(_HEADERS)
    return response


def _is_known(host: str, names: frozenset[str]) -> bool:
    """Whether a Host header is one of the names or an IP address.

    Any other may be a site that points its name at this machine, so that its scripts can read the pages (DNS rebinding).
    """
    try:
        name = urlsplit(f"//{host}").hostname or ""
        return name in names or bool(ip_address(name))
    except ValueError:
        return False
