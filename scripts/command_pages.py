"""Write a page for each command to docs/commands, from the parser; `--check` only says whether they are up to date."""

import argparse
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))
FOLDER = ROOT / "docs" / "commands"


def pages() -> dict[str, str]:
    """The text of each page by its file name: one per command, and one that lists them."""
    from core.cli.parser import build
    from core.cli.table import COMMANDS

    parser = build()
    (steps,) = (action for action in parser._actions if isinstance(action, argparse._SubParsersAction))
    made = {f"{command.name}.md": page(steps.choices[command.name], command.help) for command in COMMANDS}
    rows = "".join(f"| [{command.name}]({command.name}.md) | {escaped(command.help)} |\n" for command in COMMANDS)
    about = (
        "Everything that a page of the dashboard does can be done without it. Results go to stdout or `--out`, "
        "progress and remarks to stderr; the exit code is 0, 2 after one line on bad input, 130 after Ctrl-C."
    )
    return {"index.md": f"# Commands\n\n{about}\n\n| command | what it does |\n|---|---|\n{rows}"} | made


def page(parser: argparse.ArgumentParser, said: str) -> str:
    """One command: what it does, how it is called, and what it takes."""
    actions = [each for group in parser._action_groups for each in group._group_actions if each.dest != "help"]
    must = [called(each) for each in actions if each.required]
    usage = " ".join([parser.prog, *must, "[options]"])
    rows = [row(action) for action in actions]
    name = parser.prog.rpartition(" ")[2]
    table = f"\n| takes | meaning |\n|---|---|\n{''.join(rows)}" if rows else ""
    return f"# {name}\n\n{said[:1].upper()}{said[1:]}.\n\n```\n{usage}\n```\n{table}"


def called(action: argparse.Action) -> str:
    """An argument as it is written: its names and what stands for its value."""
    value = str(action.metavar or ("" if action.nargs == 0 else action.dest.upper()))
    return f"{', '.join(action.option_strings)} {value}".strip() if action.option_strings else value


def row(action: argparse.Action) -> str:
    """One argument with its choices and whether it must be given."""
    choices = f" One of: {', '.join(map(str, action.choices))}." if action.choices else ""
    must = " Must be given." if action.required and action.option_strings else ""
    told = escaped(action.help or "")
    return f"| `{called(action)}` | {told[:1].upper()}{told[1:]}.{choices}{must} |\n"


def escaped(text: str) -> str:
    """Fit for a cell of a table."""
    return " ".join(text.replace("%%", "%").split()).replace("|", "\\|").rstrip(".")


def main() -> int:
    """Write what is not as it should be; with `--check` 1 if anything is not."""
    made = pages()
    there = {path.name: path.read_text("utf-8") for path in FOLDER.glob("*.md")}
    if "--check" in sys.argv[1:]:
        return int(made != there)
    FOLDER.mkdir(exist_ok=True)
    for name in there.keys() - made.keys():
        (FOLDER / name).unlink()
    for name, text in made.items():
        (FOLDER / name).write_text(text, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
