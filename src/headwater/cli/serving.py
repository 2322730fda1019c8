"""`headwater serve`, `demo` and `people`: the app, and who may enter it."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Annotated, Final

import typer

from headwater.capture.collector import supervising
from headwater.cli.asking import freshen
from headwater.cli.collecting import (
    CollectorHost,
    CollectorPort,
    CollectorWorkers,
    TrustedProxy,
    started_with_the_app,
)
from headwater.cli.console import say
from headwater.cli.world import fill
from headwater.domain.errors import InputError
from headwater.facts import FactStore
from headwater.web import commands
from headwater.web.serve import HOST, PORT
from headwater.web.serve import serve as serve_app
from headwater.workspace import Workspace, settings

_DEMO_SETTINGS: Final = """\
# What each channel added is learned, too: truth/ says what it really did.
data_driven_models = ["markov", "shapley", "incremental"]
"""
Host = Annotated[str, typer.Option(help="The address to listen on.")]
Port = Annotated[int, typer.Option(help="The port to listen on.", min=1, max=65535)]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(serve)
    app.command()(demo)
    people = typer.Typer(help="Who may sign in to the app.", no_args_is_help=True)
    people.command("add")(add_person)
    people.command("password")(renew_password)
    people.command("link")(link)
    app.add_typer(people, name="people")


def serve(
    context: typer.Context,
    host: Host = HOST,
    port: Port = PORT,
    collector_host: CollectorHost = supervising.HOST,
    collector_port: CollectorPort = supervising.PORT,
    collector_workers: CollectorWorkers = 1,
    trusted_proxy: TrustedProxy = None,
) -> None:
    """Serve the app and run the collector until they are stopped with Ctrl-C."""
    directory: Path = context.obj
    if not commands.has_owner(directory):
        raise InputError(
            "Nobody can sign in yet. Add the first person with "
            "`headwater people add you@example.com`, then serve."
        )
    collector = started_with_the_app(
        directory, collector_host, collector_port, collector_workers, trusted_proxy or ()
    )

    def tell(url: str) -> None:
        say(f"Serving {url}")
        if collector is not None:
            say(f"Collecting at {collector.url}")

    serve_app(directory, host=host, port=port, collector=collector, ready=tell)


def demo(
    context: typer.Context,
    events: Annotated[int, typer.Option(help="Web events of the synthetic company.")] = 200_000,
    seed: Annotated[int, typer.Option(help="The same seed makes the same company.")] = 1,
    host: Host = HOST,
    port: Port = PORT,
    collector_port: CollectorPort = supervising.PORT,
    collector_workers: CollectorWorkers = 1,
    load_only: Annotated[bool, typer.Option(help="Do not serve.")] = False,
) -> None:
    """Load the synthetic company, if it is not there yet, and serve the app over it."""
    directory: Path = context.obj
    with FactStore.open(directory) as store:
        if not any(store.counts().values()):
            say("Making a synthetic company. Its truth is known: what each channel really did.")
            if not (chosen := directory / settings.FILE_NAME).exists():
                chosen.write_text(_DEMO_SETTINGS, "utf-8")
            fill(store, directory, events, seed)
    # A site's domains are in the channel rules, so the tables are made once it is known.
    page = commands.demo_site(directory, f"http://{host}:{port}")
    with Workspace.open(directory) as workspace:
        freshen(workspace)
    access = commands.demo_access(directory)

    def tell(url: str) -> None:
        say("\nHeadwater is ready. Open this link, it signs you in once:")
        say(f"\n  {url}{access.path}\n")
        say(f"Or sign in at {url} as {access.email} with the password {access.password}")
        say(f"Play the visitor at {page}, and watch the screen “Sites”.")
        say("Stop with Ctrl-C.")

    if not load_only:
        collector = started_with_the_app(
            directory, supervising.HOST, collector_port, collector_workers, ()
        )
        serve_app(directory, host=host, port=port, collector=collector, ready=tell)


Email = Annotated[str, typer.Argument(help="The person's e-mail address.")]


def add_person(
    context: typer.Context,
    email: Email,
    viewer: Annotated[bool, typer.Option(help="May read reports, but change nothing.")] = False,
    name: Annotated[str, typer.Option(help="How the app greets them.")] = "",
) -> None:
    """Let somebody sign in; asks for a password, and makes one where none is typed."""
    directory: Path = context.obj
    password, was_made = _password()
    if viewer:
        commands.create_viewer(directory, email, password, name)
    else:
        commands.create_owner(directory, email, password, name)
    _tell(email, password, was_made=was_made)


def renew_password(context: typer.Context, email: Email) -> None:
    """Give somebody a new password; it ends all their sessions."""
    password, was_made = _password()
    commands.set_password(context.obj, email, password)
    _tell(email, password, was_made=was_made)


def link(context: typer.Context, email: Email) -> None:
    """Print the path of a link that signs somebody in once, within 15 minutes."""
    typer.echo(commands.sign_in_path(context.obj, email))


def _password() -> tuple[str, bool]:
    typed = typer.prompt(
        "Password (leave empty to have one made)",
        default="",
        hide_input=True,
        show_default=False,
    )
    return (typed, False) if typed else (secrets.token_urlsafe(12), True)


def _tell(email: str, password: str, *, was_made: bool) -> None:
    say(f"{email} can sign in{f' with the password {password}' if was_made else ''}.")
