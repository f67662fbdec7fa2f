// What the walk over a table of layers needs of each kind.
#ifndef JITC_FRONTEND_NN_LAYER_H
#define JITC_FRONTEND_NN_LAYER_H
#include "frontend/params.h"

enum { LAYER_PARAMS = 4 };  // most arrays of a layer of the library

typedef struct LayerKind {
  const char *name;                  // "JC_DENSE", in messages
  const char *params[LAYER_PARAMS];  // what its arrays are called, up to a NULL
  // Fills all arrays for an input of this shape. False after fail().
  bool (*init)(const jc_layer *l, jc_array key, const jc_dims *shape, jc_array *p, Loc loc);
  // p: those of the arrays that the layer keeps. In training it moves running statistics there.
  jc_array (*apply)(const jc_layer *l, jc_array *p, const struct jc_input *in, Loc loc);
} LayerKind;

// Kinds that only route arrays, and own layers, have no apply.
const LayerKind *layer_kind(const jc_layer *l);
// Which of its kind's arrays the layer keeps (.no_bias has one less); how many.
int layer_params(const jc_layer *l, int which[LAYER_PARAMS]);
#endif
