"""Chapter 3's reference: the document's DCGAN on CIFAR-10, in PyTorch, from one seed.

The program does what the document's code does, quirks included, not what its prose says:

* D ends in Sigmoid and the loss applies another one (BCEWithLogits), so a printed D(x) is sigmoid(sigmoid(.)).
* Real images are 64x64 and fakes 32x32: D gives [B,1,5,5] for the first and [B,1,1,1] for the second.
* G's step sends the fakes of D's step, made before D moved, through the D that has moved.
* After every iteration G, still in training mode, draws the fixed noise: its running statistics move a second time.

`--act repaired` prints the lines of the chapter's second act: no Sigmoid before the logits loss, and real images left
at 32x32. The fourth act's first iterations (a slower D, smoothed labels) are stored with the rest.

Every random draw is made in float32, in the document's order, and then widened for `--dtype float64`: both precisions
start from the same numbers, so their difference is rounding alone.
"""

import math
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
from PIL import Image
from torch.utils.data import DataLoader, Dataset, RandomSampler
from torchvision import transforms

import first_epoch
from cifar10_pack import Pack
from reference_program import main
from trained_weights import has_ledger, kept_weights

REPOSITORY = Path(__file__).resolve().parents[2]
CHAPTER = "03-dcgan-cifar10"
EPOCHS, BATCH, LATENT, LEARNING_RATE, BETAS = 50, 64, 64, 2e-4, (0.5, 0.999)
RECORD = 1 + 3 * 32 * 32  # one label byte, then the red, green and blue planes
QUICK_ITERATIONS = {False: 128, True: 64}  # of the literal run and of the repaired one
# What the golden set holds by precision: how long the run is, how many of its iterations are compared, and the log's
# decimals. Float64 bounds the formulas, and crosses the embedded subset's first epoch of 32 iterations: its last batch
# of 16, and the second epoch's order. Float32 is the run a reader sees, whole, because it has to come near the fixed
# point; its lines are compared up to iteration 24 only: past that PyTorch with one thread and PyTorch with two lie up
# to 2e-2 apart (`--scatter` measures it).
GOLDEN_RUNS = {"float64": (40, 40, 12), "float32": (None, 25, 6)}
FIRST_LINE_SEEDS = (1, 2)
BALANCED = {"rate_d": 5e-5, "real_label": 0.9}  # the fourth act: the repaired one with D held back
BALANCED_ITERATIONS = 10
DOCUMENT_LAST_LINE = "Loss_D: 1.0064  Loss_G: 0.6931  D(x): 0.7311  D(G(z)): 0.5000 / 0.5000"
SERIES = (
    "loss-d", "loss-g", "d-x", "d-gz1", "d-gz2", "gradient-norm-g", "gradient-norm-d", "output-x", "output-gz",
)  # fmt: skip
MAPS = (0, 24)  # iterations whose maps of D's output on real pictures are kept


# ---------------------------------------------------------------------------------------------------------------- data


class Cifar10(Dataset):
    """Records of the official binary layout, resized as 8-bit pictures (Pillow's bilinear) and scaled to [-1, 1]."""

    def __init__(self, records: np.ndarray, size: int):
        self.records = records
        steps = [transforms.Resize(size), transforms.CenterCrop(size)] if size != 32 else []
        self.transform = transforms.Compose(steps + [transforms.ToTensor(), transforms.Normalize([0.5] * 3, [0.5] * 3)])

    def __len__(self):
        return len(self.records)

    def __getitem__(self, index):
        record = self.records[index]
        picture = Image.fromarray(np.ascontiguousarray(record[1:].reshape(3, 32, 32).transpose(1, 2, 0)))
        return self.transform(picture), int(record[0])


def as_records(data: bytes, name) -> np.ndarray:
    if not data or len(data) % RECORD:
        raise SystemExit(f"{name}: {len(data)} bytes is not a whole number of {RECORD}-byte CIFAR-10 records")
    records = np.frombuffer(data, np.uint8).reshape(-1, RECORD)
    if records[:, 0].max() > 9:
        raise SystemExit(f"{name}: record {int(records[:, 0].argmax())} has label {int(records[:, 0].max())}, above 9")
    return records


def load_records(folder: str | None) -> np.ndarray:
    """The five training batches under `folder`, or the subset that is part of the repository."""
    if folder is None:
        return Pack().records("quick")
    root = Path(folder)
    if (root / "cifar-10-batches-bin").is_dir():
        root = root / "cifar-10-batches-bin"
    batches = []
    for number in range(1, 6):
        file = root / f"data_batch_{number}.bin"
        if not file.is_file():
            raise SystemExit(f"{file}: no such file; --data takes a folder holding cifar-10-batches-bin, or being it")
        batches.append(as_records(file.read_bytes(), file))
    return np.concatenate(batches)


