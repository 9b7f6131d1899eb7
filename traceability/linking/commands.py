"""``nguon link``: judge, shorten and lengthen GS1 Digital Link URIs."""

from __future__ import annotations

import click

from foundation.i18n import word
from traceability.linking import verdicts


@click.group("link")
def links() -> None:
    """GS1 Digital Link addresses."""


@links.command("judge")
@click.argument("uri")
def judge(uri: str) -> None:
    """Tell whether URI is well-formed: prints its canonical form, or every fault and exits 1."""
    judged = verdicts.consider(uri).judged
    if judged.canonical is not None:
        click.echo(judged.canonical)
        return
    for found in judged.findings:
        click.echo(f"{found.code}: {word(found.code, found.params)}", err=True)
    raise SystemExit(1)


@links.command("compress")
@click.argument("uri")
def compress(uri: str) -> None:
    """Print the short form of URI; exits 1 when it is not well-formed."""
    _print(verdicts.consider(uri).compressed)


@links.command("decompress")
@click.argument("uri")
def decompress(uri: str) -> None:
    """Print the long form of a compressed URI; exits 1 when it is none."""
    _print(verdicts.open_compressed(uri))


def _print(uri: str | None) -> None:
    if uri is None:
        click.echo(word("link.invalid", {}), err=True)
        raise SystemExit(1)
    click.echo(uri)


commands = [links]
