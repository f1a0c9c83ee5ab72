// Literate
