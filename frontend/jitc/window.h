// Convolution, pooling and reductions of windows. Part of jitc.h, which includes it.
#ifndef JITC_WINDOW_H
#define JITC_WINDOW_H

// jc_conv(x, w, .strides = JC_SHAPE(2), .padding = JC_SAME): x is [N, space.., C], w is
// [space.., C / groups, O] and not flipped, as in stax and flax. Other layouts by a string, as
// "NCHW,OIHW,NCHW" or "NWC,WIO,NWC". One stride or dilation counts for all dimensions. Sums run
// over w's dimensions in their order.
typedef enum jc_padding { JC_VALID, JC_SAME } jc_padding;  // JC_SAME: an odd zero goes behind
struct jc_conv {
  jc_array w;
  jc_dims strides;
  jc_padding padding;
  jc_dims pads;          // in place of padding: low and high of each spatial dimension
  jc_dims dilation;      // of w
  jc_dims lhs_dilation;  // of x
  int groups;            // 0: one
  const char *layout;
};
jc_array jc_conv_(jc_array x, struct jc_conv c, JC_AT_);
#define jc_conv(x, ...) jc_conv_(x, (struct jc_conv){.w = __VA_ARGS__}, JC_HERE)
// The same with x's elements `strides` apart: JAX's conv_transpose.
jc_array jc_conv_transpose_(jc_array x, struct jc_conv c, JC_AT_);
#define jc_conv_transpose(x, ...) jc_conv_transpose_(x, (struct jc_conv){.w = __VA_ARGS__}, JC_HERE)

// jc_max_pool(x, JC_SHAPE(2, 2), .strides = JC_SHAPE(2)): x is [N, space.., C]; strides are 1 if
// not given. The gradient of a maximum goes to the first of equals; averages count padding as
// zeros.
struct jc_pool {
  jc_dims window, strides;
  jc_padding padding;
  jc_dims pads;
};
jc_array jc_max_pool_(jc_array x, struct jc_pool o, JC_AT_);
jc_array jc_avg_pool_(jc_array x, struct jc_pool o, JC_AT_);
#define jc_max_pool(x, ...) jc_max_pool_(x, (struct jc_pool){.window = __VA_ARGS__}, JC_HERE)
#define jc_avg_pool(x, ...) jc_avg_pool_(x, (struct jc_pool){.window = __VA_ARGS__}, JC_HERE)

// jc_reduce_window(op, x, init, JC_SHAPE(2, 2)): each window of x, of one size per axis, combined
// by op as by jc_reduce; padding holds init, which is to be op's identity. .strides, .padding =
// JC_SAME or .pads (low and high of each axis), .dilation. For sums and maxima of
// images jc_avg_pool and jc_max_pool take less memory.
struct jc_window {
  jc_dims window, strides;
  jc_padding padding;
  jc_dims pads, dilation;
};
jc_array jc_reduce_window_(jc_array (*op)(jc_array, jc_array), jc_array x, jc_array init,
                           struct jc_window w, JC_AT_);
#define jc_reduce_window(op, x, init, ...) \
  jc_reduce_window_(op, x, jc_lift(init), (struct jc_window){.window = __VA_ARGS__}, JC_HERE)

#endif
