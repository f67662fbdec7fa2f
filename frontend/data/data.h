// Data for training.
#ifndef JITC_FRONTEND_DATA_H
#define JITC_FRONTEND_DATA_H

double data_load_seconds(void);  // spent in jc_load_idx so far
#endif
