// What every chapter works with, in one import: tensors, derivatives, layers and random draws, pictures, what a run
// records and shows, and how it reads its options. Data sets, checkpoints and chapters' own networks are imported where
// they are used. This is the only module that hands on others.

@_exported import Autograd
@_exported import Files
@_exported import Goldens
@_exported import Literate
@_exported import NeuralNets
@_exported import Pictures
@_exported import Processes
@_exported import TensorFiles
@_exported import Tensors
@_exported import TorchRandom
