// Functions and closures as they are called with lists of arrays (jc_params): each list is expanded
// into its arrays.
//
// A function's leaves are words; whether one is an array or a list is seen when it is called. For
// each combination of lists there is a variant of the function, and of the closure, made once, in
// which a list is a leaf of kind 'L' followed by an array leaf for each item. Without lists nothing
// here is on the way of a call.
#ifndef JITC_FRONTEND_VARIANT_H
#define JITC_FRONTEND_VARIANT_H
#include "frontend/closure.h"

// f as it is called with these arguments; f itself where there is no list.
Function *function_for(Function *f, void *const *args);
// f as it has returned.
Function *function_returning(Function *f, const void *result);
// f whose parameters are trees like the results (from leaf `first` on) and then the results (up to
// `last`) of two functions: the rule of a custom_vjp.
Function *function_taking(Function *f, const Function *residuals, int first,
                          const Function *cotangents);

Closure *closure_for(Closure *c, void *const *args);
// c's signature when what it transforms has returned as f. saved: as for closure_sign_result.
const Function *closure_returning(Closure *c, Function *f, const ListShape *saved);

// The lists among the first leaves of `have`, n arrays in all, are as long as those of `want`.
bool lists_agree(const Leaf *have, const Leaf *want, int n);
#endif
