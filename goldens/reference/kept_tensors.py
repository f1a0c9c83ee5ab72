"""What PyTorch computed for a page to draw, kept beside a chapter's ledgers."""

import safetensors.numpy
import zstandard

from golden_store import write_atomically


def write(path, tensors, metadata) -> None:
    """Writes the file whole or not at all, with a checksum: what is damaged is told when it is read."""
    content = safetensors.numpy.save(tensors, metadata)
    write_atomically(str(path), zstandard.ZstdCompressor(level=19, write_checksum=True).compress(content))
