// Layers, losses and initialisers. Part of jitc.h, which includes it.
#ifndef JITC_NN_H
#define JITC_NN_H



#endif
