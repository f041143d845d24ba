"""wengu regions: divisions of this or any other city."""

from pathlib import Path
from typing import Annotated

import typer

from wengu.ops.console import refuse, say, user
from wengu.ops.schema import on_database
from wengu.regions import actions
from wengu.regions.listing import BadListing

app = typer.Typer(help="行政区划: divisions over time.", no_args_is_help=True)


@app.command("load")
@on_database
def load(
    file: Annotated[
        Path | None, typer.Argument(help="A csv: snapshot,code12,name,level,parent12.", exists=True)
    ] = None,
    source: Annotated[str, typer.Option(help="Where the list is from.")] = "",
) -> None:
    """装载: load a city's divisions (default: the package's own); the same file changes nothing."""
    if file is None:
        loaded = actions.load(by=user())
    elif not source.strip():
        refuse("--source must say where the list is from, like 国家统计局统计用区划代码 2023-06-30")
    else:
        try:
            loaded = actions.load(file=file, source=source, by=user())
        except BadListing as error:
            refuse(str(error))
    say(
        f"{loaded.editions} 个版本 {loaded.divisions:,} 条，变更 {loaded.changed:,} 条，"
        f"沿革 {loaded.successions:,} 条"
    )
    for code in loaded.unresolved:
        say(f"  已撤销、未找到承接者（仍可查到）：{code}")
