"""Functions that move elements."""
import jax.numpy as jnp
import numpy as np
from jax import lax
from cases import b, case, f, i, with_gradients

table = {
    "reshape": lambda x: x.reshape(2, -1), "ravel": jnp.ravel, "transpose": jnp.transpose, "swapaxes": lambda x: jnp.swapaxes(x, 0, 2),
    "moveaxis": lambda x: jnp.moveaxis(x, 0, -1), "expand_dims": lambda x: jnp.expand_dims(x, (0, 2)), "broadcast_to": lambda x: jnp.broadcast_to(x, (2, 2, 3, 4)),
    "flip": lambda x: jnp.flip(x, (0, 2)), "roll": lambda x: jnp.roll(x, (1, -2), (0, 2)), "rot90": lambda x: jnp.rot90(x, axes=(1, 2)),
    "tile": lambda x: jnp.tile(x, (2, 1, 3)), "repeat": lambda x: jnp.repeat(x, 3, axis=1), "split": lambda x: jnp.split(x, 2, axis=2),
    "array_split": lambda x: jnp.array_split(x, 3, axis=2), "pad": lambda x: jnp.pad(x, ((1, 0), (0, 2), (1, 1)), constant_values=3.0),
    "pad.edge": lambda x: jnp.pad(x, 1, mode="edge"), "pad.reflect": lambda x: jnp.pad(x, 1, mode="reflect"), "pad.wrap": lambda x: jnp.pad(x, 1, mode="wrap"),
    "diff": lambda x: jnp.diff(x, axis=2), "gradient": lambda x: jnp.gradient(x, axis=2), "squeeze": lambda x: jnp.squeeze(x[:, :1], 1),
    "tril": jnp.tril, "triu": lambda x: jnp.triu(x, 1), "diagonal": lambda x: jnp.diagonal(x, axis1=1, axis2=2), "atleast": lambda x: jnp.atleast_3d(x[0, 0]),
    "stack": lambda x: jnp.stack([x, x * 2], axis=1), "hstack": lambda x: jnp.hstack([x, x]), "dstack": lambda x: jnp.dstack([x, x]),
    "concatenate": lambda x: jnp.concatenate([x, x[:, :1], -x], axis=1), "block": lambda x: jnp.block([[x[0], x[1]], [x[1], x[0]]]),
    "lax.pad.negative": lambda x: lax.pad(x, np.float32(7), ((-1, 2, 0), (1, -1, 1), (0, -1, 2))), "lax.rev": lambda x: lax.rev(x, (1,)),
    "lax.slice": lambda x: lax.slice(x, (0, 1, 0), (2, 3, 4), (1, 2, 3)), "lax.collapse": lambda x: lax.collapse(x, 0, 2),
    "delete": lambda x: jnp.delete(x, 1, axis=2), "insert": lambda x: jnp.insert(x, 1, 5.0, axis=2), "append": lambda x: jnp.append(x, x[:1], axis=0),
}
for name, function in table.items():
    with_gradients(f"np.{name}" if not name.startswith("lax") else name, function, f(2, 3, 4))
case("np.eye", lambda x: jnp.eye(3, 4, 1) + x, f(3, 4))
case("np.diag", lambda x: (jnp.diag(x), jnp.diag(jnp.diag(x, 1))), f(4))
case("np.diagflat", lambda x: jnp.diagflat(x, 1), f(4))
case("np.arange", lambda x: (jnp.arange(5) + x, jnp.arange(2, 9, 3), jnp.linspace(0, 1, 7), jnp.logspace(0, 2, 4)), i(5), loose=4)
case("np.meshgrid", lambda x, y: jnp.meshgrid(x, y, indexing="ij"), f(3), f(4))
case("np.indices", lambda x: jnp.indices((2, 3)) + x, i())
case("np.tri", lambda x: jnp.tri(4, 5, -1) * x, f())
case("np.vander", lambda x: jnp.vander(x, 4), f(3))
case("np.full", lambda x: (jnp.full((2, 3), x), jnp.zeros_like(x), jnp.ones((2,), jnp.int8)), f())
case("np.packbits", lambda x: jnp.packbits(x), b(19))
case("np.unpackbits", lambda x: jnp.unpackbits(x.astype(jnp.uint8)), i(3, low=0, high=255))
case("np.trim", lambda x: jnp.hamming(7) * x + jnp.hanning(7) + jnp.blackman(7) + jnp.bartlett(7), f(7), loose=6)
case("lax.broadcast_in_dim", lambda x: lax.broadcast_in_dim(x, (2, 3, 4), (1,)), f(3))
case("lax.iota", lambda x: lax.broadcasted_iota(jnp.int32, (2, 5), 1) * x, i())
case("lax.transpose", lambda x: lax.transpose(x, (3, 0, 2, 1)), f(2, 3, 4, 5))
case("lax.split", lambda x: lax.split(x, (1, 2, 3), 1), f(2, 6))
case("lax.optimization_barrier", lambda x: lax.optimization_barrier((x, x * 2)), f(4))
case("rank16", lambda x: x.reshape((1, 2) * 4 + (1,) * 4).sum(1) + x.reshape(2, 1, 2, 1, 2, 1, 2, 1, 1, 1, 1)[0], f(16))
