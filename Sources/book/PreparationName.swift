import ArgumentParser
import Scores

/// How pictures are prepared, by the names that the command takes.
enum PreparationName: String, CaseIterable, ExpressibleByArgument {
  case torchvision, draft
  case pytorchFID = "pytorch-fid"

  var preprocessing: PicturePreprocessing {
    switch self {
    case .torchvision: .torchvisionInception
    case .draft: .documentDraft
    case .pytorchFID: .pytorchFID
    }
  }
}
