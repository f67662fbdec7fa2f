// Optimisers and their schedules. Part of jitc.h, which includes it.
#ifndef JITC_OPTIM_H
#define JITC_OPTIM_H



#endif
