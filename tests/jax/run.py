#!/usr/bin/env python3
"""Programs that JAX lowers, run by jitc and compared with what JAX computes.   run.py JITC [--device D] [PATTERN ...]

Ends with "N passed, N failed, N skipped"; exits with 77 where JAX is not installed. A program that jitc does not support
yet (exit status 3) counts as failed: the list holds what must run.
"""
import argparse
import concurrent.futures
import fnmatch
import importlib
import os
import random
import subprocess
import sys
import tempfile

AREAS = ["elementwise", "reductions", "shapes", "indexing", "convolutions", "sorting", "cumulative", "randomness", "halves",
         "wide", "zero_size", "control", "gradients", "linear_algebra", "special", "models", "optimisers",
         "libraries", "primitives", "breadth", "zoo"]


def tolerance(dtype, loose):
    """Relative to the magnitude of the element, and to that of the largest of the array (at least 1: sums cancel)."""
    name = str(dtype)
    eps = {"bfloat16": 2.0**-8, "float16": 2.0**-11, "float32": 2.0**-23, "complex64": 2.0**-23}.get(name, 2.0**-52)
    return 40 * eps * loose, 8 * eps * loose


def units(np, got, want, least):
    """How many units in the last place of `want` numbers differ by, of complex ones that of the larger part, of smaller
    numbers than `least` those of that; infinity where only one is finite."""
    import ml_dtypes
    complexes = want.dtype.kind == "c"
    span = ml_dtypes.finfo(want.real.dtype)
    a, w = (x.astype(np.complex128 if complexes else np.float64) for x in (got, want))
    size = np.maximum(np.abs(w.real), np.abs(w.imag)) if complexes else np.abs(w)
    size = np.maximum(size, least)
    with np.errstate(all="ignore"):
        unit = np.exp2(np.maximum(np.floor(np.log2(size)), span.minexp) - span.nmant)
        apart = np.abs(a - w) / unit
        return np.where((a == w) | (np.isnan(a) & np.isnan(w)), 0, np.where(np.isfinite(a) & np.isfinite(w), apart, np.inf))


def difference(np, got, want, loose, ulps, size):
    """What is wrong, or None."""
    if got.dtype.kind == "V" and got.dtype.itemsize == want.dtype.itemsize:
        got = got.view(want.dtype)
    if got.dtype != want.dtype:
        return f"dtype {got.dtype}, JAX has {want.dtype}"
    if got.shape != want.shape:
        return f"shape {got.shape}, JAX has {want.shape}"
    if want.dtype.kind in "biu":
        bad = got != want
    elif ulps:
        apart = units(np, got, want, size)
        bad = apart > ulps
    else:
        a, w = (x.astype(np.complex128 if want.dtype.kind == "c" else np.float64) for x in (got, want))
        rel, scale = tolerance(want.dtype, loose)
        finite = np.isfinite(w)
        largest = max(1, np.max(np.abs(w[finite]))) if finite.any() else 1
        with np.errstate(all="ignore"):
            close = np.abs(a - w) <= rel * np.abs(w) + scale * largest
        bad = ~np.where(finite, close, (a == w) | (np.isnan(a) & np.isnan(w)))
    if not bad.any():
        return None
    at = tuple(int(k) for k in np.argwhere(bad)[0])
    far = f", {float(apart.max()):.3g} ulps at most" if ulps and want.dtype.kind not in "biu" else ""
    return f"{int(bad.sum())} of {bad.size} elements, first at {at}: {got[at]!r}, JAX has {want[at]!r}{far}"


def lower(case, folder):
    """Writes the program, its inputs and JAX's results; gives the results."""
    import jax
    import numpy as np
    with jax.enable_x64(case.wide):
        function = jax.jit(case.function, keep_unused=True)
        text = function.lower(*case.inputs).as_text()
        results = [np.asarray(x) for x in jax.tree_util.tree_leaves(function(*case.inputs))]
    with open(f"{folder}/{case.name}.mlir", "w") as file:
        file.write(text)
    for k, x in enumerate(case.inputs):
        np.save(f"{folder}/{case.name}.{k}.npy", x)
    return results


def check(case, folder, results, jitc, device):
    """Runs one program; gives what is wrong, or None."""
    import numpy as np
    out = f"{folder}/{case.name}.out"
    os.makedirs(out, exist_ok=True)
    inputs = [x for k in range(len(case.inputs)) for x in ("--input", f"{k}={folder}/{case.name}.{k}.npy")]
    command = [jitc, "run", "--device", device, f"{folder}/{case.name}.mlir", *inputs, "--output", out]
    try:
        done = subprocess.run(command, capture_output=True, text=True, errors="replace", timeout=120,
                              env={**os.environ, "JITC_TIER": "compile"})
    except subprocess.TimeoutExpired:
        return "ran for two minutes"
    if done.returncode:
        said = done.stderr.strip().splitlines()
        return f"exit {done.returncode}: {said[0].split('.mlir:')[-1] if said else 'nothing said'}"
    for k, want in enumerate(results):
        wrong = difference(np, np.load(f"{out}/{k}.npy"), want, case.loose, case.ulps, case.size)
        if wrong:
            return f"result {k}: {wrong}"
    return None


def check_case(case, folder, jitc, device):
    try:
        results = lower(case, folder)
    except Exception as error:  # a case that JAX refuses is a mistake in the list
        return f"JAX refuses it: {type(error).__name__}: {str(error).splitlines()[0]}"
    return check(case, folder, results, jitc, device)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("jitc")
    parser.add_argument("pattern", nargs="*", default=["*"], help="names, with * and ?")
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--sample", type=int, default=0, metavar="N", help="only N of them, chosen by TEST_SEED")
    parser.add_argument("--keep", metavar="DIR", help="where programs, inputs and results stay")
    options = parser.parse_args()
    try:
        import jax  # noqa: F401
    except ImportError:
        print("jax programs: skipped: no JAX for", sys.executable)
        return 77
    sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
    for area in AREAS:
        importlib.import_module(area)
    from cases import cases
    chosen = [c for c in cases.values() if any(fnmatch.fnmatch(c.name, p) for p in options.pattern)]
    if 0 < options.sample < len(chosen):
        from cases import SEED
        print(f"{options.sample} of {len(chosen)} programs (TEST_SEED={SEED})")
        chosen = random.Random(SEED).sample(chosen, options.sample)
    failed = 0
    with tempfile.TemporaryDirectory() as temporary, concurrent.futures.ThreadPoolExecutor(2) as pool:
        folder = options.keep or temporary
        os.makedirs(folder, exist_ok=True)
        waiting = [(c, pool.submit(check_case, c, folder, options.jitc, options.device)) for c in chosen]
        for case, future in waiting:
            wrong = future.result()
            if wrong:
                failed += 1
                print(f"FAILED: {case.name}: {wrong}", flush=True)
    print(f"{len(chosen) - failed} passed, {failed} failed, 0 skipped")
    return 1 if failed or not chosen else 0


if __name__ == "__main__":
    sys.exit(main())