# -------------------------------------------------------------------------------------------------------------- models


class Generator(nn.Module):
    def __init__(self):
        super().__init__()
        widths, layers = [LATENT, 256, 128, 64, 32], []
        for inputs, outputs in zip(widths, widths[1:]):
            layers += [nn.ConvTranspose2d(inputs, outputs, 4, 2, 1, bias=False), nn.BatchNorm2d(outputs), nn.ReLU()]
        self.GAN_Generator = nn.Sequential(*layers, nn.ConvTranspose2d(32, 3, 4, 2, 1, bias=False), nn.Tanh())

    def forward(self, noise):
        return self.GAN_Generator(noise)


class Discriminator(nn.Module):
    def __init__(self, sigmoid: bool):
        super().__init__()
        layers = [
            nn.Conv2d(3, 64, 4, 2, 1, bias=False),
            nn.LeakyReLU(0.2),
            nn.Conv2d(64, 128, 4, 2, 1, bias=False),
            nn.BatchNorm2d(128),
            nn.LeakyReLU(0.2),
            nn.Conv2d(128, 256, 4, 2, 1, bias=False),
            nn.BatchNorm2d(256),
            nn.LeakyReLU(0.2),
            nn.Conv2d(256, 1, 4),
        ]
        self.GAN_Discriminator = nn.Sequential(*layers, *([nn.Sigmoid()] if sigmoid else []))

    def forward(self, images):
        return self.GAN_Discriminator(images)


def initialise(module):
    if isinstance(module, (nn.ConvTranspose2d, nn.Conv2d)):
        nn.init.xavier_normal_(module.weight)  # D's last bias keeps PyTorch's default draw
    elif isinstance(module, nn.BatchNorm2d):
        nn.init.normal_(module.weight, 1.0, 0.02)
        nn.init.zeros_(module.bias)


# ------------------------------------------------------------------------------------------------------------ training


@dataclass
class Run:
    """What one act leaves behind."""

    series: dict = field(default_factory=lambda: {name: [] for name in SERIES})
    log: list = field(default_factory=list)
    tensors: dict = field(default_factory=dict)  # compared within a tolerance
    draws: dict = field(default_factory=dict)  # pure random draws: their bits must be equal
    unmoved: int = 0  # weights of G's first layer that are at the end what they were at the start


class RecordedOrder(RandomSampler):
    """The loader's own sampler, remembering the first epoch's order."""

    first = None

    def __iter__(self):
        order = list(super().__iter__())
        if self.first is None:
            self.first = order
        return iter(order)


def state(network):
    """Weights and running statistics; the batch counters say nothing a step number does not."""
    return {name: tensor for name, tensor in network.state_dict().items() if tensor.is_floating_point()}


def norm(gradients) -> float:
    return math.sqrt(sum(float(gradient.double().square().sum()) for gradient in gradients))


