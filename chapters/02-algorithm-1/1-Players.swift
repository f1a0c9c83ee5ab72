//: # Algorithm 1
//:
//: *Networks in the place of tables: a bell is learned, eight modes are found or lost, and what $k$ has to do with it.*
//:
//: Chapter 1 played the game with tables: one number an atom, the best $D$ in every round. Real players are networks.
//: They see samples instead of distributions, take noisy steps instead of climbing to the top, and share their weights
//: between all places. The GAN document sets the scene in two sentences: *$G$ and $D$ are multilayer perceptrons*, and
//: the whole system *is trained with back-propagation and dropout, and sampled by forward propagation alone*; no Markov
//: chain, no unrolled inference.
//:
//: This chapter trains such players by **Algorithm 1** of the paper, on data whose distribution is known: a bell on a
//: line, and eight bells on a circle. Known data turn opinions about samples into numbers: how far is $p_g$ from
//: $p_\text{data}$, how many of the eight has $G$ found, how many of its samples are any good.
//:
//: {{weave Algorithm1/Perceptron.swift}}
