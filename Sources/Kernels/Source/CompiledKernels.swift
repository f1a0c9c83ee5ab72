import KernelContract

/// This module's kernels. Every module compiled from this source has the same ones for its own instruction set.
///
/// Each requirement of `KernelSet` is implemented once, in an extension of this protocol, for every element type; the
/// compiler specializes it for the two types below.
package protocol CompiledKernels: KernelSet where Scalar: VectorScalar {}

package enum Float32Kernels: CompiledKernels { package typealias Scalar = Float }

package enum Float64Kernels: CompiledKernels { package typealias Scalar = Double }
