"""`headwater sites`, `links` and `promo`: what is captured, and how it is told apart."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from headwater.cli.console import OUTPUT, say
from headwater.domain.errors import UnknownName
from headwater.web import commands

Domain = Annotated[str, typer.Argument(help="The site's domain, such as example.com.")]
Source = Annotated[str, typer.Option(help="Who shows it: radio-one.")]
Medium = Annotated[str, typer.Option(help="What it stands on: radio, leaflet, qr, promo.")]
Campaign = Annotated[str, typer.Option(help="The campaign's name.")]
Format = Annotated[str, typer.Option("--format", help="table or csv.")]


def register(app: typer.Typer) -> None:
    """Add the groups."""
    sites = typer.Typer(help="The sites whose visitors are followed.", no_args_is_help=True)
    sites.command("add")(add_site)
    sites.command("list")(list_sites)
    sites.command("key")(add_key)
    sites.command("remove")(remove_site)
    app.add_typer(sites, name="sites")
    links = typer.Typer(help="Short links for print and QR codes.", no_args_is_help=True)
    links.command("add")(add_link)
    links.command("list")(list_links)
    links.command("remove")(remove_link)
    app.add_typer(links, name="links")
    promo = typer.Typer(help="Promo codes that tell a source.", no_args_is_help=True)
    promo.command("add")(add_promo_code)
    promo.command("list")(list_promo_codes)
    promo.command("remove")(remove_promo_code)
    app.add_typer(promo, name="promo")


def add_site(
    context: typer.Context,
    domain: Domain,
    currency: Annotated[str, typer.Option(help="Of the site's prices.")] = "EUR",
    region: Annotated[
        str, typer.Option(help="Where phone numbers without a country code belong: DE.")
    ] = "",
    alias: Annotated[list[str] | None, typer.Option(help="A further host; repeatable.")] = None,
) -> None:
    """Follow a site's visitors; prints the line for the head of its pages."""
    typer.echo(_sites(context).add_site(domain, currency, region, alias or []))
    say("Put this line into the head of every page of the site.")


def list_sites(context: typer.Context, form: Format = "table") -> None:
    """List the sites with their write keys."""
    rows = [
        (one.domain, one.currency, one.region, one.consent, " ".join(one.keys))
        for one in _sites(context).list_sites()
    ]
    _print(("Domain", "Currency", "Region", "Consent", "Keys"), rows, form)


def add_key(
    context: typer.Context,
    domain: Domain,
    remove: Annotated[str, typer.Option(help="Take this old key out of force.")] = "",
) -> None:
    """Make a further write key, or take an old one out of force."""
    if remove:
        _sites(context).remove_key(domain, remove)
        say(f"{remove} is out of force.")
    else:
        typer.echo(_sites(context).add_key(domain))


def remove_site(context: typer.Context, domain: Domain) -> None:
    """Follow a site no longer. What came in from it stays."""
    _sites(context).remove_site(domain)
    say(f"{domain} is removed.")


def add_link(
    context: typer.Context,
    slug: Annotated[str, typer.Argument(help="The short name: radio.")],
    url: Annotated[str, typer.Argument(help="Where it leads, on one of the sites.")],
    source: Source,
    medium: Medium,
    campaign: Campaign = "",
    site: Annotated[str, typer.Option(help="The site, where the address leaves it open.")] = "",
) -> None:
    """Make a short link; prints its address."""
    told = (source, medium, campaign)
    typer.echo(_sites(context).add_link(slug, url, told, site))


def list_links(context: typer.Context, form: Format = "table") -> None:
    """List the short links."""
    rows = [
        (one.name, one.leads_to, one.source, one.medium, one.campaign)
        for one in _sites(context).list_links()
    ]
    _print(("Address", "Leads to", "Source", "Medium", "Campaign"), rows, form)


def remove_link(
    context: typer.Context, slug: Annotated[str, typer.Argument(help="Its short name.")]
) -> None:
    """Remove a short link; its address leads nowhere from now on."""
    _sites(context).remove_link(slug)
    say(f"{slug} is removed.")


def add_promo_code(
    context: typer.Context,
    code: Annotated[str, typer.Argument(help="As printed; case does not matter.")],
    source: Source,
    medium: Medium = "promo",
    campaign: Campaign = "",
) -> None:
    """Add a promo code; prints it as it is kept."""
    typer.echo(_sites(context).add_promo_code(code, source, medium, campaign))


def list_promo_codes(context: typer.Context, form: Format = "table") -> None:
    """List the promo codes."""
    rows = [
        (one.name, one.source, one.medium, one.campaign)
        for one in _sites(context).list_promo_codes()
    ]
    _print(("Code", "Source", "Medium", "Campaign"), rows, form)


def remove_promo_code(
    context: typer.Context, code: Annotated[str, typer.Argument(help="The code.")]
) -> None:
    """Remove a promo code; it tells no source from now on."""
    _sites(context).remove_promo_code(code)
    say(f"{code} is removed.")


def _sites(context: typer.Context) -> Any:
    directory: Path = context.obj
    return commands.sites(directory)


def _print(heads: Sequence[str], rows: Iterable[Sequence[str]], form: str) -> None:
    if form == "csv":
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow([head.lower().replace(" ", "_") for head in heads])
        writer.writerows(rows)
        typer.echo(text.getvalue(), nl=False)
    elif form == "table":
        table = Table(*heads)
        for row in rows:
            table.add_row(*row)
        OUTPUT.print(table)
    else:
        raise UnknownName("format", form, ("table", "csv"))
