//: # DCGAN on CIFAR-10
//:
//: *A DCGAN as it really behaves, the last lines of its log derived, and what repairing it changes.*
//:
//: Chapters 1 and 2 play the game of generator and discriminator on distributions that fit on one line of paper. Here
//: the same game meets real pictures: 32×32 photographs of ten kinds of things. The networks become convolutional, as
//: Radford, Metz and Chintala proposed in 2016 (*DCGAN*), and the program becomes that of the GAN document, `model.py`
//: and `train.py`.
//:
//: We first reproduce that program **as it really behaves**, down to the digits of its log. It contains at least four
//: mistakes. Two decide how the training goes, and the log's last lines are their fingerprint: the discriminator's
//: score goes through a Sigmoid twice, and real pictures are 64×64 where generated ones are 32×32. Then we repair these
//: two and look again. Two others leave the losses as they are and spoil what comes after: a picture is drawn in
//: training mode at every iteration, which changes what the generator would make in evaluation mode; and the score that
//: the document reports at its end is one of *all* the pictures in the output folder, grids of 64 included, and not of
//: the generator's samples alone.
//:
//: {{weave DCGAN/Generator.swift}}
//: {{weave DCGAN/Discriminator.swift}}
//: {{weave Summaries.swift}}
//: {{weave DCGAN/FirstWeights.swift}}
