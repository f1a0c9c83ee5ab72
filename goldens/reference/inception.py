"""Writes Tests/Inception/Samples/inception.safetensors.zst: what PyTorch makes of eight pictures with both Inception
v3.

    python goldens/reference/inception.py [--variant torchvision|fid] [--pth FILE]

No trained weights are involved. Every tensor of the state is drawn from a seed, in the order of the state dictionary,
by PyTorch's normal stream, which the book's generator reproduces bit for bit (`draw_state`, and `drawnState` on the
other side); so are the pictures. Everything is drawn in float32 and widened. Weights have variance 2/fan-in, which
keeps the activations of a ReLU network at order one, and the normalizations' statistics lie near those of such
activations.

The network of published FIDs is pytorch-fid's, written on top of torchvision's modules as it is there
(https://github.com/mseitzer/pytorch-fid, inception.py).

Held per variant, from the float64 run:

    <variant>/logits        [8, 1000] or [8, 1008]
    <variant>/features      [8, 2048]
    <variant>/stages        [18, 8, 2]: mean and population standard deviation of every stage's output, of each picture
    torchvision/auxiliary   [8, 1000]: the auxiliary head's logits

and in the metadata names and shapes of the state, the hashes of torchvision's own first weights, and how far PyTorch's
float32 lies from its float64 (relative to each tensor's root mean square).

--pth saves a network of torchvision's own initialization to FILE, and FILE.json with its logits' and features' hash,
for a check by hand.
"""

import argparse
import hashlib
import json
import math
import warnings
from pathlib import Path

import numpy as np
import safetensors.numpy
import torch
import torch.nn.functional as F
import torchvision
import zstandard
from torchvision.models import inception

from golden_store import write_atomically

TARGET = Path(__file__).resolve().parents[2] / "Tests" / "Inception" / "Samples" / "inception.safetensors.zst"
SEED = 2015
PICTURES = 8
STAGES = [
    "Conv2d_1a_3x3",
    "Conv2d_2a_3x3",
    "Conv2d_2b_3x3",
    "maxpool1",
    "Conv2d_3b_1x1",
    "Conv2d_4a_3x3",
    "maxpool2",
    "Mixed_5b",
    "Mixed_5c",
    "Mixed_5d",
    "Mixed_6a",
    "Mixed_6b",
    "Mixed_6c",
    "Mixed_6d",
    "Mixed_6e",
    "Mixed_7a",
    "Mixed_7b",
    "Mixed_7c",
]


class FIDInceptionA(inception.InceptionA):
    def forward(self, x):
        branch1x1 = self.branch1x1(x)
        branch5x5 = self.branch5x5_2(self.branch5x5_1(x))
        branch3x3dbl = self.branch3x3dbl_3(self.branch3x3dbl_2(self.branch3x3dbl_1(x)))
        # TensorFlow's average pooling does not count the padding's zeros.
        branch_pool = self.branch_pool(F.avg_pool2d(x, kernel_size=3, stride=1, padding=1, count_include_pad=False))
        return torch.cat([branch1x1, branch5x5, branch3x3dbl, branch_pool], 1)


class FIDInceptionC(inception.InceptionC):
    def forward(self, x):
        branch1x1 = self.branch1x1(x)
        branch7x7 = self.branch7x7_3(self.branch7x7_2(self.branch7x7_1(x)))
        branch7x7dbl = self.branch7x7dbl_3(self.branch7x7dbl_2(self.branch7x7dbl_1(x)))
        branch7x7dbl = self.branch7x7dbl_5(self.branch7x7dbl_4(branch7x7dbl))
        branch_pool = self.branch_pool(F.avg_pool2d(x, kernel_size=3, stride=1, padding=1, count_include_pad=False))
        return torch.cat([branch1x1, branch7x7, branch7x7dbl, branch_pool], 1)


class FIDInceptionE(inception.InceptionE):
    def forward(self, x):
        branch1x1 = self.branch1x1(x)
        branch3x3 = self.branch3x3_1(x)
        branch3x3 = torch.cat([self.branch3x3_2a(branch3x3), self.branch3x3_2b(branch3x3)], 1)
        branch3x3dbl = self.branch3x3dbl_2(self.branch3x3dbl_1(x))
        branch3x3dbl = torch.cat([self.branch3x3dbl_3a(branch3x3dbl), self.branch3x3dbl_3b(branch3x3dbl)], 1)
        branch_pool = self.branch_pool(self.pool(x))
        return torch.cat([branch1x1, branch3x3, branch3x3dbl, branch_pool], 1)


class FIDInceptionE_1(FIDInceptionE):
    def pool(self, x):
        return F.avg_pool2d(x, kernel_size=3, stride=1, padding=1, count_include_pad=False)


class FIDInceptionE_2(FIDInceptionE):
    def pool(self, x):
        # "This is likely an error in this specific Inception implementation" (pytorch-fid), and part of every published
        # FID.
        return F.max_pool2d(x, kernel_size=3, stride=1, padding=1)


class FIDInception3(inception.Inception3):
    def forward(self, x):
        return super().forward(2 * x - 1)


def network(variant):
    """The variant in evaluation mode, with PyTorch's default weights."""
    if variant == "torchvision":
        return inception.Inception3(transform_input=True, init_weights=False).eval()
    net = FIDInception3(num_classes=1008, aux_logits=False, init_weights=False)
    net.Mixed_5b = FIDInceptionA(192, pool_features=32)
    net.Mixed_5c = FIDInceptionA(256, pool_features=64)
    net.Mixed_5d = FIDInceptionA(288, pool_features=64)
    net.Mixed_6b = FIDInceptionC(768, channels_7x7=128)
    net.Mixed_6c = FIDInceptionC(768, channels_7x7=160)
    net.Mixed_6d = FIDInceptionC(768, channels_7x7=160)
    net.Mixed_6e = FIDInceptionC(768, channels_7x7=192)
    net.Mixed_7b = FIDInceptionE_1(1280)
    net.Mixed_7c = FIDInceptionE_2(2048)
    return net.eval()


