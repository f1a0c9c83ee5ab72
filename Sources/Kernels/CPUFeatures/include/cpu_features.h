#ifndef CPU_FEATURES_H
#define CPU_FEATURES_H

/// The highest x86-64 micro-architecture level (2, 3 or 4) of this processor; 0 on other architectures.
int cpu_x86_64_level(void);

#endif
