"""Prints what TensorBoard itself reads from a folder of event files, as JSON: scalars, pictures, histograms by tag."""

import json
import struct
import sys

from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

accumulator = EventAccumulator(sys.argv[1], size_guidance={"scalars": 0, "images": 0, "histograms": 0})
accumulator.Reload()
tags = accumulator.Tags()
result = {"scalars": {}, "images": {}, "histograms": {}}
for tag in tags["scalars"]:
    result["scalars"][tag] = [[event.step, event.value] for event in accumulator.Scalars(tag)]
for tag in tags["images"]:
    # The size from the summary, and the size in the PNG's own header.
    result["images"][tag] = [
        [event.step, event.width, event.height, *struct.unpack(">II", event.encoded_image_string[16:24])]
        for event in accumulator.Images(tag)
    ]
for tag in tags["histograms"]:
    result["histograms"][tag] = [
        [event.step, value.min, value.max, value.num, value.sum, value.sum_squares, sum(value.bucket)]
        for event in accumulator.Histograms(tag)
        for value in [event.histogram_value]
    ]
json.dump(result, sys.stdout)
