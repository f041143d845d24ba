"""wengu: one command, a verb for each thing an engineer does with the product."""

import sys
from pathlib import Path
from typing import Annotated

import typer
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured, ValidationError

from wengu.ops import (
    boot,  # noqa: F401 - makes the settings ready before models are imported
    households,
    policy_commands,
    ports,
    record_commands,
    region_commands,
    run_commands,
    worker,
)
from wengu.ops import decide as deciding
from wengu.ops import demo as model_city
from wengu.ops.console import refuse, say, say_refusal, user
from wengu.ops.one_at_a_time import alone
from wengu.ops.preparing import prepare
from wengu.ops.refusals import REFUSED, said
from wengu.ops.schema import on_database
from wengu.ops.serving import serve as serve_all
from wengu.regions.models import Region
from wengu.vault.keys import make_key_file

app = typer.Typer(
    name="wengu",
    help="稳固: a city's long-term mechanism against relative poverty.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
app.command("decide")(deciding.decide)
app.command("import")(on_database(households.import_file))
app.command("evaluate")(on_database(run_commands.evaluate))
app.command("explain")(on_database(households.explain))
app.add_typer(run_commands.app, name="runs")
app.add_typer(policy_commands.app, name="policy")
app.add_typer(region_commands.app, name="regions")
app.add_typer(record_commands.app, name="audit")
demo_app = typer.Typer(help="模拟数据: the model city and its own day.")
app.add_typer(demo_app, name="demo")
keys_app = typer.Typer(help="密钥: the keys of encrypted fields.", no_args_is_help=True)
app.add_typer(keys_app, name="keys")


@demo_app.callback(invoke_without_command=True)
def demo(
    context: typer.Context,
    size: Annotated[
        str, typer.Option(help="county (20,000 households) or city (150,000).")
    ] = "county",
    seed: Annotated[int, typer.Option(help="Another seed is another city.")] = 2020,
    households: Annotated[int | None, typer.Option(help="Another number of households.")] = None,
) -> None:
    """模型城市: build the model city in WENGU_HOME; goes on where a stopped build stood."""
    if context.invoked_subcommand is not None:
        return
    if size not in model_city.SIZES:
        refuse(f"--size is {' or '.join(model_city.SIZES)}, not {size!r}")
    chosen = model_city.SIZES[size]
    if households is not None:
        chosen = model_city.Size(chosen.region, households)
    model_city.build(size=chosen, seed=seed)


@demo_app.command("code")
@on_database
def demo_code(username: Annotated[str, typer.Argument(help="A demo user.")]) -> None:
    """动态口令: print the one-time code of a demo user."""
    try:
        say(model_city.code(username))
    except (LookupError, RuntimeError) as error:
        refuse(str(error), code=1)


@demo_app.command("advance")
@on_database
def demo_advance(
    days: Annotated[int, typer.Argument(help="How many days, at least 1.")] = 1,
) -> None:
    """业务日期: move the demo's day forward and decide anew."""
    say(model_city.advance(days=days, by=user()))


@app.command("setup")
def setup() -> None:
    """安装: make keys (demo), tables, pages; safe to repeat, also after an upgrade."""
    with alone():
        prepare(by=user())
    if not Region.objects.exists():
        say("ready, but without divisions: load them next with `wengu regions load`")


@app.command("serve")
def serve(
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="The port to listen on.")] = 8000,
    workers: Annotated[int, typer.Option(help="Processes of the site.")] = 2,
) -> None:
    """服务: the site, its worker, scheduler and sealer; Ctrl-C stops them all."""
    if not settings.SECRET_IS_SET:
        refuse("WENGU_SECRET is not set: sessions need a secret of at least 50 characters")
    with ports.take(host, port):
        with alone():
            prepare(by=user())
        logins = model_city.logins() if settings.DEMO else []
        sys.exit(serve_all(host=host, port=port, workers=workers, logins=logins))


@app.command("worker", hidden=True)
@on_database
def run_worker() -> None:
    """任务进程: do jobs as they come (`wengu serve` starts it)."""
    worker.work(stop=worker.stopper())


@app.command("scheduler", hidden=True)
@on_database
def run_scheduler() -> None:
    """日程进程: begin each day's run (`wengu serve` starts it)."""
    worker.schedule(stop=worker.stopper())


@app.command("sealer", hidden=True)
@on_database
def run_sealer() -> None:
    """封存进程: seal the audit record in blocks (`wengu serve` starts it)."""
    worker.seal(stop=worker.stopper())


@keys_app.command("make")
def make_keys(file: Annotated[Path, typer.Argument(help="Where the keys will lie.")]) -> None:
    """生成: make a key file for production; keep a copy apart from the backups."""
    if file.exists():
        refuse(f"{file} exists: a key file is never overwritten")
    make_key_file(file, demo=False)


def main() -> None:
    """Run the command line; what an action refuses is said in a line, without a traceback."""
    try:
        app()
    except ValidationError as error:
        say_refusal("；".join(error.messages))
        sys.exit(1)
    except ImproperlyConfigured as error:
        say_refusal(str(error))
        sys.exit(2)
    except REFUSED as error:
        say_refusal(said(error))
        sys.exit(1)


if __name__ == "__main__":
    main()
