// A chapter polls `Interruption`; who reads it need not know where it comes from.
@_exported import Processes