def train(
    records,
    seed,
    iterations,
    dtype,
    repaired=False,
    decimals=4,
    show=print,
    keep_tensors=False,
    k=1,
    rate_d=LEARNING_RATE,
    real_label=1.0,
) -> Run:
    torch.manual_seed(seed)
    run = Run()
    dataset = Cifar10(records, 32 if repaired else 64)
    sampler = RecordedOrder(dataset)
    loader = DataLoader(dataset, batch_size=BATCH, sampler=sampler, num_workers=0)

    networks = {"G": Generator(), "D": Discriminator(sigmoid=not repaired)}
    for network in networks.values():
        network.apply(initialise)
    generator, discriminator = (network.to(dtype).train() for network in networks.values())
    optimizer_g = torch.optim.Adam(generator.parameters(), lr=LEARNING_RATE, betas=BETAS)
    optimizer_d = torch.optim.Adam(discriminator.parameters(), lr=rate_d, betas=BETAS)
    fixed_noise = torch.randn(64, LATENT, 1, 1)

    def keep_weights(folder, into, select):
        for label, network in networks.items():
            for name, tensor in select(network):
                into[f"{folder}/{label}/{name}"] = tensor.detach().clone()

    if keep_tensors:
        run.draws["fixed-noise"] = fixed_noise
        keep_weights("initial", run.draws, lambda network: [(n, p.float()) for n, p in network.named_parameters()])
    fixed_noise = fixed_noise.to(dtype)

    def criterion(logits, target):
        return F.binary_cross_entropy_with_logits(logits, torch.full_like(logits, target))

    done = 0
    for epoch in range(EPOCHS):
        for i, (real, _) in enumerate(loader):
            first_of_all = keep_tensors and done == 0

            # D, k times: the real batch, then fakes. The noise is drawn between the two, as in the document.
            for _ in range(k):
                real_output = discriminator(real.to(dtype))
                loss_d_real = criterion(real_output, real_label)
                noise = torch.randn(len(real), LATENT, 1, 1)
                fakes = generator(noise.to(dtype))
                fake_output = discriminator(fakes.detach())
                loss_d_fake = criterion(fake_output, 0.0)
                loss_d = loss_d_real + loss_d_fake
                gradients_d = torch.autograd.grad(loss_d, list(discriminator.parameters()))
                for parameter, gradient in zip(discriminator.parameters(), gradients_d):
                    parameter.grad = gradient
                optimizer_d.step()

            # G: the same fakes through the D that has just moved. D's gradients of this pass are never used.
            judged = discriminator(fakes)
            loss_g = criterion(judged, 1.0)
            gradients_g = torch.autograd.grad(loss_g, list(generator.parameters()))
            for parameter, gradient in zip(generator.parameters(), gradients_g):
                parameter.grad = gradient
            optimizer_g.step()

            with torch.no_grad():
                generator(fixed_noise)  # the picture of this iteration, in training mode

            values = [loss_d, loss_g] + [torch.sigmoid(output).mean() for output in (real_output, fake_output, judged)]
            values = [value.item() for value in values]
            outputs = [output.mean().item() for output in (real_output, judged)]
            for name, value in zip(SERIES, values + [norm(gradients_g), norm(gradients_d)] + outputs):
                run.series[name].append(value)
            if keep_tensors and done in MAPS:
                run.tensors[f"map/{done}"] = real_output.detach().clone()
            a, b, c, d, e = (f"{value:.{decimals}f}" for value in values)
            run.log.append(
                f"[{epoch + 1}/{EPOCHS}][{i}/{len(loader)}] Loss_D: {a}  Loss_G: {b}  D(x): {c}  D(G(z)): {d} / {e}"
            )
            show(run.log[-1])
            done += 1

            if first_of_all:
                run.draws["epoch-order"] = torch.tensor(sampler.first)
                run.draws["first-batch"] = real
                run.draws["first-noise"] = noise
                run.tensors["first-fakes"] = fakes.detach().clone()
                run.tensors["first-losses"] = torch.stack([loss_d_real, loss_d_fake, loss_g]).detach()
                run.tensors["taps"] = gradients_g[0].abs().mean((0, 1))
                for label, gradients in (("D", gradients_d), ("G", gradients_g)):
                    for (name, _), gradient in zip(networks[label].named_parameters(), gradients):
                        run.tensors[f"gradient/{label}/{name}"] = gradient.clone()
            if keep_tensors and done in (1, 5):
                keep_weights(f"weights-{done}", run.tensors, lambda network: state(network).items())
            if done == iterations:
                if keep_tensors:
                    name = "GAN_Generator.0.weight"
                    start = run.draws[f"initial/G/{name}"].to(dtype)
                    run.unmoved = int((dict(generator.named_parameters())[name] == start).sum())
                return run
        with torch.no_grad():
            generator(fixed_noise)  # the epoch's own picture moves the running statistics once more
    return run


def summary(network, x) -> list[int]:
    """Of the input and of every layer: its output's shape, its parameters, and which output it takes."""
    numbers = [*x.shape, 0]
    with torch.no_grad():
        for index, layer in enumerate(network.eval()):
            x = layer(x)
            numbers += [*x.shape, sum(p.numel() for p in layer.parameters()), index]
    return [*numbers, 0]


def fixed_point() -> list[float]:
    """Where D's inner sigmoid is 1 on real and 0 on fake: Loss_D, Loss_G, D(x), D(G(z)) in closed form."""
    return [math.log1p(math.exp(-1)) + math.log(2), math.log(2), 1 / (1 + math.exp(-1)), 0.5]


def claims(literal: Run, repaired: Run) -> dict[str, bool]:
    """What the chapter says of the two acts, as PyTorch finds it."""
    ratios = np.array(literal.series["gradient-norm-g"]) / np.array(literal.series["output-gz"])
    p = literal.series["output-gz"]
    print("G's gradient / p:", ratios.min(), ratios.max(), "p:", min(p), max(p))
    return {
        "gradient-goes-with-p": ratios.max() < 4 * ratios.min(),
        "literal-generator-starves": literal.series["gradient-norm-g"][-1] < 0.02,
        "repaired-generator-keeps-learning": min(repaired.series["gradient-norm-g"]) > 1,
    }


