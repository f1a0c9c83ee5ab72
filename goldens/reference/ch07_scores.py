"""Chapter 7's reference: a CIFAR-10 classifier's first iterations, what its kept weights see, scores of pictures.

Each experiment starts a stream of its own with the same seed. Scores are NumPy's and SciPy's, written independently of
the package's.
"""

import functools

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
from PIL import Image
from torchvision import transforms
from torchvision.utils import make_grid

import ch03_dcgan
from cifar10_pack import Pack
from reference_program import main
from score_formulas import common_variance, document_score, squared_discrepancy
from trained_weights import kept_weights

CHAPTER = "07-scores"
EPOCHS, BATCH, LEARNING_RATE, FIRST = 8, 128, 3e-3, 10
SAMPLES = 1_000
PHOTOGRAPHS = {"float32": 10_000, "float64": 1_000}
SCALE = {"float32": 25, "float64": 50}
SIZES = (50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000)


class Classifier(nn.Module):
    def __init__(self):
        super().__init__()
        layers = []
        for inputs, outputs, stride in ((3, 32, 1), (32, 64, 2), (64, 64, 1), (64, 64, 1), (64, 128, 2), (128, 128, 1)):
            layers += [nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False), nn.BatchNorm2d(outputs), nn.ReLU()]
        self.convolutions = nn.Sequential(*layers)
        self.readout = nn.Linear(128, 10)

    def features(self, pictures):
        return self.convolutions(pictures).mean(dim=(2, 3))

    def forward(self, pictures):
        return self.readout(self.features(pictures))


def pixels(records):
    """Records as pictures in [-1, 1], [N, 3, 32, 32] in float32, as ToTensor and Normalize(0.5, 0.5) make them."""
    unit = torch.from_numpy(records[:, 1:].reshape(-1, 3, 32, 32).copy()).float() / 255
    return (unit - 0.5) / 0.5


def prepared(pictures):
    """8-bit pictures [H, W, 3] as the classifier takes them."""
    steps = transforms.Compose(
        [
            transforms.Resize(32),
            transforms.CenterCrop(32),
            transforms.ToTensor(),
            transforms.Normalize([0.5] * 3, [0.5] * 3),
        ]
    )
    return torch.stack([steps(Image.fromarray(picture)) for picture in pictures])


def eight_bits(unit):
    """[N, 3, H, W] in [0, 1] as 8-bit pictures [H, W, 3], as torchvision's save_image rounds."""
    return unit.mul(255).add(0.5).clamp(0, 255).to(torch.uint8).permute(0, 2, 3, 1).numpy()


