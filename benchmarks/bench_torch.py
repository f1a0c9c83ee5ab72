"""PyTorch's iterations beside ours, alternating in one run: `make bench-torch`.

For every round: some iterations of this package's chapter (a child process), then as many of PyTorch's eager mode, of
channels-last and, for DCGAN, of the compiled model (torch.compile refuses the double backward that ProGAN's penalty
needs). Medians over all rounds; the first iterations of every turn are warm-up and left out. The JSON has the entries
of `book bench` plus `torch_ms` (eager), `torch_best_ms` (its best mode) and both ratios, ours/PyTorch's.
"""

import argparse
import fnmatch
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
import torchvision

REPOSITORY = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(REPOSITORY / "goldens" / "reference"))
import ch03_dcgan  # noqa: E402
import progan  # noqa: E402

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


class TorchProGAN:
    """One iteration of the document's training at a resolution: the critic with its penalty, then the generator."""

    def __init__(self, mode: str, step: int):
        torch.manual_seed(0)
        self.step, self.size, self.batch = step, 4 * 2**step, progan.BATCH_SIZES[step]
        self.generator, self.critic = progan.Generator(128, 128, 128), progan.Discriminator(128, 128, 128)
        self.real = torch.rand(self.batch, 3, self.size, self.size) * 2 - 1
        if mode == "channels-last":
            self.generator.to(memory_format=torch.channels_last)
            self.critic.to(memory_format=torch.channels_last)
            self.real = self.real.to(memory_format=torch.channels_last)
        self.optimizer_g = torch.optim.Adam(self.generator.parameters(), lr=1e-4, betas=(0.0, 0.99))
        self.optimizer_c = torch.optim.Adam(self.critic.parameters(), lr=1e-4, betas=(0.0, 0.99))

    def iterate(self):
        def score(images):
            return self.critic(images, 0.5, self.step)

        # As the document's loop, without the gradients it throws away: the fakes are detached in the critic's step.
        noise = torch.randn(self.batch, 128, 1, 1)
        fake = self.generator(noise, 0.5, self.step)
        beta = torch.rand(self.batch, 1, 1, 1)
        mixed = (self.real * beta + fake.detach() * (1 - beta)).requires_grad_()
        scores = score(mixed)
        gradient = torch.autograd.grad(scores, mixed, torch.ones_like(scores), create_graph=True)[0]
        penalty = ((gradient.flatten(1).norm(2, dim=1) - 1) ** 2).mean()
        loss = -(score(self.real).mean() - score(fake.detach()).mean()) + 10 * penalty
        self.critic.zero_grad()
        loss.backward()
        self.optimizer_c.step()
        self.generator.zero_grad()
        (-score(fake).mean()).backward()
        self.optimizer_g.step()


class TorchInception:
    """32 pictures through torchvision's Inception v3 in evaluation mode, weights as its constructor draws them."""

    def __init__(self, mode: str):
        torch.manual_seed(0)
        self.network = torchvision.models.inception_v3(weights=None, transform_input=True, init_weights=False).eval()
        self.pictures = torch.randn(32, 3, 299, 299)
        if mode == "channels-last":
            self.network.to(memory_format=torch.channels_last)
            self.pictures = self.pictures.to(memory_format=torch.channels_last)
        if mode == "compiled":
            self.network = torch.compile(self.network)

    @torch.inference_mode()
    def iterate(self):
        self.network(self.pictures)


