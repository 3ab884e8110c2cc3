"""The commands: each waits for its work, exits 0, or 2 with what and where in a line."""

from __future__ import annotations

import secrets
from pathlib import Path

import click
from flask import Flask
from flask.cli import AppGroup, with_appcontext

from models.accounts.actor import system_actor
from models.accounts.city import today
from models.accounts.operations import create_account, create_organisation
from models.audit.operations import verify
from models.planning.tables import PlanVersion
from webapp.cli import files
from webapp.cli.running import (
    CommandError,
    acting_for,
    operator_of,
    organisation,
    parse_date,
    ready_database,
    settings,
    told,
)

database_commands = AppGroup("db", help="The database.")
city_commands = AppGroup("city", help="The city and its roads.")
order_commands = AppGroup("orders", help="Orders.")
account_commands = AppGroup("accounts", help="Log-ins.")
audit_commands = AppGroup("audit", help="The audit trail.")
roadside_commands = AppGroup("roadside", help="Roadside codes.")
backup_commands = AppGroup("backup", help="Everything in one archive, and back.")


def install(app: Flask) -> None:
    """Register all commands."""
    for group in (
        database_commands,
        city_commands,
        order_commands,
        account_commands,
        audit_commands,
        backup_commands,
        roadside_commands,
    ):
        app.cli.add_command(group)
    app.cli.add_command(plan)


@database_commands.command("upgrade")
@told
def upgrade() -> None:
    """Migrate the database to this version's tables."""
    from models.db import Database  # noqa: PLC0415 - the owner's, before anything is there

    chosen = settings()
    Database(chosen.database_url, chosen.database_owner_url, secrets=chosen.secrets).upgrade()
    click.echo("the database is up to date")


@city_commands.command("generate")
@click.option("--seed", type=int, default=1, show_default=True)
@click.option("--date", "date_text", help="Service date, YYYY-MM-DD; default the next Tuesday.")
@click.option("--tight", is_flag=True, help="+20 % orders, range of -20 °C, half the bays.")
@told
def generate(seed: int, date_text: str | None, tight: bool) -> None:  # noqa: FBT001 - click's way
    """Load the demo city into an empty database."""
    from workers.supervise.demo_day import (  # noqa: PLC0415 - no page needs the generator
        generate_city,
        next_tuesday,
    )

    database = ready_database()
    with database.read() as session:
        service_date = parse_date(date_text) if date_text else next_tuesday(today(session))
    accounts = generate_city(
        settings(), database, seed=seed, service_date=service_date, tight=tight
    )
    click.echo(f"demo city, seed {seed}, service date {service_date}")
    for account in accounts:
        click.echo(f"{account['role']:<11} {account['login']:<10} {account['password']}")


@order_commands.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--shipper", help="Code of the shipper; needed where the file does not tell.")
@click.option("--date", "date_text", help="Service date where the file has none, YYYY-MM-DD.")
@told
def import_orders(file: Path, shipper: str | None, date_text: str | None) -> None:
    """Import a shipper's CSV or XLSX sheet of orders, all or nothing."""
    stored = files.import_orders(ready_database(), file, shipper, date_text)
    click.echo(f"{file}: {stored} orders stored")


