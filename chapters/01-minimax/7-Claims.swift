//: ## How the numbers are checked
//: Every `record` is held against a PyTorch program that computes the same thing independently. A `claim` is a
//: sentence of the text that a run can refute: it records 1 where the sentence holds.
