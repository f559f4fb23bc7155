"""The command line: `python -m core COMMAND`. Heavy libraries load only in the command that needs them."""

import sys
from collections.abc import Sequence

from core import settings as configuration
from core.cli.console import joined
from core.cli.parser import build
from core.errors import MeanderError
from core.phrases import harmless


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit code is 0, 2 after one line on bad input, 130 after Ctrl-C."""
    try:
        configuration.check()
        options = build().parse_args(joined(sys.argv[1:] if arguments is None else arguments))
        options.run(options)
    except MeanderError as error:
        return _fail(2, f"Error: {error}")
    except KeyboardInterrupt:
        return _fail(130, "Stopped.")
    except BrokenPipeError:
        sys.stdout = None  # whoever read the output has enough
    return 0


def _fail(code: int, line: str) -> int:
    sys.stderr.write(f"{' '.join(harmless(line).split())}\n")
    return code
