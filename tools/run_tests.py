#!/usr/bin/env python3
"""Builds jitc in every configuration, runs its tests there, and prints one closing line over all of them."""
import json
import os
import re
import subprocess
import sys
import time

# Warnings are errors, except under gcc's sanitizers, which make it warn of what is not there.
STRICT = ["--buildtype=release", "-Dwerror=true"]
SANITIZED = ["--buildtype=debug", "-Doptimization=1"]
# name of the build folder: (compiler, meson options, suite to run or None for all)
CONFIGURATIONS = {
    "build": ("gcc", STRICT, None),
    # clang's finds more of what is undefined: null + 0, a float beyond the integers it becomes
    "build-asan": ("clang", [*SANITIZED, "-Db_sanitize=address,undefined"], None),
    "build-clang": ("clang", STRICT, None),
    "build-tsan": ("gcc", [*SANITIZED, "-Db_sanitize=thread"], "threads"),
    "build-fuzz": ("clang", [*SANITIZED, "-Db_sanitize=address,undefined", "-Dfuzz=true"], "fuzz"),
}
CLOSING_LINE = re.compile(r"^(\d+) passed, (\d+) failed(?:, (\d+) skipped)?\s*$", re.M)
EXIT_SKIPPED = 77


def quiet(command, **env):
    """Runs a command; its output is shown only when it fails."""
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          errors="replace", env={**os.environ, **env})
    if done.returncode:
        print(done.stdout[-20000:], flush=True)
    return done.returncode == 0


def configure(folder, compiler, options):
    if os.path.exists(f"{folder}/build.ninja"):
        return quiet(["ninja", "-C", folder, "build.ninja"])
    return quiet(["meson", "setup", folder, *options], CC=compiler)


def introspected(folder, what):
    listing = subprocess.run(["meson", "introspect", what, folder], stdout=subprocess.PIPE, text=True)
    return json.loads(listing.stdout or "[]")


def programs_of(folder, tests):
    """What ninja has to build for these tests alone."""
    files = {t["id"]: t["filename"] for t in introspected(folder, "--targets")}
    return sorted({os.path.relpath(f, folder) for t in tests for needed in t["depends"] for f in files[needed]})


def selected(folder, suite, names):
    """The tests of a configuration that this run asks for."""
    def suites(test):
        return {s.split(":")[-1] for s in test["suite"]}
    chosen = [t for t in introspected(folder, "--tests") if suite is None or suite in suites(t)]
    if suite is None:  # fuzzing has a configuration of its own
        chosen = [t for t in chosen if "fuzz" not in suites(t)]
    return [t for t in chosen if not names or t["name"] in names or suites(t) & set(names)]


def counts(test):
    """(passed, failed, skipped) of one test program, by its closing line."""
    lines = CLOSING_LINE.findall(test.get("stdout", "") + "\n" + test.get("stderr", ""))
    if not lines:
        skipped = test["returncode"] == EXIT_SKIPPED
        good = test["result"] == "OK"
        return (int(good), int(not good and not skipped), int(skipped))
    passed, failed, skipped = (int(n or 0) for n in lines[-1])
    crashed = test["result"] not in ("OK", "SKIP") and not failed
    return (passed, failed + crashed, skipped)


def shortened(text, head=3000, tail=6000):
    """What failed first (and the seed) and how it ended."""
    return text if len(text) <= head + tail else f"{text[:head]}\n...\n{text[-tail:]}"


def run_tests(folder, tests):
    """The sums over the tests of one configuration; prints the output of those that failed."""
    log = f"{folder}/meson-logs/testlog.json"
    if os.path.exists(log):
        os.remove(log)
    subprocess.run(["meson", "test", "-C", folder, "--no-rebuild", *[t["name"] for t in tests]],
                   stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT)
    sums, seen = [0, 0, 0], set()
    for line in open(log) if os.path.exists(log) else []:
        test = json.loads(line)
        seen.add(test["name"].split(" / ")[-1])
        got = counts(test)
        sums = [a + b for a, b in zip(sums, got)]
        if got[1]:
            print(f"--- {folder}: {test['name']}: {test['result']}")
            print(shortened(test.get("stdout", "") + test.get("stderr", "")), flush=True)
    missing = [t["name"] for t in tests if t["name"] not in seen]
    for name in missing:
        print(f"--- {folder}: {name}: did not run")
    sums[1] += len(missing)
    return sums


def main(names):
    totals, found = [0, 0, 0], set()
    for folder, (compiler, options, suite) in CONFIGURATIONS.items():
        start = time.time()
        if not configure(folder, compiler, options):
            print(f"{folder}: cannot be configured", flush=True)
            totals[1] += 1
            continue
        tests = selected(folder, suite, names)
        if not tests:
            continue
        # A configuration for one suite builds only the programs of that suite.
        targets = programs_of(folder, tests) if suite else []
        if not quiet(["ninja", "-C", folder, *targets]):
            print(f"{folder}: does not build", flush=True)
            totals[1] += 1
            continue
        found |= {t["name"] for t in tests}
        sums = run_tests(folder, tests)
        print(f"{folder}: {closing_line(sums)} ({len(tests)} programs, {time.time() - start:.0f} s)", flush=True)
        totals = [a + b for a, b in zip(totals, sums)]
    if not found:
        print(f"no test is named {' '.join(names)}" if names else "there are no tests")
        totals[1] += 1
    print(closing_line(totals))
    return 1 if totals[1] else 0


def closing_line(sums):
    return f"{sums[0]} passed, {sums[1]} failed" + (f", {sums[2]} skipped" if sums[2] else "")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
