// What the parts of the StableHLO reader share: values, signatures, regions.
#ifndef JITC_FRONTEND_STABLEHLO_PARSE_H
#define JITC_FRONTEND_STABLEHLO_PARSE_H
#include "frontend/stablehlo/stablehlo_lex.h"
#include "frontend/stablehlo/stablehlo_names.h"
#include "frontend/stablehlo/stablehlo_ops.h"

// `count` values of these types, under this name (empty: none); *first is the number of the first.
// tuple: they are the parts of one.
bool hlo_define(HloReader *r, HloToken name, int count, const Type *types, bool tuple,
                uint32_t *first);
bool hlo_use(HloReader *r);  // a value behind r->uses; the parts of a tuple

bool hlo_list(HloReader *r, bool (*item)(HloReader *r));  // ( item, .. )

bool hlo_push_type(HloReader *r);  // behind r->types; the parts of a tuple
// T, or ( T [dict], .. ), behind r->types; attributes and locations of results are read over.
bool hlo_type_list(HloReader *r);
void hlo_set_results(HloReader *r, HloOp *op, const Type *types, int n);
// From ":" on; `wanted`: how many results have names (0: none has).
bool hlo_signature(HloReader *r, HloOp *op, int wanted);

bool hlo_arg_list(HloReader *r);                   // ( %a : T, .. ), behind r->uses and r->types
void hlo_take_args(HloReader *r, HloRegion *out);  // r->uses and r->types are its arguments
// From "{" on. Its arguments, if they do not stand in front of it, are at the block's label.
bool hlo_region_body(HloReader *r, HloRegion *out);
#endif