def compute(store, precision, options):
    records, dtype = load_records(options.data), getattr(torch, precision)
    length, window, digits = GOLDEN_RUNS[precision]

    def progress(line):
        print(f"{precision} {line}", flush=True)

    acts = [
        train(
            records,
            options.seed,
            length or QUICK_ITERATIONS[repaired],
            dtype,
            repaired,
            digits,
            show=progress,
            keep_tensors=not repaired,
        )
        for repaired in (False, True)
    ]
    for run, prefix in zip(acts, ("", "repaired/")):
        for name, tensor in run.draws.items():
            # Draws are float32; what a float64 run holds of them is the same numbers, wider.
            store.hash_only(prefix + name, tensor.to(dtype) if tensor.is_floating_point() else tensor, precision)
        for name, tensor in run.tensors.items():
            store.tensor(prefix + name, tensor, precision)
        for name, values in run.series.items():
            store.series(prefix + name, values[:window], precision)
        store.log_lines(run.log[:window], precision)
    balanced = train(records, options.seed, BALANCED_ITERATIONS, dtype, True, show=lambda line: None, **BALANCED)
    for name in SERIES[:2]:
        store.series(f"balanced/{name}", balanced.series[name], precision)
    store.scalar("dead-taps/weights", acts[0].unmoved, precision)
    store.series("summary/G", summary(Generator().GAN_Generator, torch.zeros(64, LATENT, 1, 1)), precision)
    store.series("summary/D", summary(Discriminator(True).GAN_Discriminator, torch.zeros(64, 3, 64, 64)), precision)
    store_trained(store, options.seed, precision)
    store.tensor("fixed-point", torch.tensor(fixed_point(), dtype=dtype), precision)
    if precision == "float32":
        reached = [np.mean(acts[0].series[name][-10:]) for name in SERIES[:4]]
        # Not PyTorch's own values but the closed form: what both programs have to come near.
        store.tensor("fixed-point/reached", torch.tensor(fixed_point(), dtype=dtype), precision)
        lines = torch.tensor(first_lines(records, FIRST_LINE_SEEDS, dtype), dtype=dtype)
        store.tensor("first-lines", lines[:, 0], precision)
        store.tensor("first-lines/2-to-10", lines[:, 1:], precision)
        for name, holds in claims(*acts).items():
            print(f"{name}: {holds}")
            store.scalar(f"claim/{name}", float(holds), precision)
        print(f"reached {reached}")
        for run in acts:
            norms = run.series["gradient-norm-g"]
            print(f"G's gradient: last {norms[-1]}, least {min(norms)}")


def store_trained(store, seed: int, precision: str):
    """What the chapter draws from the weights of whole runs."""
    for act, tensors, _ in kept_weights(CHAPTER):
        samples = trained_samples(tensors, seed, getattr(torch, precision))
        store.tensor(f"trained/{act}/samples", samples[:8], precision)
    if precision == "float32":
        for act in first_epoch.ACTS:
            if has_ledger(CHAPTER, act):
                means = np.mean([first_epoch.last_means(run) for run in first_epoch.kept(act)], axis=0)
                for name, mean in zip(first_epoch.COLUMNS, means):
                    store.scalar(f"trained/{act}/first-epoch/{name}", float(mean), precision)
        if has_ledger(CHAPTER, "literal"):
            # Not by running PyTorch for hours but in closed form: where D's inner sigmoid has become 1 and 0, this is
            # what is printed.
            d, g, x, z = fixed_point()
            line = f"Loss_D: {d:.4f}  Loss_G: {g:.4f}  D(x): {x:.4f}  D(G(z)): {z:.4f} / {z:.4f}"
            store.scalar("claim/last-ten-lines-are-the-documents", float(line == DOCUMENT_LAST_LINE), precision)


@torch.no_grad()
def trained_samples(tensors, seed: int, dtype):
    """What G makes of 64 latents with the weights of a whole run, in evaluation mode."""
    generator = Generator()
    generator.load_state_dict({name: value for name, value in tensors.items() if not name.startswith("grid/")})
    torch.manual_seed(seed)
    noise = torch.randn(64, LATENT, 1, 1)
    return generator.to(dtype).eval()(noise.to(dtype))


