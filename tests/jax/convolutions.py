"""Convolution forms."""
import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from cases import case, d, f, i, with_batches, with_gradients


def conv(strides=(1, 1), padding="SAME", numbers=("NHWC", "HWIO", "NHWC"), **options):
    return lambda x, w: lax.conv_general_dilated(x, w, strides, padding, dimension_numbers=numbers, **options)


def both(name, function, *inputs, **options):
    with_gradients(f"conv.{name}", function, *inputs, argnums=(0, 1), **{"loose": 20, **options})


both("same", conv(), f(2, 6, 7, 3), f(3, 3, 3, 4))
both("strided", conv((2, 1), "VALID"), f(2, 8, 7, 3), f(3, 2, 3, 4))
both("nchw", conv((2, 2), "SAME", ("NCHW", "OIHW", "NCHW")), f(2, 3, 8, 8), f(4, 3, 3, 3))
both("dilated", conv(padding=((2, 1), (0, 3)), rhs_dilation=(2, 1)), f(2, 7, 7, 2), f(3, 3, 2, 3))
both("transposed", conv(padding=((1, 2), (2, 1)), lhs_dilation=(2, 3)), f(2, 4, 4, 2), f(3, 3, 2, 3))
both("everything", conv((2, 1), ((3, 1), (2, 2)), lhs_dilation=(1, 2), rhs_dilation=(2, 1)), f(2, 7, 5, 2), f(3, 2, 2, 3))
both("groups", conv(feature_group_count=2), f(2, 5, 5, 4), f(3, 3, 2, 6))
both("depthwise", conv(feature_group_count=4), f(2, 5, 5, 4), f(3, 3, 1, 8))
both("batch_groups", conv(batch_group_count=2), f(4, 5, 5, 3), f(3, 3, 3, 4))
both("negative_padding", conv(padding=((-1, 0), (1, -2))), f(2, 7, 7, 2), f(2, 2, 2, 3))
both("one_by_one", conv(), f(2, 5, 5, 6), f(1, 1, 6, 4))
both("1d", conv((2,), "SAME", ("NWC", "WIO", "NWC")), f(2, 9, 3), f(4, 3, 5))
both("1d.ncw", conv((1,), "VALID", ("NCW", "OIW", "NCW")), f(2, 3, 9), f(5, 3, 4))
both("3d", conv((1, 2, 1), "SAME", ("NDHWC", "DHWIO", "NDHWC")), f(1, 4, 5, 4, 2), f(2, 3, 2, 2, 3))
both("odd_layout", conv(numbers=("HWNC", "IOHW", "NWHC")), f(6, 7, 2, 3), f(3, 4, 3, 3))
both("f64", conv(), d(2, 5, 5, 2), d(3, 3, 2, 3), wide=True)
case("conv.int", conv(), i(2, 5, 5, 2), i(3, 3, 2, 3))
case("conv.0d", lambda x, w: lax.conv_general_dilated(x, w, (), ()), f(3, 4), f(5, 4), loose=4)
case("conv.zero_batch", conv(), f(0, 5, 5, 2), f(3, 3, 2, 3))
case("conv.zero_channels", conv(), f(2, 5, 5, 0), f(3, 3, 0, 3))
case("conv.no_output", conv(padding="VALID"), f(2, 2, 5, 2), f(3, 3, 2, 3))
case("conv.preferred", lambda x, w: lax.conv_general_dilated(x, w, (1,), "SAME", dimension_numbers=("NWC", "WIO", "NWC"), preferred_element_type=jnp.int32),
     i(1, 6, 2, dtype=np.int8), i(3, 2, 3, dtype=np.int8))
both("transpose.helper", lambda x, w: lax.conv_transpose(x, w, (2, 2), "SAME", dimension_numbers=("NHWC", "HWIO", "NHWC")), f(2, 4, 4, 3), f(3, 3, 3, 2))
both("flipped", lambda x, w: lax.conv_general_dilated(x, w[::-1, ::-1], (1, 1), "SAME", dimension_numbers=("NHWC", "HWIO", "NHWC")), f(2, 5, 5, 2), f(3, 3, 2, 3))
case("conv.patches", lambda x: lax.conv_general_dilated_patches(x, (3, 3), (1, 1), "SAME"), f(2, 3, 5, 5), loose=4)
with_batches("conv.both", conv(), f(2, 5, 5, 2), f(3, 3, 2, 3), loose=20)
case("conv.vmap.weights", lambda x, w: jax.vmap(conv(), (None, 0))(x, w), f(2, 5, 5, 2), f(4, 3, 3, 2, 3), loose=20)
case("conv.vmap.images", lambda x, w: jax.vmap(conv(), (0, None))(x, w), f(4, 2, 5, 5, 2), f(3, 3, 2, 3), loose=20)
case("conv.vmap.groups", lambda x, w: jax.vmap(conv(feature_group_count=2), (0, 0))(x, w), f(3, 2, 5, 5, 4), f(3, 3, 3, 2, 6), loose=20)
case("conv.hessian", lambda x, w: jax.hessian(lambda v: jnp.sum(jnp.tanh(conv(padding="VALID")(x, v))))(w), f(1, 4, 4, 1), f(2, 2, 1, 2), loose=40)
case("conv.jvp", lambda x, w: jax.jvp(conv((2, 2)), (x, w), (x, w)), f(2, 5, 5, 2), f(3, 3, 2, 3), loose=20)
