"""Security headers on every answer: the page loads nothing from elsewhere and nobody frames it."""

from aiohttp import web

from app.room.service import SERVICE

_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": (
        "camera=(self), microphone=(self), autoplay=(self), fullscreen=(self), screen-wake-lock=(self), "
        "geolocation=(), display-capture=(), payment=(), usb=()"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Robots-Tag": "noindex, nofollow",
}
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; media-src 'self' blob:; "
    "connect-src 'self' {line}; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


async def add_security_headers(request: web.Request, response: web.StreamResponse) -> None:
    """Add them as the answer starts, errors and static files included (signal `on_response_prepare`)."""
    public_url = request.app[SERVICE].public_url
    # Safari before 15.4 does not count a WebSocket to the same host as 'self'.
    line = public_url.replace("http", "ws", 1)
    response.headers.update(_HEADERS)
    response.headers["Content-Security-Policy"] = _POLICY.format(line=line)
    response.headers.setdefault("Cache-Control", "no-cache" if request.path.startswith("/static/") else "no-store")
    if public_url.startswith("https://"):
        response.headers["Strict-Transport-Security"] = "max-age=31536000"
    response.headers.pop("Server", None)
