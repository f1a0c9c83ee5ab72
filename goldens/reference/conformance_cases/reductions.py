"""Sums, moments, norms and extremes over axes."""

import numpy as np
import torch

from .recorder import case, text


def record():
    def axes_of(rank):
        return {
            1: [(0,)],
            2: [(0,), (1,), (0, 1)],
            3: [(0,), (1,), (2,), (0, 2), (1, 2)],
            4: [(0,), (1,), (0, 2, 3), (2, 3), (1, 2, 3), (0, 1, 2, 3)],
        }[rank]

    shapes = [(1,), (19,), (3, 7), (1, 5), (5, 1), (2, 3, 5), (2, 3, 4, 5), (3, 1, 2, 2)]
    for shape in shapes:
        for axes in axes_of(len(shape)):
            for keep in (False, True):
                label = f"{text(shape)} over {','.join(map(str, axes))}{' kept' if keep else ''}"
                attributes = {"axes": list(axes), "keep": keep}
                count = int(np.prod([shape[a] for a in axes]))
                case("sum", label, lambda x: x.sum(axes, keepdim=keep), lambda d: [d(*shape)], attributes)
                case("mean", label, lambda x: x.mean(axes, keepdim=keep), lambda d: [d(*shape)], attributes)
                for unbiased in (True, False):
                    if count < 2 or keep != unbiased and len(shape) != 4:
                        continue  # one value has no unbiased variance; half of the grid says all that small shapes can
                    more = attributes | {"unbiased": unbiased}
                    kind = "unbiased " if unbiased else "biased "
                    case(
                        "variance",
                        kind + label,
                        lambda x: x.var(axes, unbiased=unbiased, keepdim=keep),
                        lambda d: [d(*shape)],
                        more,
                    )
                    # Of two values it is |a - b| up to a factor, whose second derivative is zero up to rounding.
                    case(
                        "standard-deviation",
                        kind + label,
                        lambda x: x.std(axes, unbiased=unbiased, keepdim=keep),
                        lambda d: [d(*shape)],
                        more,
                        second=count > 2,
                    )
    case("sum", "0x3 over 0", lambda x: x.sum((0,)), lambda d: [d(0, 3)], {"axes": [0], "keep": False})
    for shape, axes in (((4099,), (0,)), ((3, 1031), (1,)), ((1031, 3), (0,))):  # past one chunk, past 16 lanes
        label = f"{text(shape)} over {axes[0]}"
        attributes = {"axes": list(axes), "keep": False}
        case("sum", label, lambda x: x.sum(axes), lambda d: [d(*shape)], attributes)
        case(
            "variance",
            "unbiased " + label,
            lambda x: x.var(axes),
            lambda d: [d(*shape)],
            attributes | {"unbiased": True},
            second=False,
        )
    case(
        "standard-deviation",
        "constant column at the kink",
        lambda x: x.std(0),
        lambda d: [np.array([[1, 2, 3], [1, 4, 3], [1, -1, 3]])],
        {"axes": [0], "keep": False, "unbiased": True},
        second=False,
    )

    for shape in ((19,), (3, 7), (1, 5), (5, 1), (2, 3, 5)):
        for axis in range(len(shape)):
            label = f"{text(shape)} over {axis}"
            case(
                "norm",
                label,
                lambda x: torch.linalg.vector_norm(x, dim=axis),
                lambda d: [d(*shape, kind="nonzero")],
                {"axis": axis},
                second=shape[axis] > 1,
            )
            case(
                "maximum-over",
                label,
                lambda x: x.max(axis).values,
                lambda d: [d(*shape, kind="distinct")],
                {"axis": axis},
            )
            case(
                "minimum-over",
                label,
                lambda x: x.min(axis).values,
                lambda d: [d(*shape, kind="distinct")],
                {"axis": axis},
            )
    case(
        "norm",
        "zero row at the kink",
        lambda x: torch.linalg.vector_norm(x, dim=1),
        lambda d: [np.array([[0, 0, 0], [1, 2, -2]])],
        {"axis": 1},
        second=False,
    )
