"""Chapter 6's reference: the document's ProGAN training run, in PyTorch, from one seed.

The program does what the document's `train_fn` and `main` do:

* The fixed noise is drawn before the networks, the generator's weights before the critic's.
* An iteration draws noise, then, after the forward passes, one beta per sample for the penalty.
* The generator's step sends the same noise through the critic that has just moved.
* alpha starts at 0.01 at every resolution and is printed after its update.

What the quick profile adds to the document, a moving average of the generator's weights and a learning rate that falls
at the end, is done here as well, independently: the run's claims about its portraits are judged by PyTorch's own run.

Every random draw is made in float32, in the document's order, and then widened for `--dtype float64`.
"""

import itertools
from dataclasses import dataclass, field

import numpy as np
import torch
from PIL import Image
from torch.utils.data import DataLoader, Dataset
from torchvision import transforms

from ch03_dcgan import RecordedOrder, load_records
from portrait_samples import claims_about, draw_portraits, read_samples
from progan import BATCH_SIZES, Discriminator, Generator, gradient_penalty
from reference_program import main
from trained_weights import kept_weights

CHAPTER = "06-progan-training"
IMAGE_SIZE, LATENTS, BETAS, LAMBDA = 128, 128, (0.0, 0.99), 10
SERIES = ("loss-c", "loss-g", "penalty", "c-x", "c-gz", "alpha")


@dataclass(frozen=True)
class Profile:
    channels: int
    epochs: list
    batch_sizes: list
    learning_rate: float
    average_decay: float | None = None  # of the generator's weights
    falls: bool = False  # whether the learning rate does once the last block has faded in
    portrait_size: int = 64


PROFILES = {
    "quick": Profile(32, [2, 3, 5, 9], [32, 32, 16, 16], 4e-3, 0.999, True),  # minutes on two cores
    "full": Profile(128, [8] * 6, BATCH_SIZES, 1e-4, portrait_size=128),
}
PORTRAITS, SAMPLES = 4000, 1000
# Log lines compared, and decimals of the log, by precision.
WINDOW, DECIMALS = 10, {"float32": 6, "float64": 12}
# Iterations at each resolution that are compared from a fresh start.
FIRST_ITERATIONS = {"float32": [10, 10, 10, 1], "float64": [10, 10, 10, 10, 1, 1]}


class Pictures(Dataset):
    """Pictures at the size of a resolution, in [-1, 1]."""

    def __init__(self, images, size):
        self.images = images
        self.transform = transforms.Compose(
            [transforms.Resize((size, size)), transforms.ToTensor(), transforms.Normalize([0.5] * 3, [0.5] * 3)]
        )

    def __len__(self):
        return len(self.images)

    def __getitem__(self, index):
        return self.transform(self.images[index]), 0


def load_images(name, profile):
    """Portraits, the embedded photographs, or those of a folder that holds CIFAR-10."""
    if name == "portraits":
        return draw_portraits(PORTRAITS, PROFILES[profile].portrait_size)
    records = load_records(None if name == "embedded-cifar10" else name)
    pixels = records[:, 1:].reshape(-1, 3, 32, 32).transpose(0, 2, 3, 1)
    return [Image.fromarray(picture) for picture in np.ascontiguousarray(pixels)]


class MovingAverage:
    """avg <- k avg + (1 - k) w after every step, k = min(decay, 1 - 5 / (t + 6)), t steps since the networks grew."""

    def __init__(self, network, decay):
        self.network, self.decay = network, decay
        self.values = [parameter.detach().clone() for parameter in network.parameters()]

    @torch.no_grad()
    def update(self, steps):
        kept = min(self.decay, 1 - 5 / (steps + 6))
        self.values = [a * kept + p * (1 - kept) for a, p in zip(self.values, self.network.parameters())]

    @torch.no_grad()
    def exchange(self):
        for index, parameter in enumerate(self.network.parameters()):
            mine = self.values[index].clone()
            self.values[index] = parameter.detach().clone()
            parameter.copy_(mine)


@dataclass
class Run:
    series: dict = field(default_factory=lambda: {name: [] for name in SERIES})
    log: list = field(default_factory=list)
    tensors: dict = field(default_factory=dict)  # compared within a tolerance
    draws: dict = field(default_factory=dict)  # their bits must be equal
    after: list = field(default_factory=list)  # distances at the end of each finished resolution


