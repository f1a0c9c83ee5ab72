//: {{weave Algorithm1/DataSet.swift}}
//:
//: ## Three measures
//: - The **Jensen–Shannon divergence** on a grid: samples counted in cells against the data's exact masses, in nats.
//:   Chapter 1 says why this one: it is what a perfect $D$ would measure. From $n$ samples in $c$ occupied cells even
//:   a perfect generator scores about $c/8n$, so small values have a floor.
//: - **Modes covered**: a mode counts if at least a quarter of its fair share, $\tfrac14 \cdot \tfrac18$ of all
//:   samples, lies within three standard deviations of its center.
//: - **High-quality share**: how many samples lie that near to *any* center.
//:
//: {{weave Algorithm1/Grid.swift}}
//: {{weave Algorithm1/Coverage.swift}}
