"""The way back to the page of a button that could not do its work."""

from urllib.parse import urlsplit

from django.http import HttpRequest
from django.urls import Resolver404, ResolverMatch, resolve


def page_of(request: HttpRequest) -> str:
    """The path of the page whose button was pressed: the one the browser names, if it is ours, or else :func:`page_above`."""
    try:
        named = urlsplit(request.headers.get("Referer", ""))
    except ValueError:  # a header that is no address must not cost the answer that says nothing was recorded
        return page_above(request.path_info)
    if named.netloc == request.get_host() and _is_page(named.path):
        return named.path
    return page_above(request.path_info)


def page_above(path: str) -> str:
    """``path`` where it is a page, or else the nearest page above it; "/" at the end."""
    while path != "/" and not _is_page(path):
        path = path.rstrip("/").rpartition("/")[0] + "/"
    return path


def view_of(path: str) -> ResolverMatch | None:
    """The view at ``path``, or None."""
    try:
        return resolve(path)
    except Resolver404:
        return None


def _is_page(path: str) -> bool:
    found = view_of(path)
    return found is not None and "GET" in getattr(found.func, "methods", ())
