// Whoever reads tensor files handles their errors, which are those of all files.
@_exported import Files
