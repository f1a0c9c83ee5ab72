// What the emulated program is besides the probe and the kernels: one function for start.c to call, one of its
// functions to call.

import KernelContract
import KernelsPlain

@_silgen_name("put_record")
private func put(
  _ name: UnsafePointer<UInt8>, _ kind: Int, _ id: Int, _ bits: Int, _ raw: UInt64, _ canonical: UInt64, _ count: Int,
  _ nans: Int)

private func put(_ record: ProbeRecord) {
  put(
    record.name.utf8Start, record.kind, record.id, record.bits, record.raw, record.canonical, record.count, record.nans)
}

@_cdecl("probe_all")
public func probeAll() {
  KernelProbe(Float32Kernels.self) { put($0) }.run()
  KernelProbe(Float64Kernels.self) { put($0) }.run()
}
