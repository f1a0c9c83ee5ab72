"""The cases of Tests/Conformance, a file per family; see recorder.py."""