class Chapter:
    def __init__(self, store, seed, precision, pack):
        self.store, self.seed, self.precision, self.dtype = store, seed, precision, getattr(torch, precision)
        self.training, self.test = pack["training"], pack["test"]

    def begin(self):
        torch.manual_seed(self.seed)

    # --------------------------------------------------------------------------------------------------------- training

    def first_iterations(self):
        self.begin()
        network = Classifier()
        names = [name for name, _ in network.named_parameters()]
        for name, parameter in network.named_parameters():
            self.store.hash_only(f"initial/{name}", parameter.detach().to(self.dtype), self.precision)
        network = network.to(self.dtype)
        optimizer = torch.optim.Adam(network.parameters(), lr=LEARNING_RATE)
        total = EPOCHS * -(-len(self.training) // BATCH)
        loader = torch.utils.data.DataLoader(range(len(self.training)), batch_size=BATCH, shuffle=True)
        losses, accuracies = [], []
        iterator = iter(loader)
        for number in range(FIRST):
            indices = next(iterator).numpy()
            for group in optimizer.param_groups:
                group["lr"] = LEARNING_RATE * (total - number) / total
            coins = torch.rand(len(indices))
            pictures = pixels(self.training[indices])
            pictures = torch.where((coins < 0.5)[:, None, None, None], pictures.flip(3), pictures).to(self.dtype)
            labels = torch.from_numpy(self.training[indices, 0].astype(np.int64))
            logits = network(pictures)
            loss = F.cross_entropy(logits, labels)
            optimizer.zero_grad()
            loss.backward()
            if number == 0:
                self.store.hash_only("first/pictures", pictures, self.precision)
                for name, parameter in zip(names, network.parameters()):
                    self.store.tensor(f"first/gradient/{name}", parameter.grad, self.precision)
            optimizer.step()
            losses.append(loss.item())
            accuracies.append((logits.argmax(dim=1) == labels).double().mean().item())
            print(f"{self.precision} iteration {number}: {losses[-1]:.6f} {accuracies[-1]:.4f}", flush=True)
        self.store.series("first/loss", losses, self.precision)
        self.store.series("first/accuracy", accuracies, self.precision)
        self.store.hash_only("first/order", self.epoch_order(), self.precision)

    def epoch_order(self):
        """The epoch's order, all of it, drawn as the loader above draws it."""
        self.begin()
        Classifier()
        return torch.tensor(list(torch.utils.data.DataLoader(range(len(self.training)), batch_size=None, shuffle=True)))

    # ----------------------------------------------------------------------------------------------------------- seeing

    @torch.no_grad()
    def look(self, pictures):
        """Logits and features of pictures [N, 3, 32, 32], in double."""
        logits, features = [], []
        for start in range(0, len(pictures), 250):
            seen = self.network.features(pictures[start : start + 250].to(self.dtype))
            logits.append(self.network.readout(seen).double())
            features.append(seen.double())
        return torch.cat(logits).numpy(), torch.cat(features).numpy()

    def record_first(self, seen, prefix):
        for name, table in zip(("logits", "features"), seen):
            self.store.tensor(f"{prefix}/{name}", table[:4].astype(self.precision), self.precision)

    def score(self, logits, splits=1):
        predictions = torch.softmax(torch.from_numpy(logits), dim=1).numpy()
        return document_score(predictions, splits, 1e-10)

    def frechet(self, first, second):
        (x, y) = (first[1], second[1])
        means = ((x.mean(axis=0) - y.mean(axis=0)) ** 2).sum()
        return float(means + x.var(axis=0, ddof=1).sum() + y.var(axis=0, ddof=1).sum() - 2 * trace_of_root(x, y))

    def kernel(self, first, second):
        generator = torch.Generator().manual_seed(self.seed)
        estimates = []
        for _ in range(20):
            a = first[1][torch.randperm(len(first[1]), generator=generator)[:250].numpy()]
            b = second[1][torch.randperm(len(second[1]), generator=generator)[:250].numpy()]
            estimates.append(float(squared_discrepancy(a, b)))
        return float(np.mean(estimates))

    @torch.no_grad()
    def samples(self, generator):
        self.begin()
        generator = generator.to(self.dtype).eval()
        parts = [
            (generator(torch.randn(100, 64, 1, 1).to(self.dtype)) * 0.5 + 0.5).clamp(0, 1)
            for _ in range(SAMPLES // 100)
        ]
        return np.concatenate([eight_bits(part) for part in parts])

    def generators(self):
        self.begin()
        untrained = ch03_dcgan.Generator()
        self.begin()
        untrained.apply(ch03_dcgan.initialise)
        yield "untrained", untrained
        for act, tensors, _ in kept_weights("03-dcgan-cifar10"):
            generator = ch03_dcgan.Generator()
            generator.load_state_dict({name: value for name, value in tensors.items() if not name.startswith("grid/")})
            yield act, generator

    # ---------------------------------------------------------------------------------------------------------- chapter

    def run(self):
        store, precision = self.store, self.precision
        cases = [np.tile(np.arange(10.0), (SAMPLES, 1))]
        for label in (lambda i: i % 10, lambda i: i % 5, lambda i: 3 + 0 * i):
            rows = np.zeros((SAMPLES, 10))
            rows[np.arange(SAMPLES), label(np.arange(SAMPLES))] = 100
            cases.append(rows)
        closed = [self.score(case)[0] for case in cases]
        store.series("closed-forms", closed, precision)
        self.claim("closed-forms-hold", np.allclose(closed, (1, 10, 5, 1), atol=1e-6))
        self.first_iterations()

        self.network = Classifier()
        self.network.load_state_dict(next(kept_weights(CHAPTER))[1])
        self.network = self.network.to(self.dtype).eval()
        count = PHOTOGRAPHS[precision]
        unknown, known = self.look(pixels(self.test[:count])), self.look(pixels(self.training[:count]))
        share = (unknown[0].argmax(axis=1) == self.test[:count, 0]).mean()
        self.record_first(unknown, "classifier")
        store.scalar("classifier/accuracy", share, precision)
        print(f"{precision} accuracy {share}", flush=True)
        if precision == "float32":
            self.claim("four-of-five-are-recognized", share >= 0.8)

        sets = {"test photographs": first(unknown, SAMPLES), "training photographs": first(known, SAMPLES)}
        made = {name: self.samples(generator) for name, generator in self.generators()}
        for name, pictures in made.items():
            sets[f"{name} G"] = self.look(prepared(pictures))
        self.begin()
        sets["noise"] = self.look(
            prepared(np.concatenate([eight_bits(torch.rand(1, 3, 32, 32)) for _ in range(SAMPLES)]))
        )
        score, distance = {}, {}
        for name, seen in sets.items():
            prefix = f"sets/{name.replace(' ', '-')}"
            self.record_first(seen, prefix)
            value, deviation, _ = self.score(seen[0], 10)
            score[name], distance[name] = value, self.frechet(seen, known)
            kernel = self.kernel(seen, known)
            store.series(f"{prefix}/score", (value, deviation), precision)
            store.series(f"{prefix}/distances", (distance[name], kernel), precision)
            print(f"{precision} {name}: {value:.4f} ± {deviation:.4f}, {distance[name]:.4f}, {kernel:.5f}", flush=True)
        self.claim(
            "photographs-score-best",
            score["test photographs"] == max(v for k, v in score.items() if k != "training photographs"),
        )
        memory = [self.score(seen[0], 10) for seen in (known, unknown)]
        store.series("sets/all-photographs", [value for result in memory for value in result[:2]], precision)
        if precision == "float32":
            self.claim("memory-scores-better", memory[0][0] > memory[1][0])
        self.claim("untrained-is-near-one", score["untrained G"] < 2)
        self.claim("training-lowers-distance", distance["automobiles G"] < distance["untrained G"])

        # (9x + y)/10 = 1.5730 and 0.3 (y - x) = 0.5228
        nine, one = np.linalg.solve([[0.9, 0.1], [-0.3, 0.3]], (1.5730, 0.5228))
        store.series("document/first-and-others", (one, nine), precision)
        self.folder(made["automobiles"], sets["automobiles G"])
        self.draft(unknown)
        self.sample_size(known, unknown)
        self.blind_spots(known, unknown)

    def folder(self, samples, alone):
        store, precision = self.store, self.precision
        sample_count, grid_count = SAMPLES // SCALE[precision], 39_150 // SCALE[precision]
        table = pixels(
            np.concatenate(
                [np.zeros((len(samples), 1), np.uint8), samples.transpose(0, 3, 1, 2).reshape(len(samples), -1)], axis=1
            )
        )
        self.begin()
        grids = []
        for _ in range(grid_count):
            chosen = torch.randint(0, len(samples), (64,))
            grids.append(eight_bits(make_grid(table[chosen], nrow=8, padding=2, normalize=True)[None])[0])
        seen = self.look(prepared(grids))
        self.record_first(seen, "folder/grids")
        logits = np.concatenate([alone[0][:sample_count], seen[0]])
        self.begin()
        order = torch.randperm(len(logits))
        store.hash_only("folder/order", order, precision)
        parts = {"sorted": self.score(logits, 10), "shuffled": self.score(logits[order.numpy()], 10)}
        for name, (value, deviation, scores) in parts.items():
            store.series(f"folder/{name}", scores, precision)
            print(f"{precision} folder {name}: {value:.4f} ± {deviation:.4f}", flush=True)
        self.claim("the-first-part-stands-out", max(parts["sorted"][2][1:]) < parts["sorted"][2][0])
        self.claim("order-alone-changes-the-deviation", parts["sorted"][1] > 1.5 * parts["shuffled"][1])

    def draft(self, unknown):
        normalize = transforms.Normalize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225])
        pictures = normalize(pixels(self.test[:SAMPLES]) * 0.5 + 0.5)
        right, wrong = first(unknown, SAMPLES), self.look(pictures)
        for name, seen in (("right", right), ("wrong", wrong)):
            value, deviation, _ = self.score(seen[0], 10)
            share = float((seen[0].argmax(axis=1) == self.test[:SAMPLES, 0]).mean())
            self.store.series(f"draft/{name}", (value, deviation, share), self.precision)
            print(f"{self.precision} draft, {name} preparation: {value:.4f} ± {deviation:.4f}, {share:.4f}", flush=True)
        with np.errstate(invalid="ignore"):
            without_softmax = document_score(right[0], 1, 1e-10)[0]
        self.claim("without-softmax-is-no-number", np.isnan(without_softmax))

    def sample_size(self, known, unknown):
        sizes = [size for size in SIZES if size <= len(unknown[0])]
        scores = [self.score(unknown[0][:size])[0] for size in sizes]
        in_ten = [self.score(unknown[0][:size], 10)[0] for size in sizes]
        distances = [self.frechet(first(unknown, size), known) for size in sizes]
        self.store.series("sample-size/score", scores, self.precision)
        self.store.series("sample-size/score-in-ten", in_ten, self.precision)
        self.store.series("sample-size/frechet", distances, self.precision)
        self.claim("few-pictures-score-less", in_ten[0] < in_ten[-1])
        self.claim("few-pictures-are-farther", distances[0] > 2 * distances[-1])

    def blind_spots(self, known, unknown):
        labels = self.test[: len(unknown[0]), 0]
        logs = torch.log_softmax(torch.from_numpy(unknown[0]), dim=1).numpy()
        surest = [int(np.where(labels == label, logs[:, label], -np.inf).argmax()) for label in range(10)]
        copies = tuple(table[np.resize(surest, SAMPLES)] for table in unknown)
        value, distance = self.score(copies[0])[0], self.frechet(copies, known)
        self.store.hash_only("copies/surest", torch.tensor(surest), self.precision)
        self.store.scalar("copies/score", value, self.precision)
        self.store.scalar("copies/frechet", distance, self.precision)
        self.claim("copies-score-nearly-ten", value > 9.9)
        self.claim("the-distance-sees-copies", distance > 5 * self.frechet(first(unknown, SAMPLES), known))
        print(f"{self.precision} copies: {value:.4f}, {distance:.4f}", flush=True)

    def claim(self, name, holds):
        print(f"{self.precision} {name}: {bool(holds)}", flush=True)
        self.store.scalar(f"claim/{name}", float(bool(holds)), self.precision)


def first(seen, count):
    return tuple(table[:count] for table in seen)


def trace_of_root(x, y):
    """tr (S1 S2)^1/2: from the data where that is small, else from square roots of the covariances."""
    if len(x) * len(y) <= 4_000_000:
        return common_variance(x, y)
    roots = []
    for table in (x, y):
        values, vectors = np.linalg.eigh(np.cov(table, rowvar=False))
        roots.append(vectors * np.sqrt(values.clip(min=0)) @ vectors.T)
    return np.linalg.svd(roots[0] @ roots[1], compute_uv=False).sum()


@functools.cache
def parts():
    """All of CIFAR-10, whose decoding takes its time."""
    pack = Pack()
    return {name: pack.records(name) for name in ("training", "test")}


def compute(store, precision, options):
    Chapter(store, options.seed, precision, parts()).run()


if __name__ == "__main__":
    main(__doc__, CHAPTER, compute)
