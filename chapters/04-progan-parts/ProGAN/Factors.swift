// The networks of ProGAN.
