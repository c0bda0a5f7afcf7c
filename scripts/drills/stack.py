"""The production file on this machine: a clean clone, secrets and a certificate of its own, ports that are free."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from demo_story.places import Person, Places
from native.console import StartError

DEMO_PASSWORD = "a-rehearsal-needs-people"


@dataclass
class Stack:
    """One copy of the production file. `folder` holds the clone, the secrets and the certificate."""

    root: Path
    folder: Path
    project: str = "ticket-tracking-drill"
    ports: dict[str, int] = field(default_factory=dict)

    @property
    def clone(self) -> Path:
        return self.folder / "clone"

    @property
    def certificate(self) -> Path:
        return self.folder / "secrets" / "tls_certificate.pem"

    @property
    def url(self) -> str:
        return f"https://localhost:{self.ports['HTTPS_PORT']}"

    def prepare(self) -> None:
        """Clone what is committed, and write secrets, certificate and `.env`."""
        run(["git", "clone", "--quiet", "--no-local", "--depth", "1", f"file://{self.root}", str(self.clone)])
        secrets = self.folder / "secrets"
        run([str(self.clone / "Docker" / "make-secrets.sh"), str(secrets)])
        run(
            [
                *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"),
                *("-addext", "subjectAltName=DNS:localhost", "-keyout", str(secrets / "tls_key.pem")),
                *("-out", str(self.certificate)),
            ]
        )
        self.ports = {name: free_port() for name in ("HTTPS_PORT", "HTTP_PORT", "MAIL_PORT", "SMTP_PORT")}
        values = {
            **{name: str(port) for name, port in self.ports.items()},
            "FRONTEND_URL": self.url,
            "SECRETS_DIR": str(secrets),
            "EMAIL_HOST": "mailpit",
            "COMPOSE_PROFILES": "help-desk,mail-sink",
            "BACKEND_SUBNET": "172.30.78.0/24",
            "BACKEND_RANGE": "172.30.78.128/25",
            "GATEWAY_REQUESTS_PER_SECOND": "200",
        }
        (self.clone / ".env").write_text("".join(f"{name}={value}\n" for name, value in values.items()))

    def compose(self, *arguments: str, quiet: bool = True) -> str:
        command = ["docker", "compose", "-p", self.project, "-f", "Docker/compose.prod.yml", *arguments]
        environment = {name: os.environ[name] for name in ("PATH", "HOME", "DOCKER_HOST") if name in os.environ}
        return run(command, cwd=self.clone, env=environment, quiet=quiet)

    def places(self) -> Places:
        """Make people, which production has none of, and return where everything is."""
        made = ["-e", "DJANGO_ENV=development", "-e", f"DEMO_PASSWORD={DEMO_PASSWORD}", "auth-service", "python"]
        self.compose("exec", "-T", *made, "manage.py", "seed", "--demo")
        accounts = json.loads(self.compose("exec", "-T", *made, "manage.py", "demo_accounts", "--json"))
        people = [
            Person(each["user_id"], each["email"], each["password"], tuple(each["roles"].get("tts", ())))
            for each in (accounts["admin"], *accounts["users"])
        ]
        return Places(
            auth=f"{self.url}/api/auth",
            workflow=f"{self.url}/api/workflow",
            messaging=f"{self.url}/api/messaging",
            notification=f"{self.url}/api/notification",
            ticket=f"{self.url}/api/ticket",
            frontend=self.url,
            mail=f"http://127.0.0.1:{self.ports['MAIL_PORT']}",
            admin=people[0],
            people=tuple(people[1:]),
            in_containers=True,
            authority=str(self.certificate),
        )

    def containers(self, service: str) -> list[str]:
        return self.compose("ps", "-q", service).split()

    def kill_one(self, service: str) -> str:
        """End a container's first process as a crash would, so that Docker starts it again; return its id."""
        container = self.containers(service)[0]
        process = int(run(["docker", "inspect", "-f", "{{.State.Pid}}", container]))
        os.kill(process, signal.SIGKILL)
        return container

    def count(self, service: str, expression: str) -> int:
        """Evaluate an expression over Django's models in a container of the service."""
        said = self.compose("exec", "-T", service, "python", "manage.py", "shell", "-v", "0", "-c", expression)
        return int(said.split()[-1])


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def run(command: list[str], *, cwd: Path | None = None, env: dict[str, str] | None = None, quiet: bool = True) -> str:
    done = subprocess.run(
        command,
        cwd=cwd,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE if quiet else None,
        stderr=subprocess.PIPE if quiet else None,
        text=True,
        check=False,
    )
    if done.returncode:
        raise StartError(f"{' '.join(command[:6])} … failed.", log_tail=(done.stderr or done.stdout or "")[-3000:])
    return done.stdout or ""
