"""The one `main` of the programs that compute chapters' references: shared options, both precisions, a golden set."""

import argparse
from collections.abc import Callable

import torch

from golden_store import PRECISIONS, GoldenStore

Options = argparse.Namespace


def main(
    description: str,
    chapter: str,
    compute: Callable[[GoldenStore, str, Options], None],
    *,
    runs: dict[str, list[str]] | None = None,
    profiles: tuple[str, ...] = ("quick",),
    add_options: Callable[[argparse.ArgumentParser], None] | None = None,
    instead: Callable[[Options], bool] | None = None,
    store_trained: Callable[[GoldenStore, int, str], None] | None = None,
) -> None:
    """Reads the command line, computes, and writes the golden set that `--write-goldens` names.

    `compute(store, precision, options)` stores what the chapter records in one precision, and seeds every stream that
    it draws from. `runs` are the options that `book check` passes to the chapter, by precision. `add_options` adds the
    program's own options; `instead` is asked first, does what they ask for, and says whether that was all.
    `store_trained(store, seed, precision)` stores what is drawn from the weights of whole runs, for `--trained`.
    """
    parser = argument_parser(description)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--profile", choices=profiles, default=profiles[0])
    parser.add_argument("--write-goldens", metavar="FOLDER", help="compute everything in both precisions and store it")
    if store_trained:
        parser.add_argument(
            "--trained", action="store_true", help="store anew only what is drawn from whole runs' weights"
        )
    if add_options:
        add_options(parser)
    options = parsed(parser)
    if instead and instead(options):
        return
    if not options.write_goldens:
        parser.error("expected --write-goldens FOLDER" + (", or one of the program's own options" if instead else ""))
    if store_trained and options.trained:
        store = GoldenStore.opened(options.write_goldens, options.seed)
        for precision in PRECISIONS:
            store_trained(store, options.seed, precision)
    else:
        store = GoldenStore(chapter, options.profile, options.seed, runs or {precision: [] for precision in PRECISIONS})
        # Float64 first: what is wrong with a formula shows there, and shows before the long run.
        for precision in reversed(PRECISIONS):
            compute(store, precision, options)
    store.write(options.write_goldens)


def argument_parser(description: str) -> argparse.ArgumentParser:
    """A parser whose help is the program's own text."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--threads", type=positive, default=1, help="of PyTorch")
    return parser


def parsed(parser: argparse.ArgumentParser) -> Options:
    """The options of the command line; PyTorch is told how many threads it has."""
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    return options


def positive(text: str) -> int:
    """A whole number from 1 up."""
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text}: expected a number from 1 up")
    return number
