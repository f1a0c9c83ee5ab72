"""PyTorch's iterations beside ours, alternating in one run: `make bench-torch`.

For every round: some iterations of this package's chapter (a child process), then as many of PyTorch's eager mode, of channels-last
and of the compiled model. Medians over all rounds; the first iterations of every turn are warm-up and left out. The
JSON has the entries of `book bench` plus `torch_ms` (eager), `torch_best_ms` (its best mode) and both ratios, ours/PyTorch's.
"""

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import torch
import torch.nn.functional as F

REPOSITORY = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(REPOSITORY / "goldens" / "reference"))
import ch03_dcgan  # noqa: E402

WARM_UP = 3


class TorchDCGAN:
    """One iteration of the document's program, on random pictures: time does not depend on what they show."""

    def __init__(self, mode: str):
        torch.manual_seed(0)
        self.generator, self.discriminator = ch03_dcgan.Generator(), ch03_dcgan.Discriminator(sigmoid=True)
        self.real = torch.rand(64, 3, 64, 64) * 2 - 1
        self.fixed_noise = torch.randn(64, 64, 1, 1)
        if mode == "channels-last":
            self.generator.to(memory_format=torch.channels_last)
            self.discriminator.to(memory_format=torch.channels_last)
            self.real = self.real.to(memory_format=torch.channels_last)
        settings = {"lr": ch03_dcgan.LEARNING_RATE, "betas": ch03_dcgan.BETAS}
        self.optimizer_g = torch.optim.Adam(self.generator.parameters(), **settings)
        self.optimizer_d = torch.optim.Adam(self.discriminator.parameters(), **settings)
        self.g, self.d = self.generator, self.discriminator
        if mode == "compiled":
            self.g, self.d = torch.compile(self.generator), torch.compile(self.discriminator)

    def iterate(self):
        def criterion(logits, target):
            return F.binary_cross_entropy_with_logits(logits, torch.full_like(logits, target))

        self.discriminator.zero_grad()
        fakes = self.g(torch.randn(64, 64, 1, 1))
        loss = criterion(self.d(self.real), 1.0) + criterion(self.d(fakes.detach()), 0.0)
        loss.backward()
        self.optimizer_d.step()
        self.generator.zero_grad()
        criterion(self.d(fakes), 1.0).backward()
        self.optimizer_g.step()
        with torch.no_grad():
            self.g(self.fixed_noise)


def time_ours(threads: int, iterations: int) -> list[float]:
    with tempfile.TemporaryDirectory() as folder:
        timings = Path(folder) / "timings.json"
        subprocess.run(
            [
                str(REPOSITORY / ".build" / "release" / "ch03-dcgan-cifar10"), "--act", "literal", "--threads", str(threads),
                "--iterations", str(WARM_UP + iterations), "--out", folder, "--timings", str(timings),
            ],
            check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )
        return json.loads(timings.read_text())["seconds"][WARM_UP:]


def time_torch(model: TorchDCGAN, iterations: int) -> list[float]:
    seconds = []
    for _ in range(iterations + 1):
        start = time.perf_counter()
        model.iterate()
        seconds.append(time.perf_counter() - start)
    return seconds[1:]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--iterations", type=int, default=8, help="iterations of each in a round")
    parser.add_argument("--modes", default="eager,channels-last,compiled")
    parser.add_argument("--json", metavar="FILE")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)

    models = {}
    for mode in options.modes.split(","):
        model = TorchDCGAN(mode)
        try:
            for _ in range(WARM_UP):
                model.iterate()
            models[mode] = model
        except Exception as error:  # torch.compile needs a C++ compiler and more; the other modes still compare
            print(f"{mode}: left out, {type(error).__name__}: {str(error).splitlines()[0]}")
    seconds = {name: [] for name in ["ours", *models]}
    for number in range(options.rounds):
        seconds["ours"] += time_ours(options.threads, options.iterations)
        for mode, model in models.items():
            seconds[mode] += time_torch(model, options.iterations)
        print(f"round {number + 1}/{options.rounds}", *(f"{k} {1e3 * statistics.median(v):.0f} ms" for k, v in seconds.items()))

    medians = {name: 1e3 * statistics.median(values) for name, values in seconds.items()}
    torch_modes = {mode: medians[mode] for mode in models}
    best = min(torch_modes, key=torch_modes.get)
    entry = {
        "name": "dcgan/iteration", "ms": medians["ours"], "torch_ms": medians.get("eager"), "torch_best_ms": medians[best],
        "torch_best_mode": best, "ratio": medians["ours"] / medians.get("eager", float("nan")),
        "ratio_best": medians["ours"] / medians[best],
    }
    print(f"dcgan/iteration  ours {entry['ms']:.1f} ms", *(f"{mode} {ms:.1f} ms ({medians['ours'] / ms:.2f}x)" for mode, ms in torch_modes.items()))
    if options.json:
        report = {
            "machine": platform.processor() or platform.machine(), "threads": options.threads, "torch": torch.__version__,
            "entries": [entry],
        }
        Path(options.json).write_text(json.dumps(report, indent=2, sort_keys=True) + "\n")


if __name__ == "__main__":
    main()