class Training:
    def __init__(self, images, seed, dtype, profile):
        self.images, self.dtype, self.profile, self.epochs = images, dtype, profile, profile.epochs
        torch.manual_seed(seed)
        self.fixed_noise = torch.randn(8, LATENTS, 1, 1)
        self.generator = Generator(LATENTS, profile.channels, IMAGE_SIZE)
        self.critic = Discriminator(IMAGE_SIZE, LATENTS, profile.channels)
        self.first_weights = {
            f"initial/{label}/{name}": parameter.detach().clone()
            for label, network in (("G", self.generator), ("C", self.critic))
            for name, parameter in network.named_parameters()
        }
        self.generator, self.critic = self.generator.to(dtype), self.critic.to(dtype)
        self.opt_generator = torch.optim.Adam(self.generator.parameters(), lr=profile.learning_rate, betas=BETAS)
        self.opt_critic = torch.optim.Adam(self.critic.parameters(), lr=profile.learning_rate, betas=BETAS)
        self.average = MovingAverage(self.generator, profile.average_decay) if profile.average_decay else None

    def iterations(self, first_step, decimals, keeps_tensors=False):
        """Trains from a resolution on, yielding the run, the line's text and what else an iteration leaves."""
        run = Run()
        for step in range(first_step, len(self.epochs)):
            alpha, size = 0.01, 4 * 2**step
            dataset = Pictures(self.images, size)
            sampler = RecordedOrder(dataset)
            loader = DataLoader(dataset, batch_size=self.profile.batch_sizes[step], sampler=sampler)
            for epoch in range(self.epochs[step]):
                for index, (real, _) in enumerate(loader):
                    self.set_learning_rate(step, epoch * len(loader) + index, self.epochs[step] * len(loader))
                    values, noise, gradients = self.iterate(real.to(self.dtype), alpha, step)
                    if self.average:
                        self.average.update(epoch * len(loader) + index + 1)
                    if keeps_tensors:
                        number = len(run.log)
                        run.draws[f"noise-{number}"] = noise
                        if number == 0:
                            run.draws["order"] = torch.tensor(sampler.first)
                            run.draws["real"] = real
                            run.tensors.update(gradients)
                    alpha = min(alpha + len(real) / ((self.epochs[step] * 0.5) * len(dataset)), 1)
                    values.append(alpha)
                    for name, value in zip(SERIES, values):
                        run.series[name].append(value)
                    names = ("Loss_C", "Loss_G", "GP", "C(x)", "C(G(z))", "alpha")
                    numbers = "  ".join(f"{n}: {v:.{decimals}f}" for n, v in zip(names, values))
                    run.log.append(f"[step {step}][{epoch + 1}/{self.epochs[step]}][{index}/{len(loader)}] {numbers}")
                    yield run, alpha, step, epoch == self.epochs[step] - 1 and index == len(loader) - 1

    def set_learning_rate(self, step, done, total):
        """Once the last block has faded in, the learning rate falls linearly, to 0 behind the last iteration."""
        if self.profile.falls and step == len(self.epochs) - 1 and 2 * done > total:
            for optimizer in (self.opt_generator, self.opt_critic):
                optimizer.param_groups[0]["lr"] = self.profile.learning_rate * (2 * (total - done) / total)

    def iterate(self, real, alpha, step):
        noise = torch.randn(len(real), LATENTS, 1, 1)
        wide = noise.to(self.dtype)
        fake = self.generator(wide, alpha, step)
        critic_real = self.critic(real, alpha, step).reshape(-1)
        critic_fake = self.critic(fake.detach(), alpha, step).reshape(-1)
        beta = torch.rand(len(real), 1, 1, 1).to(self.dtype)
        penalty = gradient_penalty(lambda images: self.critic(images, alpha, step), real, fake.detach(), beta)
        loss_critic = -(critic_real.mean() - critic_fake.mean()) + LAMBDA * penalty
        self.opt_critic.zero_grad()
        loss_critic.backward()
        gradients = self.gradients("C", self.critic)
        self.opt_critic.step()

        loss_generator = -self.critic(fake, alpha, step).reshape(-1).mean()
        self.opt_generator.zero_grad()
        loss_generator.backward()
        gradients |= self.gradients("G", self.generator)
        self.opt_generator.step()
        values = [loss_critic, loss_generator, penalty, critic_real.mean(), critic_fake.mean()]
        return [value.item() for value in values], noise, gradients

    def gradients(self, label, network):
        return {
            f"gradient/{label}/{name}": parameter.grad.detach().clone()
            for name, parameter in network.named_parameters()
            if parameter.grad is not None
        }

    @torch.no_grad()
    def sample(self, noise, alpha, step):
        """Pictures of the averaged weights where there are any."""
        if self.average:
            self.average.exchange()
        images = self.generator(noise.to(self.dtype), alpha, step)
        if self.average:
            self.average.exchange()
        return images


