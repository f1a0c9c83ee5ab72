import KernelContract

// A digest of 128 bits over bytes in memory, for traces: fast enough to be taken of everything a training run computes.
//
// Eight lanes of 64 bits take a stripe of 64 bytes at a time, as XXH3 does (Collet 2019): a lane adds the product of
// the two halves of its key-masked word, and the lane four places on adds the word itself, so that no bit is lost where
// a product is. Every 16 stripes the lanes are scrambled by a bijection. It is integer arithmetic alone, so every
// instruction set gives the same digest. Not cryptographic: whoever wants two contents of one digest will find them.

private typealias Lanes = SIMD8<UInt64>

private let key = Lanes(
  0x9E37_79B9_7F4A_7C15, 0xBF58_476D_1CE4_E5B9, 0x94D0_49BB_1331_11EB, 0xD6E8_FEB8_6659_FD93, 0xA5A5_1E37_9C3F_4D21,
  0xC2B2_AE3D_27D4_EB4F, 0x1656_67B1_9E37_79F9, 0x85EB_CA77_C2B2_AE63)
private let stride: UInt64 = 0x9FB2_1C65_1E98_DF25

@inline(__always)
private func absorb(_ lanes: inout Lanes, _ words: Lanes, _ key: Lanes) {
  let masked = words ^ key
  let low = masked & Lanes(repeating: 0xFFFF_FFFF)
  let high = masked &>> Lanes(repeating: 32)
  let others = Lanes(lowHalf: words.highHalf, highHalf: words.lowHalf)
  lanes = lanes &+ low &* high &+ others
}

@inline(__always)
private func scramble(_ lanes: inout Lanes) {
  lanes ^= lanes &>> Lanes(repeating: 47)
  lanes ^= key
  lanes = lanes &* Lanes(repeating: 0x9E37_79B1)
}

extension CompiledKernels {
  @inline(never)
  package static func contentDigest(_ base: UnsafeRawPointer, byteCount count: Int) -> (UInt64, UInt64) {
    var lanes = key
    var offset = 0
    while offset &+ 1024 <= count {
      var stripeKey = key
      for _ in 0..<16 {
        absorb(&lanes, (base + offset).loadUnaligned(as: Lanes.self), stripeKey)
        stripeKey = stripeKey &+ Lanes(repeating: stride)
        offset &+= 64
      }
      scramble(&lanes)
    }
    var stripeKey = key
    while offset &+ 64 <= count {
      absorb(&lanes, (base + offset).loadUnaligned(as: Lanes.self), stripeKey)
      stripeKey = stripeKey &+ Lanes(repeating: stride)
      offset &+= 64
    }
    if offset < count {
      var rest = Lanes()
      withUnsafeMutableBytes(of: &rest) { rest in
        rest.copyMemory(from: UnsafeRawBufferPointer(start: base + offset, count: count &- offset))
      }
      absorb(&lanes, rest, stripeKey)
    }
    scramble(&lanes)
    return (finish(lanes, UInt64(truncatingIfNeeded: count)), finish(lanes, ~UInt64(truncatingIfNeeded: count)))
  }
}

/// One number of all lanes: each is mixed into what the ones before have left (the finalizer of MurmurHash3).
private func finish(_ lanes: Lanes, _ start: UInt64) -> UInt64 {
  var hash = start &* 0x9E37_79B9_7F4A_7C15
  for index in 0..<8 {
    hash = (hash ^ lanes[index]) &* 0xFF51_AFD7_ED55_8CCD
    hash ^= hash >> 33
    hash = hash &* 0xC4CE_B9FE_1A85_EC53
    hash ^= hash >> 29
  }
  return hash
}
