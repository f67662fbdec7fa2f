"""Prints the table of docs/dtypes.md: what JAX 0.10.2 makes of each pair of dtypes."""
from expected import NAMES, jax, np

kinds = {name: jax.numpy.ones((), dtype) for dtype, name in NAMES.items()}
order = "bool u8 u16 u32 u64 i8 i16 i32 i64 f16 bf16 f32 f64 c64 c128".split()
values = {name: kinds[name] for name in order} | {"int": 1, "float": 1.0, "complex": 1j}


def result(a, b):
    r = jax.numpy.add(a, b)
    name = NAMES[str(np.dtype(r.dtype))]
    return {"i": "int", "f": "float", "c": "complex"}[name[0]] if r.weak_type else name


print("| + | " + " | ".join(values) + " |")
print("|" + "---|" * (len(values) + 1))
for name, value in values.items():
    print(f"| {name} | " + " | ".join(result(value, other) for other in values.values()) + " |")
