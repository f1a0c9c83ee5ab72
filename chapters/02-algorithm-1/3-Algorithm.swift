//: ## The algorithm, line by line
//: The paper's Algorithm 1 on the left, and on the right what each line becomes in the code below:
//:
//: | Algorithm 1 | here |
//: |---|---|
//: | **for** number of training iterations **do** | the loop of a run calls `iterate()` |
//: | **for** $k$ steps **do** | `for _ in 0..<rules.k` |
//: | sample a minibatch of $m$ noise samples $\{z^{(1)}, \dots, z^{(m)}\}$ | `random.normal([m, latent])` |
//: | sample a minibatch of $m$ examples $\{x^{(1)}, \dots, x^{(m)}\}$ of the data | `data.sample(m)` |
//: | update $D$ by **ascending** $\nabla_{\theta_d} \frac1m \sum_i \bigl[\log D(x^{(i)}) + \log(1 - D(G(z^{(i)})))\bigr]$ | one Adam step down the negative of it |
//: | **end for**; sample a minibatch of $m$ noise samples | fresh noise, not that of $D$'s step |
//: | update $G$ by **descending** $\nabla_{\theta_g} \frac1m \sum_i \log(1 - D(G(z^{(i)})))$ | one Adam step down it |
//:
//: The document's wording adds a detail: noise first, then data, *together a batch of size $2m$, which goes into the
//: discriminator*. We do that too. The paper leaves the learning rule open and used momentum; we use Adam. Its first
//: moment is a momentum.
//:
//: The generator's loss has the two forms of chapter 1: `saturating`, the line above, and `nonSaturating`, the
//: document's advice to maximize $D(G(z))$ instead.
//:
//: {{weave Algorithm1/GeneratorLoss.swift}}
//: {{weave Algorithm1/Training.swift}}