class QualityMeter:
    """Distances of fakes to the data: of the colors' moments, and sliced Wasserstein on patches."""

    PICTURES, PATCHES, DIRECTIONS = 256, 16, 128

    def __init__(self, images, size, dtype):
        self.dtype, self.count, self.side = dtype, min(self.PICTURES, len(images)), min(7, size)
        generator = torch.Generator().manual_seed(20180226)
        directions = torch.randn(3 * self.side**2, self.DIRECTIONS, generator=generator)
        self.directions = (directions / directions.norm(dim=0, keepdim=True)).to(dtype)
        self.corners = torch.randint(0, size - self.side + 1, (2 * self.count * self.PATCHES,), generator=generator)
        dataset = Pictures(images, size)
        real = torch.stack([dataset[index][0] for index in range(self.count)]).to(dtype)
        self.colors, self.projections = self.moments(real), self.project(real)

    def measure(self, generate):
        generator = torch.Generator().manual_seed(20180227)
        counts = [min(32, self.count - start) for start in range(0, self.count, 32)]
        fakes = torch.cat([generate(torch.randn(n, LATENTS, 1, 1, generator=generator)) for n in counts]).clamp(-1, 1)
        color = (self.moments(fakes) - self.colors).norm().item()
        return color, (self.project(fakes) - self.projections).abs().mean().item()

    def moments(self, images):
        return torch.cat([images.mean((0, 2, 3)), images.std((0, 2, 3), correction=0)]).double()

    def project(self, images):
        corners = self.corners.reshape(self.count, self.PATCHES, 2).tolist()
        patches = [
            images[image, :, top : top + self.side, left : left + self.side].reshape(-1)
            for image in range(self.count)
            for top, left in corners[image]
        ]
        return torch.sort(torch.stack(patches) @ self.directions, dim=0).values.double()


def grow(images, seed, dtype, profile, decimals, limit, show, measures):
    """The run itself. Returns it, its fresh weights, and the distances before and after training, by resolution."""
    training = Training(images, seed, dtype, PROFILES[profile])
    resolutions = range(len(training.epochs))
    meters = [QualityMeter(images, 4 * 2**step, dtype) for step in resolutions] if measures else []
    before = [meter.measure(lambda z, s=s: training.sample(z, 1, s)) for s, meter in enumerate(meters)]
    after = []
    for run, alpha, step, is_last in training.iterations(0, decimals):
        show(run.log[-1])
        if measures and is_last:
            after.append(meters[step].measure(lambda z, s=step, a=alpha: training.sample(z, a, s)))
        if len(run.log) == limit:
            break
    return training, run, before, after


def rounding_is_amplified(images, seed) -> bool:
    """Whether a float32 run's losses lie ten times further from its float64 twin's after 60 iterations than after 5."""
    losses = []
    for dtype in (torch.float32, torch.float64):
        twin = Training(images, seed, dtype, Profile(128, [8, 8], [128, 16], 1e-4))
        run = next(run for run, *_ in itertools.islice(twin.iterations(1, 6), 59, 60))
        losses.append(np.array(run.series["loss-c"]))
    differences = np.abs(losses[0] - losses[1])
    print("difference of Loss_C, float32 against float64:", differences)
    return bool(differences[-10:].max() > 10 * differences[:5].max())