@click.command("plan")
@click.argument("date_text", metavar="DATE")
@click.option("--operator", help="Code of the operator, where several have orders.")
@click.option("--time-limit", type=click.IntRange(1, 14400), help="Seconds of search.")
@click.option("--seed", type=int, default=0, show_default=True)
@with_appcontext
@told
def plan(date_text: str, operator: str | None, time_limit: int | None, seed: int) -> None:
    """Plan a service date and wait for the result."""
    from workers.planning.warm import prepare  # noqa: PLC0415 - before the engines are loaded

    prepare()
    from workers.planning.here import plan_here  # noqa: PLC0415 - loads the engines
    from workers.planning.request import Wanted  # noqa: PLC0415 - the same

    database = ready_database()
    service_date = parse_date(date_text)
    with database.read() as session:
        actor = acting_for(operator_of(session, service_date, operator))
    limit = time_limit or settings().plan_time_limit_s
    wanted = Wanted(service_date=service_date, time_limit_s=limit, seed=seed)
    version_id = plan_here(settings(), database, actor, wanted)
    with database.read() as session:
        version = session.get_one(PlanVersion, version_id)
        if version.state != "solved":
            raise CommandError(f"plan {service_date}: {version.state}: {version.reason or ''}")
        totals = version.totals
        click.echo(
            f"plan {version_id} v{version.version}: {version.verdict}, "
            f"{totals.get('served')} of {totals.get('orders')} orders, "
            f"{totals.get('vehicles')} vehicles, {totals.get('cost_fen', 0) / 100:.2f} CNY"
        )


@account_commands.command("create-admin")
@click.option("--login", default="admin", show_default=True)
@click.option("--name", default="管理员", show_default=True)
@click.option("--password", help="At least 10 characters; one is made and shown when left out.")
@told
def create_admin(login: str, name: str, password: str | None) -> None:
    """Make an administrator's log-in."""
    database = ready_database()
    given = password or secrets.token_urlsafe(15)
    actor = system_actor(request_id="cli")
    with database.write() as session:
        try:
            platform = organisation(session, "platform", None, "--platform").id
        except CommandError:
            platform = create_organisation(session, actor, kind="platform", name="平台").id
        create_account(
            session,
            actor,
            login=login,
            name=name,
            role="admin",
            organisation_id=platform,
            password=given,
        )
    click.echo(f"administrator {login}" + ("" if password else f", password {given}"))


@audit_commands.command("verify")
@told
def verify_audit() -> None:
    """Compute every hash of the audit trail again."""
    with ready_database().read() as session:
        proof = verify(session)
    if not proof.whole:
        raise CommandError(f"audit: event {proof.broken_at} does not fit the one before")
    click.echo(f"audit: {proof.events} events fit, head {proof.head}")


@roadside_commands.command("rotate")
@click.option("--withdraw", is_flag=True, help="The old key became known: its codes are void.")
@told
def rotate_roadside_key(withdraw: bool) -> None:  # noqa: FBT001 - click's way
    """Retire the key that signs roadside codes and begin with another one."""
    from workers.permits.codes import rotate  # noqa: PLC0415 - no other command needs it

    key = rotate(settings(), ready_database(), withdraw=withdraw).key
    click.echo(f"codes are signed by {key.kid} ({key.algorithm}) from now on")


@backup_commands.command("create")
@click.argument("file", type=click.Path(path_type=Path), required=False)
@told
def create_backup(file: Path | None) -> None:
    """Write database, artefacts and the home's secrets into FILE; the product may run.

    FILE: by default a new one in the home's folder ``backups``.
    """
    from workers.backup import back_up  # noqa: PLC0415 - no page needs it

    made = back_up(settings(), ready_database(), file)
    click.echo(f"{made.path}: {made.files} files, {made.size} bytes, schema {made.revision}")
    if not (settings().home / "secrets" / "secret_key").is_file():
        click.echo("SECRET_KEY comes from the environment: keep it apart, the archive has it not")


@backup_commands.command("restore")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--force", is_flag=True, help="Replace the data that are here.")
@told
def restore_backup(file: Path, force: bool) -> None:  # noqa: FBT001 - click's way
    """Make this installation what FILE says; the product must be stopped."""
    from workers.backup import restore  # noqa: PLC0415 - no page needs it
    from workers.backup.restoring import same_secret  # noqa: PLC0415 - the same

    manifest = restore(settings(), file, force=force)
    click.echo(f"{file}: restored, made {manifest.made_at} by version {manifest.product}")
    if not same_secret(settings(), manifest):
        click.echo("SECRET_KEY is not the one of then: everybody logs in again")
