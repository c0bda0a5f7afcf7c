"""The gateway: nginx natively, from the very template that its container uses."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from string import Template
from urllib.parse import urlsplit

from native.console import StartError
from native.layout import Layout
from native.state import write_private

#: The variable of the template for each variable that names a service's address.
UPSTREAMS = {
    "AUTH_UPSTREAM": "DJANGO_AUTH_SERVICE",
    "WORKFLOW_UPSTREAM": "DJANGO_WORKFLOW_API",
    "MESSAGING_UPSTREAM": "DJANGO_MESSAGING_SERVICE",
    "NOTIFICATION_UPSTREAM": "DJANGO_NOTIFICATION_SERVICE",
    "TICKET_UPSTREAM": "DJANGO_TICKET_SERVICE",
}
#: The folder of nginx's own table of content types, which packages put beside its configuration.
CONFIGURATION_FOLDERS = ("/etc/nginx", "/opt/homebrew/etc/nginx", "/usr/local/etc/nginx")

MAIN = """\
daemon off;
{user}worker_processes 1;
pid "{run}/nginx.pid";
error_log stderr warn;
events {{ worker_connections 4096; }}
http {{
    include "{types}";
    default_type application/octet-stream;
    access_log off;
    sendfile on;
    client_body_temp_path "{run}/body";
    proxy_temp_path "{run}/proxy";
    fastcgi_temp_path "{run}/unused";
    uwsgi_temp_path "{run}/unused";
    scgi_temp_path "{run}/unused";
    include "{run}/gateway.conf";
}}
"""


def nginx() -> Path | None:
    """Return the program; Debian keeps it outside an ordinary user's PATH."""
    found = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin:/opt/homebrew/bin")
    return Path(found) if found else None


def command(program: Path, layout: Layout) -> tuple[str, ...]:
    folder = layout.run / "nginx"
    return (str(program), "-e", "stderr", "-p", str(folder), "-c", str(folder / "nginx.conf"))


def write_config(layout: Layout, environment: dict[str, str], *, listen: str, root: Path, log: str = "off") -> Path:
    """Write nginx's configuration under the run directory and return its path.

    `environment` holds the services' URLs, DJANGO_ENV and perhaps HTTPS_ONLY; `listen` is a port or address:port;
    `log` is the value of `access_log`.
    """
    folder = layout.run / "nginx"
    folder.mkdir(parents=True, exist_ok=True)
    template = layout.root / "Docker" / "nginx" / "default.conf.template"
    values = {
        **{upstream: _address(environment[variable]) for upstream, variable in UPSTREAMS.items()},
        "DJANGO_ENV": environment.get("DJANGO_ENV", "development"),
        "HTTPS_ONLY": environment.get("HTTPS_ONLY", "true"),
        # Addresses need no name server; nginx wants one named all the same.
        "NGINX_LOCAL_RESOLVERS": "127.0.0.1",
        "GATEWAY_LISTEN": listen,
        "GATEWAY_LOG": log,
        "GATEWAY_ROOT": _plain(root),
        "GATEWAY_INCLUDES": _plain(layout.root / "Docker" / "nginx"),
    }
    write_private(folder / "gateway.conf", _Braced(template.read_text()).safe_substitute(values))
    # Workers of a root's nginx must read what lies in root's folders, like every other process of this start.
    user = "user root;\n" if os.geteuid() == 0 else ""
    main = folder / "nginx.conf"
    write_private(main, MAIN.format(user=user, run=_plain(folder), types=_types()))
    return main


class _Braced(Template):
    """Only ${NAME}: a plain $name is nginx's own variable."""

    pattern = r"\$(?:(?P<escaped>(?!))|(?P<named>(?!))|\{(?P<braced>[A-Z_]+)\}|(?P<invalid>(?!)))"  # type: ignore[assignment]


def _address(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme != "http" or parts.path.strip("/"):
        raise StartError(f"The gateway passes requests on to http://host:port addresses, not to {url}.")
    host = "127.0.0.1" if parts.hostname == "localhost" else parts.hostname
    return f"{host}:{parts.port or 80}"


def _plain(path: Path) -> str:
    """Escape what nginx would read in a path within quotes."""
    return str(path).replace("\\", "\\\\").replace('"', '\\"')


def _types() -> Path:
    for folder in CONFIGURATION_FOLDERS:
        if (types := Path(folder) / "mime.types").exists():
            return types
    raise StartError("nginx's mime.types was not found; is nginx installed as a package?")
