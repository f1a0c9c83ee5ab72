"""What `--trace` costs: iterations of chapters 3 and 6 with and without it, alternating, on one machine.

For each round and chapter one run with tracing and one without, in turn first. Reported are the medians over all
iterations but each run's first ones, and processor time (user + system) of whole runs, which other load on the machine
distorts less.

Usage, from the root of the repository, after `make build`:
    python3 benchmarks/trace_overhead.py [--rounds 5] [--iterations 30]
"""

import argparse
import json
import os
import resource
import statistics
import subprocess
import tempfile
from pathlib import Path

CASES = {
    "dcgan, literal": ["ch03-dcgan-cifar10", "--act", "literal"],
    "dcgan, repaired": ["ch03-dcgan-cifar10", "--act", "repaired"],
    "progan, 4 px": ["ch06-progan-training"],
    "progan, 16 px": ["ch06-progan-training", "--from-step", "2"],
}
WARM_UP = 3


def run(command, iterations, folder, traced):
    """Seconds of every iteration but the first ones, and processor seconds of the whole run."""
    timings = folder / "timings.json"
    arguments = [f".build/release/{command[0]}", *command[1:], "--iterations", str(iterations), "--overwrite"]
    arguments += ["--out", str(folder / "out"), "--timings", str(timings)]
    if traced:
        arguments += ["--trace", str(folder / "trace")]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(arguments, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    processor = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return json.loads(timings.read_text())["seconds"][WARM_UP:], processor


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--iterations", type=int, default=30)
    parser.add_argument("--case", choices=list(CASES), action="append")
    options = parser.parse_args()
    print(
        f"{'case':16} {'ms':>8} {'traced':>8} {'ratio':>6}   {'CPU s':>7} {'traced':>7} {'ratio':>6}   "
        "bytes an iteration"
    )
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for case in options.case or CASES:
            seconds, processor = {False: [], True: []}, {False: [], True: []}
            for number in range(options.rounds):
                for traced in (False, True) if number % 2 == 0 else (True, False):
                    own, cpu = run(CASES[case], options.iterations, folder, traced)
                    seconds[traced] += own
                    processor[traced].append(cpu)
            plain, with_trace = (1000 * statistics.median(seconds[traced]) for traced in (False, True))
            cpu_plain, cpu_trace = (statistics.median(processor[traced]) for traced in (False, True))
            size = os.path.getsize(folder / "trace") // options.iterations
            print(
                f"{case:16} {plain:8.1f} {with_trace:8.1f} {with_trace / plain:6.3f}   "
                f"{cpu_plain:7.2f} {cpu_trace:7.2f} "
                f"{cpu_trace / cpu_plain:6.3f}   {size}",
                flush=True,
            )


if __name__ == "__main__":
    main()
