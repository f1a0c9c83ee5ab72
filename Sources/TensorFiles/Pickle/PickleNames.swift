/// The names that PyTorch's restricted reader resolves, and what they stand for here.
///
/// Source: `_get_allowed_globals` in torch/_weights_only_unpickler.py. A name that is not here makes an inert object
/// that bears it.
enum PickleNames {
  static let orderedDictionary = "collections.OrderedDict"
  static let counter = "collections.Counter"
  static let parameter = "torch.nn.parameter.Parameter"
  static let layout = "torch.serialization._get_layout"
  static let size = "torch.Size"
  static let tensor = "torch.Tensor"
  static let device = "torch.device"
  static let encode = "_codecs.encode"
  static let byteArray = "builtins.bytearray"
  static let set = "builtins.set"
  static let complex = "builtins.complex"
  static let rebuildFromType = "torch._tensor._rebuild_from_type_v2"

  private static let known: Set<String> = [
    orderedDictionary, counter, parameter, layout, size, tensor, device, encode, byteArray, set, complex,
    rebuildFromType,
    "torch.per_tensor_affine", "torch.per_tensor_symmetric", "torch.per_channel_affine", "torch.per_channel_symmetric",
    "torch.per_channel_affine_float_qparams",
  ]

  private static let rebuilders: Set<String> = [
    "_rebuild_parameter", "_rebuild_parameter_with_state", "_rebuild_qtensor", "_rebuild_tensor", "_rebuild_tensor_v2",
    "_rebuild_tensor_v3", "_rebuild_sparse_tensor", "_rebuild_meta_tensor_no_storage", "_rebuild_wrapper_subclass",
    "_rebuild_device_tensor_from_numpy", "_rebuild_device_tensor_from_cpu_tensor",
  ]

  /// Python 2's names of modules that Python 3 calls otherwise.
  private static let renamedModules = ["__builtin__": "builtins", "copy_reg": "copyreg"]

  /// The full name as Python 3 has it.
  static func full(_ module: String, _ name: String) -> String { "\(renamedModules[module] ?? module).\(name)" }

  static func isKnown(_ name: String) -> Bool {
    known.contains(name) || rebuilder(name) != nil || storage(name) != nil || dtype(name) != nil || isTensorClass(name)
  }

  /// "_rebuild_tensor_v2" of "torch._utils._rebuild_tensor_v2".
  static func rebuilder(_ name: String) -> String? {
    guard name.hasPrefix("torch._utils.") else { return nil }
    let function = String(name.dropFirst("torch._utils.".count))
    return rebuilders.contains(function) ? function : nil
  }

  private static let numberNames: [String: ElementType] = [
    "Float": .float32, "Double": .float64, "Half": .float16, "BFloat16": .bfloat16, "Long": .int64, "Int": .int32,
    "Short": .int16, "Char": .int8, "Byte": .uint8, "Bool": .bool, "ComplexFloat": .complex64,
    "ComplexDouble": .complex128, "QInt8": .int8, "QUInt8": .uint8, "QInt32": .int32, "Untyped": .uint8,
    "Typed": .uint8,
    "QUInt4x2": .uint8, "QUInt2x4": .uint8,
  ]

  /// "torch.FloatStorage" and its kin. Storages of a device have the same content.
  static func storage(_ name: String) -> (elementType: ElementType, isPacked: Bool)? {
    guard let kind = middle(of: name, after: ["torch.cuda.", "torch.storage.", "torch."], before: "Storage"),
      let type = numberNames[kind]
    else { return nil }
    return (type, kind == "QUInt4x2" || kind == "QUInt2x4")
  }

  static func isTensorClass(_ name: String) -> Bool {
    name == tensor
      || middle(
        of: name, after: ["torch.cuda.sparse.", "torch.sparse.", "torch.cuda.", "torch."], before: "Tensor"
      ).map { numberNames[$0] != nil } ?? false
  }

  private static func middle(of name: String, after prefixes: [String], before suffix: String) -> String? {
    guard let prefix = prefixes.first(where: name.hasPrefix), name.hasSuffix(suffix),
      name.utf8.count > prefix.utf8.count + suffix.utf8.count
    else { return nil }
    return String(name.dropFirst(prefix.count).dropLast(suffix.count))
  }

  /// The elements of a dtype; what is not a whole number of bytes is read by its bits. `.some(nil)` where one byte
  /// holds several.
  static func dtype(_ name: String) -> ElementType?? {
    guard name.hasPrefix("torch.") else { return nil }
    let name = String(name.dropFirst("torch.".count))
    if let type = ElementType(named: name) { return type }
    switch name {
    case "uint1", "uint2", "uint3", "uint4", "uint5", "uint6", "uint7", "quint8": return .some(.uint8)
    case "int1", "int2", "int3", "int4", "int5", "int6", "int7", "qint8": return .some(.int8)
    case "bits8", "bits1x8", "bits2x4", "bits4x2", "float4_e2m1fn_x2": return .some(.uint8)
    case "bits16": return .some(.uint16)
    case "qint32": return .some(.int32)
    case "quint4x2", "quint2x4": return .some(nil)
    default: return nil
    }
  }
}