@torch.no_grad()
def store_trained(store, seed: int, precision: str):
    """What the chapter draws from the averaged weights of its whole run."""
    dtype = getattr(torch, precision)
    for act, tensors, sizes in kept_weights(CHAPTER):
        latents = int(sizes["latents"])
        generator = Generator(latents, int(sizes["channels"]), int(sizes["image-size"]))
        names = generator.state_dict().keys()
        generator.load_state_dict({name: tensors[name] for name in names})
        torch.manual_seed(seed)
        noise = torch.randn(24, latents, 1, 1).to(dtype)
        samples = generator.to(dtype)(noise, float(sizes["alpha"]), int(sizes["step"]))
        store.tensor(f"trained/{act}/samples", ((samples + 1) / 2).clamp(0, 1)[:2], precision)


def compute(store, precision, options):
    images, dtype, decimals = load_images(options.data, options.profile), getattr(torch, precision), DECIMALS[precision]

    def show(line):
        print(f"{precision} {line}", flush=True)

    def keep_draws(draws, prefix):
        for name, tensor in draws.items():
            store.hash_only(prefix + name, tensor.to(dtype) if tensor.is_floating_point() else tensor, precision)

    for step, count in enumerate(FIRST_ITERATIONS[precision]):
        training = Training(images, options.seed, dtype, PROFILES["full"])
        for run, *_ in itertools.islice(training.iterations(step, decimals, keeps_tensors=True), count):
            show(run.log[-1])
        prefix = f"first/{4 * 2**step}px/"
        keep_draws(run.draws, prefix)
        for name, values in run.series.items():
            store.series(prefix + name, values, precision)
        if precision == "float64":
            for name, tensor in run.tensors.items():
                # Zero but for rounding: all behind this bias is affine, and the scores' difference does not see it.
                if step > 1 or name != "gradient/C/rgb_layers.0.conv.bias":
                    store.tensor(prefix + name, tensor, precision)

    is_whole = precision == "float32"
    limit = None if is_whole else WINDOW
    training, run, before, after = grow(
        images, options.seed, dtype, options.profile, decimals, limit, show, measures=is_whole
    )
    keep_draws({"fixed-noise": training.fixed_noise} | training.first_weights, "")
    store_trained(store, options.seed, precision)
    store.log_lines(run.log[:WINDOW], precision)
    if is_whole:
        for step, (old, new) in enumerate(zip(before, after)):
            print(f"{4 * 2**step} px: color {old[0]} -> {new[0]}, patches {old[1]} -> {new[1]}")
            halved = new[0] < old[0] / 2 and new[1] < old[1] / 2
            store.scalar(f"claim/distances-halved-{4 * 2**step}px", float(halved), precision)
        last = len(training.epochs) - 1
        readings = read_samples(lambda z: training.sample(z, 1, last), SAMPLES, LATENTS)
        for name, holds in claims_about(readings).items():
            store.scalar(f"claim/{name}", float(holds), precision)
        store.scalar("claim/rounding-is-amplified", float(rounding_is_amplified(images, options.seed)), precision)


def add_options(parser):
    parser.add_argument("--iterations", type=int, help="print the log lines of so many iterations")
    parser.add_argument("--from-step", type=int, default=0)
    parser.add_argument("--dtype", choices=("float32", "float64"), default="float32")
    parser.add_argument("--decimals", type=int, default=6, help="digits of the log's numbers")
    parser.add_argument(
        "--data", default="portraits", help="portraits, embedded-cifar10, or a folder holding cifar-10-batches-bin"
    )


def train(options):
    if not options.iterations:
        return False
    images = load_images(options.data, options.profile)
    training = Training(images, options.seed, getattr(torch, options.dtype), PROFILES[options.profile])
    for run, *_ in itertools.islice(training.iterations(options.from_step, options.decimals), options.iterations):
        print(run.log[-1], flush=True)
    return True


if __name__ == "__main__":
    main(
        __doc__,
        CHAPTER,
        compute,
        runs={
            "float64": ["--iterations", str(WINDOW), "--first-iterations", "--decimals", str(DECIMALS["float64"])],
            "float32": ["--decimals", str(DECIMALS["float32"])],
        },
        profiles=("quick", "full"),
        add_options=add_options,
        instead=train,
        store_trained=store_trained,
    )