def scatter(records, seeds: int):
    """How far PyTorch's float32 lies from itself: two threads, no oneDNN, and float64, each against one thread with it.

    The chapter's float32 tolerances are set from what this prints, the largest of `seeds` seeds.
    """
    window = GOLDEN_RUNS["float32"][1]
    ways = {
        "two threads": (2, True, torch.float32),
        "no oneDNN": (1, False, torch.float32),
        "float64": (1, True, torch.float64),
    }

    def run(seed, repaired, threads, onednn, dtype):
        torch.set_num_threads(threads)
        with torch.backends.mkldnn.flags(enabled=onednn):
            return train(records, seed, window, dtype, repaired, show=lambda line: None, keep_tensors=not repaired)

    for repaired in (False, True):
        apart, tensors = {name: np.zeros(window) for name in SERIES}, {}
        relative = {name: np.zeros(window) for name in SERIES}
        for seed in range(seeds):
            base = run(seed, repaired, 1, True, torch.float32)
            for title, way in ways.items():
                other = run(seed, repaired, *way)
                for name in SERIES:
                    a, b = np.array(base.series[name]), np.array(other.series[name])
                    apart[name] = np.maximum(apart[name], abs(a - b))
                    relative[name] = np.maximum(relative[name], abs(a - b) / abs(b))
                for name, a in base.tensors.items():
                    folder, _, parameter = name.rpartition("/")
                    kind = f"{folder} {parameter.rpartition('.')[2]} {a.dim()}-d" if folder else name
                    difference = (a.double() - other.tensors[name].double()).abs()
                    share = (difference.max() / a.abs().max()).item()
                    old = tensors.setdefault((kind, title), (0, 0))
                    tensors[kind, title] = (max(old[0], difference.max().item()), max(old[1], share))
            print(f"{'repaired' if repaired else 'literal'}, seed {seed}", flush=True)
        for name in SERIES:
            worst = [np.maximum.accumulate(rows[name]) for rows in (apart, relative)]
            print(
                f"  {name:16}" + "".join(f"  {i}: {worst[0][i]:.1e} {worst[1][i]:.1e}" for i in (3, 9, 16, window - 1))
            )
        for (kind, title), (absolute, share) in tensors.items():
            print(f"  {kind:32} {title:12} {absolute:.1e}, of the largest element {share:.1e}")


# ------------------------------------------------------------------------------------------------------------- program


def first_lines(records, seeds, dtype):
    """The first ten log lines of every seed, [seeds, 10, 5]."""
    rows = []
    for seed in seeds:
        run = train(records, seed, 10, dtype, show=lambda line: None)
        rows.append(np.array([run.series[name][:10] for name in SERIES[:5]]).T)
        print(f"seed {seed:2}  " + "  ".join(f"{value:.4f}" for value in rows[-1][0]), flush=True)
    return np.array(rows)


def add_options(parser):
    parser.add_argument("--iterations", type=int, help="default: the profile's")
    parser.add_argument("--dtype", choices=("float32", "float64"), default="float32")
    parser.add_argument("--decimals", type=int, default=4, help="digits of the log's numbers")
    parser.add_argument("--data", metavar="DIR", help="a folder holding cifar-10-batches-bin, or being it")
    parser.add_argument("--k", type=int, default=1, help="steps of D to one of G")
    parser.add_argument("--act", choices=("literal", "repaired"), help="print one act's log lines")
    parser.add_argument(
        "--scatter", type=int, metavar="N", help="how far float32 lies from itself, over the seeds 0..<N"
    )


def measure_or_train(options):
    if not (options.scatter or options.act):
        return False
    records, dtype = load_records(options.data), getattr(torch, options.dtype)
    if options.scatter:
        scatter(records, options.scatter)
    else:
        repaired = options.act == "repaired"
        whole = EPOCHS * -(-len(records) // BATCH)
        iterations = options.iterations or (QUICK_ITERATIONS[repaired] if options.profile == "quick" else whole)
        train(
            records,
            options.seed,
            iterations,
            dtype,
            repaired,
            options.decimals,
            show=lambda line: print(line, flush=True),
            k=options.k,
        )
    return True


if __name__ == "__main__":
    main(
        __doc__,
        CHAPTER,
        compute,
        runs={
            precision: ["--decimals", str(digits)] + (["--iterations", str(length)] if length else [])
            for precision, (length, _, digits) in GOLDEN_RUNS.items()
        },
        profiles=("quick", "full"),
        add_options=add_options,
        instead=measure_or_train,
        store_trained=store_trained,
    )