def time_scoring(name: str, threads: int, rounds: int) -> list[float]:
    """Medians that `book bench` takes by itself."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "bench.json"
        subprocess.run(
            [
                str(REPOSITORY / ".build" / "release" / "book"),
                "bench",
                "--filter",
                name,
                "--threads",
                str(threads),
                "--rounds",
                str(rounds),
                "--json",
                str(report),
            ],
            check=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        return [entry["ms"] / 1e3 for entry in json.loads(report.read_text())["entries"]]


def time_ours(executable: str, arguments: list[str], threads: int, iterations: int) -> list[float]:
    with tempfile.TemporaryDirectory() as folder:
        timings = Path(folder) / "timings.json"
        subprocess.run(
            [
                str(REPOSITORY / ".build" / "release" / executable),
                *arguments,
                "--threads",
                str(threads),
                "--iterations",
                str(WARM_UP + iterations),
                "--out",
                folder,
                "--timings",
                str(timings),
            ],
            check=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        return json.loads(timings.read_text())["seconds"][WARM_UP:]


def time_torch(model, iterations: int) -> list[float]:
    seconds = []
    for _ in range(iterations + 1):
        start = time.perf_counter()
        model.iterate()
        seconds.append(time.perf_counter() - start)
    return seconds[1:]


def compare(name: str, make_torch, modes: list[str], ours, rounds: int, iterations: int) -> dict:
    """Medians of ours and of every mode of PyTorch that runs, taken in turns."""
    models = {}
    for mode in modes:
        try:
            model = make_torch(mode)
            for _ in range(WARM_UP):
                model.iterate()
            models[mode] = model
        except Exception as error:  # torch.compile needs a C++ compiler and more; the other modes still compare
            print(f"{mode}: left out, {type(error).__name__}: {str(error).splitlines()[0]}")
    seconds = {key: [] for key in ["ours", *models]}
    for number in range(rounds):
        seconds["ours"] += ours(iterations)
        for mode, model in models.items():
            seconds[mode] += time_torch(model, iterations)
        done = (f"{key} {1e3 * statistics.median(values):.0f} ms" for key, values in seconds.items())
        print(f"{name} round {number + 1}/{rounds}", *done, flush=True)

    medians = {key: 1e3 * statistics.median(values) for key, values in seconds.items()}
    torch_modes = {mode: medians[mode] for mode in models}
    best = min(torch_modes, key=torch_modes.get)
    ratios = (f"{mode} {ms:.1f} ms ({medians['ours'] / ms:.2f}x)" for mode, ms in torch_modes.items())
    print(f"{name}  ours {medians['ours']:.1f} ms", *ratios, flush=True)
    return {
        "name": name,
        "ms": medians["ours"],
        "torch_ms": medians.get("eager"),
        "torch_best_ms": medians[best],
        "torch_best_mode": best,
        "ratio": medians["ours"] / medians.get("eager", float("nan")),
        "ratio_best": medians["ours"] / medians[best],
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--iterations", type=int, default=8, help="iterations of each in a round")
    parser.add_argument("--modes", default="eager,channels-last,compiled")
    parser.add_argument("--filter", default="*", help="only iterations whose name matches")
    parser.add_argument("--json", metavar="FILE")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    modes = options.modes.split(",")
    entries = []

    def wanted(name):
        return fnmatch.fnmatchcase(name, options.filter)

    if wanted("dcgan/iteration"):
        entries.append(
            compare(
                "dcgan/iteration",
                TorchDCGAN,
                modes,
                lambda n: time_ours("ch03-dcgan-cifar10", ["--act", "literal"], options.threads, n),
                options.rounds,
                options.iterations,
            )
        )
    for step in range(6):
        name = f"progan/iteration/{4 * 2**step}"
        if not wanted(name):
            continue
        arguments = ["--profile", "full", "--from-step", str(step)]
        entries.append(
            compare(
                name,
                lambda mode, step=step: TorchProGAN(mode, step),
                [mode for mode in modes if mode != "compiled"],
                lambda n, arguments=arguments: time_ours("ch06-progan-training", arguments, options.threads, n),
                # From 8 px on an iteration takes about a second.
                options.rounds if step == 0 else min(options.rounds, 3),
                options.iterations if step == 0 else 3,
            )
        )
    if wanted("score/inception-32"):
        entries.append(
            compare(
                "score/inception-32",
                TorchInception,
                [mode for mode in modes if mode != "compiled"],
                lambda n: time_scoring("score/inception-32", options.threads, n),
                min(options.rounds, 5),
                3,
            )
        )
    if not entries:
        sys.exit(f"no benchmark is called {options.filter!r}")
    if options.json:
        report = {
            "machine": platform.processor() or platform.machine(),
            "threads": options.threads,
            "torch": torch.__version__,
            "entries": entries,
        }
        Path(options.json).write_text(json.dumps(report, indent=2, sort_keys=True) + "\n")


if __name__ == "__main__":
    main()
