// Linear algebra, Fourier transforms and special functions of several arguments. Part of jitc.h, which includes it.
#ifndef JITC_LINALG_H
#define JITC_LINALG_H



#endif
