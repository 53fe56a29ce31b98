"""``abreast``: the commands, and how errors end.

Exit codes: 0 done; 1 done, and something was found that needs attention (a check with findings); 2 the input or the
command could not be understood; 3 something on this machine is missing or damaged; 4 a fault of abreast itself; 130
stopped by the person.
"""

from __future__ import annotations

import os
import sys
import traceback
from pathlib import Path
from typing import Annotated

import typer

from abreast import __version__
from abreast.cli import case, changes, criteria, documents, knowledge, measure, plan, read, sync, trials, watch, web
from abreast.cli.console import LANG, asked_for, complain
from abreast.cli.passphrase import use_file
from abreast.foundation.errors import AbreastError, InputError, KnowledgeError, RegistryError, RuleError, Stopped
from abreast.foundation.language import gettext as _
from abreast.foundation.language import use

EPILOG = (
    "Exit codes: 0 done, 1 done with findings, 2 the input could not be understood, 3 something on this machine is "
    "missing or damaged, 4 a fault of abreast, 130 stopped. Nothing about you leaves this machine; only sync, and "
    "watch --sync, use the network."
)

app = typer.Typer(
    name="abreast",
    epilog=EPILOG,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
plan.register(app)
read.register(app)
changes.register(app)
documents.register(app)
app.add_typer(case.app, name="case")
app.add_typer(trials.app, name="trials")
app.add_typer(criteria.app, name="criteria")
app.add_typer(knowledge.app, name="knowledge")
knowledge.register(app)
app.add_typer(measure.app, name="evaluate")
measure.register(app)
sync.register(app)
watch.register(app)
web.register(app)


PASSPHRASE_FILE = Annotated[
    Path | None,
    typer.Option(
        "--passphrase-file",
        help="Take the passphrase of locked cases from the first line of this file. Without it, the environment "
        "variable ABREAST_PASSPHRASE is used, or you are asked.",
        show_default=False,
    ),
]


@app.callback()
def settings(passphrase_file: PASSPHRASE_FILE = None) -> None:
    """From a record of advanced breast cancer to a plan: what is known, what is missing, what to ask, and why."""
    use_file(passphrase_file)


@app.command()
def version(lang: LANG = "en") -> None:
    """Show the version of abreast, of its medical facts and of its trial registry."""
    from abreast.cli.load import describe_versions

    for line in describe_versions(__version__):
        typer.echo(line)


def main() -> None:
    """Run the command line; end with a documented exit code and never with a traceback."""
    try:
        app()
    except (InputError, RuleError) as error:
        complain(str(error))
        sys.exit(2)
    except (KnowledgeError, RegistryError) as error:
        complain(str(error))
        sys.exit(3)
    except (KeyboardInterrupt, Stopped):
        with use(asked_for()):
            complain(_("stopped; what was finished is kept"))
        sys.exit(130)
    except AbreastError as error:
        complain(str(error))
        sys.exit(3)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except (FileExistsError, NotADirectoryError) as error:
        with use(asked_for()):
            complain(_("%(file)s: expected a folder, found a file of that name") % {"file": error.filename})
        sys.exit(2)
    except OSError as error:
        with use(asked_for()):
            where = error.filename or _("this machine")
            complain(f"{where}: {error.strerror or error}")
        sys.exit(3)
    except MemoryError:
        with use(asked_for()):
            complain(_("this machine has not enough memory for that"))
        sys.exit(3)
    except Exception as error:
        if os.environ.get("ABREAST_DEBUG"):
            raise
        where = traceback.extract_tb(error.__traceback__)[-1]
        with use(asked_for()):
            told = _(
                "abreast made a mistake of its own (%(kind)s in %(file)s, line %(line)s). Nothing was changed. "
                "With ABREAST_DEBUG=1 it tells more, which may include your data."
            )
            file = Path(where.filename).name
            complain(told % {"kind": type(error).__name__, "file": file, "line": where.lineno})
        sys.exit(4)