def draw_state(net, generator):
    """Every floating tensor of the state in its order, float32."""
    drawn = {}
    for name, tensor in net.state_dict().items():
        if name.endswith("num_batches_tracked"):
            drawn[name] = tensor
            continue
        n = torch.empty(tensor.shape).normal_(generator=generator)
        if tensor.dim() > 1:  # a weight
            n = n * math.sqrt(2 / (tensor.numel() // tensor.shape[0]))
        elif name.endswith("bn.weight"):
            n = n * 0.125 + 1
        elif name.endswith("running_var"):
            n = (n * 0.125 + 1) * (n * 0.125 + 1)
        else:  # running means and biases
            n = n * 0.125
        drawn[name] = n
    return drawn


def draw_pictures(generator):
    """Squares of 8 pixels of one color: [8, 3, 299, 299], float32."""
    coarse = torch.empty(PICTURES, 3, 38, 38).normal_(generator=generator)
    return F.interpolate(coarse, scale_factor=8)[:, :, :299, :299].contiguous()


def evaluate(net, pictures, dtype):
    """{name: float64 array} of everything that is held, computed in `dtype`."""
    net = net.to(dtype)
    stages = {}
    for name in STAGES:
        getattr(net, name).register_forward_hook(
            lambda module, inputs, output, name=name: stages.update({name: output})
        )
    with torch.no_grad():
        # One picture at a time: some gigabytes less memory.
        rows = {"logits": [], "features": [], "stages": [], "auxiliary": []}
        for picture in pictures.to(dtype).split(1):
            rows["logits"].append(net(picture))
            last = stages["Mixed_7c"]
            rows["features"].append(F.adaptive_avg_pool2d(last, 1).flatten(1))
            moments = [[output.double().mean(), output.double().std(correction=0)] for output in stages.values()]
            rows["stages"].append(torch.tensor(moments, dtype=torch.float64)[:, None])
            if net.AuxLogits is not None:
                rows["auxiliary"].append(net.AuxLogits(stages["Mixed_6e"]))
    found = {name: torch.cat(values, 1 if name == "stages" else 0) for name, values in rows.items() if values}
    return {name: value.double().numpy() for name, value in found.items()}


def own_initialization():
    """The first eight digits of every weight's SHA-256 after torchvision's construction from seed 0."""
    torch.manual_seed(0)
    net = inception.Inception3(init_weights=False)
    return [hashlib.sha256(p.detach().numpy().tobytes()).hexdigest()[:8] for p in net.parameters()]


def save_own(path):
    torch.manual_seed(1)
    net = torchvision.models.inception_v3(weights=None, transform_input=True, init_weights=True).eval()
    torch.save(net.state_dict(), path)
    pictures = draw_pictures(torch.Generator().manual_seed(SEED))
    found = evaluate(net, pictures[:2], torch.float64)
    Path(path + ".json").write_text(json.dumps({name: value.ravel().tolist() for name, value in found.items()}))
    print("saved", path)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--variant", choices=("torchvision", "fid"), help="compute this one and write nothing")
    parser.add_argument("--pth", metavar="FILE", help="save torchvision's own initialization and its results")
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    torch.set_num_threads(1)
    if options.pth:
        save_own(options.pth)
        return
    tensors, description = {}, {"torch": torch.__version__, "torchvision": torchvision.__version__, "seed": SEED}
    description["stages"] = list(STAGES)
    for variant in [options.variant] if options.variant else ("torchvision", "fid"):
        generator = torch.Generator().manual_seed(SEED)
        net = network(variant)
        net.load_state_dict(draw_state(net, generator))
        pictures = draw_pictures(generator)
        single = evaluate(net, pictures, torch.float32)
        # Widening float32 weights is exact.
        exact = evaluate(net, pictures, torch.float64)
        scatter = {}
        for name, value in exact.items():
            assert np.isfinite(value).all(), name
            scatter[name] = float(f"{np.abs(single[name] - value).max() / np.sqrt((value**2).mean()):.1e}")
            tensors[f"{variant}/{name}"] = value
        state = [[name, list(tensor.shape)] for name, tensor in net.state_dict().items()]
        description[variant] = {"float32_scatter": scatter, "state": state}
        features, logits = exact["features"], exact["logits"]
        print(f"{variant}: float32 against float64 {scatter}")
        print(f"  stages' deviations {exact['stages'][:, :, 1].min():.2f} to {exact['stages'][:, :, 1].max():.2f}")
        print(f"  features {features.mean():.3f} ± {features.std():.3f}, over pictures ± {features.std(0).mean():.1e}")
        print(f"  logits {logits.mean():.3f} ± {logits.std():.3f}, over pictures ± {logits.std(0).mean():.1e}")
    if options.variant:
        return
    description["initial"] = own_initialization()
    content = safetensors.numpy.save(
        dict(sorted(tensors.items())), {"inception": json.dumps(description, separators=(",", ":"))}
    )
    compressed = zstandard.ZstdCompressor(level=22, write_checksum=True).compress(content)
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(str(TARGET), compressed)
    print(f"{len(tensors)} tensors, {len(content)} bytes, {len(compressed)} compressed")


if __name__ == "__main__":
    main()
