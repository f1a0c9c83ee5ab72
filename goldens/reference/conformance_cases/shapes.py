"""What moves elements without computing."""

import torch

from .recorder import case, text


def record():
    for a, b in (
        ((2, 3, 5), (6, 5)),
        ((30,), (2, 3, 5)),
        ((1,), ()),
        ((), (1, 1)),
        ((2, 3, 4, 5), (2, 60)),
        ((0, 3), (3, 0)),
    ):
        case("reshape", f"{text(a)} to {text(b)}", lambda x: x.reshape(b), lambda d: [d(*a)], {"shape": list(b)})
    for shape, order in (
        ((3, 5), (1, 0)),
        ((2, 3, 5), (2, 0, 1)),
        ((2, 3, 5), (0, 2, 1)),
        ((2, 3, 4, 5), (0, 2, 3, 1)),
        ((2, 3, 4, 5), (1, 0, 2, 3)),
        ((2, 3, 4, 5), (3, 2, 1, 0)),
        ((1, 7, 1), (2, 1, 0)),
        ((7,), (0,)),
    ):
        case(
            "permute",
            f"{text(shape)} by {text(order)}",
            lambda x: x.permute(order),
            lambda d: [d(*shape)],
            {"order": list(order)},
        )
    for shape, first, second in (
        ((3, 5), 0, 1),
        ((2, 3, 5), 0, 2),
        ((2, 3, 4, 5), 1, 2),
        ((1, 7), 0, 1),
        ((17, 19), 0, 1),
    ):
        case(
            "transpose",
            f"{text(shape)} {first} and {second}",
            lambda x: x.transpose(first, second),
            lambda d: [d(*shape)],
            {"axes": [first, second]},
        )
    for shape, axis, start, end in (
        ((7,), 0, 2, 5),
        ((7,), 0, 0, 7),
        ((3, 5), 1, 4, 5),
        ((3, 5), 0, 0, 2),
        ((2, 3, 5), 1, 1, 3),
        ((2, 3, 4, 5), 2, 1, 4),
        ((2, 3, 4, 5), 0, 1, 2),
        ((3, 5), 1, 2, 2),
    ):
        case(
            "slice",
            f"{text(shape)} axis {axis} {start} to {end}",
            lambda x: x.narrow(axis, start, end - start),
            lambda d: [d(*shape)],
            {"axis": axis, "start": start, "end": end},
        )
    for parts, axis in (
        (((3,), (4,)), 0),
        (((2, 3), (5, 3)), 0),
        (((2, 3), (2, 1), (2, 4)), 1),
        (((2, 3, 2, 2), (2, 1, 2, 2)), 1),
        (((1, 2, 3), (1, 2, 4)), 2),
        (((2, 3), (0, 3)), 0),
        (((5,),), 0),
    ):
        case(
            "concat",
            f"{' '.join(map(text, parts))} axis {axis}",
            lambda *x: torch.cat(x, axis),
            lambda d: [d(*part) for part in parts],
            {"axis": axis},
        )
    for a, b in (
        ((1,), (5,)),
        ((3, 1), (3, 7)),
        ((1, 3, 1, 1), (2, 3, 2, 5)),
        ((), (2, 3)),
        ((5,), (2, 3, 5)),
        ((2, 3), (2, 3)),
        ((2, 1, 1, 3), (2, 5, 2, 3)),
    ):
        case("broadcast", f"{text(a)} to {text(b)}", lambda x: x.expand(b), lambda d: [d(*a)], {"shape": list(b)})
