#!/usr/bin/env python3
"""Compares the three-tier model on all engines, interleaved, in one run.

    bench/run.py --build BUILD_DIR [--faultline BINARY] [--rounds N] [--quick]

In every round each engine runs once, one after the other on one core, so that what disturbs the
machine disturbs all. A figure is simulated requests per second of the whole process's wall time,
start-up and report included. An engine that is not there is left out, with a note.
"""
import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import time

RATE = 2000  # requests per simulated second
GOAL = 2.05  # Faultline may take this many times the time of the limit
EXPECTED = {"mean": (8.23, 0.02), "p50": (6.01, 0.02), "p99": (34.5, 0.04)}  # ms, tolerance
BENCH = os.path.dirname(os.path.abspath(__file__))


class Engine:
    def __init__(self, name, seconds, command, interpret):
        self.name, self.seconds = name, seconds
        self.command, self.interpret = command, interpret
        self.rates, self.latencies, self.events_per_s = [], {}, []

    def run(self, seed, pin):
        start = time.perf_counter()
        done = subprocess.run(pin + self.command(self.seconds, seed), stdout=subprocess.PIPE)
        wall = time.perf_counter() - start
        if done.returncode != 0:
            sys.exit(f"{self.name} left with status {done.returncode}")
        events, latencies = self.interpret(json.loads(done.stdout))
        self.rates.append(RATE * self.seconds / wall)
        for key, value in latencies.items():
            self.latencies.setdefault(key, []).append(value)
        if events:
            self.events_per_s.append(events / wall)


def peer_result(result):
    return result.get("events"), {key: result[key + "_ms"] for key in EXPECTED}


def faultline_result(result):
    return result.get("events"), {key: result["latency_ms"][key] for key in EXPECTED}


def faultline_command(binary, seconds, seed):
    return [binary, "run", "three-tier", "--duration", f"{seconds:g}s", "--seed", str(seed),
            "--format", "json"]


def works(command):
    try:
        return subprocess.run(command, stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL).returncode == 0
    except OSError:
        return False


def find_engines(options):
    built = os.path.join(options.build, "bench")
    limit, ns3 = os.path.join(built, "three_tier_limit"), os.path.join(built, "three_tier_ns3")
    simpy = os.path.join(BENCH, "peers", "three_tier_simpy.py")
    python = "/usr/bin/python3"  # Debian's, for which python3-simpy3 is installed
    scale = 0.2 if options.quick else 1.0
    if not os.path.exists(limit):
        sys.exit(f"{limit} is not there: configure with -DFAULTLINE_BUILD_BENCH=ON and build")
    engines = [Engine("limit", 1200 * scale, lambda s, seed: [limit, f"{s:g}", str(seed)],
                      peer_result)]
    if works(faultline_command(options.faultline, 2, 1)):
        engines.append(Engine("faultline", 600 * scale,
                              lambda s, seed: faultline_command(options.faultline, s, seed),
                              faultline_result))
    else:
        print(f"faultline: left out, `{options.faultline} run three-tier` does not run")
    if os.path.exists(ns3):
        engines.append(Engine("ns-3", 200 * scale, lambda s, seed: [ns3, f"{s:g}", str(seed)],
                              peer_result))
    else:
        print("ns-3: left out, three_tier_ns3 was not built (libns3-dev)")
    if works([python, "-c", "import simpy"]):
        engines.append(Engine("SimPy", 50 * scale,
                              lambda s, seed: [python, simpy, f"{s:g}", str(seed)], peer_result))
    else:
        print("SimPy: left out, install python3-simpy3")
    return engines


def print_table(engines):
    print(f"\n{'engine':<10} {'requests/s':>12} {'events/s':>12}   {'limit / engine':<24} "
          f"{'mean':>6} {'p50':>6} {'p99':>6} ms")
    limit = engines[0]
    for engine in engines:
        ratios = [ours / theirs for ours, theirs in zip(limit.rates, engine.rates)]
        ratio = f"{statistics.median(ratios):.2f} ({min(ratios):.2f} .. {max(ratios):.2f})"
        events = f"{statistics.median(engine.events_per_s):,.0f}" if engine.events_per_s else "-"
        means = {key: statistics.mean(values) for key, values in engine.latencies.items()}
        # Short runs of few rounds wander: SimPy's tolerance grows with the noise of its mean.
        noise = (RATE * engine.seconds * len(engine.rates)) ** -0.5 * 5
        wrong = [key for key, (value, tolerance) in EXPECTED.items()
                 if abs(means[key] / value - 1) > tolerance + noise]
        print(f"{engine.name:<10} {statistics.median(engine.rates):>12,.0f} {events:>12}   "
              f"{ratio:<24} {means['mean']:6.2f} {means['p50']:6.2f} {means['p99']:6.1f}"
              + ("   DISAGREES: " + ", ".join(wrong) if wrong else ""))


def print_goal(engines):
    by_name = {engine.name: engine for engine in engines}
    if "faultline" not in by_name:
        return
    rates = by_name["faultline"].rates
    ratio = statistics.median(a / b for a, b in zip(by_name["limit"].rates, rates))
    print(f"\nlimit / faultline {ratio:.2f}, goal at most {GOAL}: "
          + ("reached" if ratio <= GOAL else "missed"))
    for peer in ("ns-3", "SimPy"):
        if peer in by_name:
            times = statistics.median(a / b for a, b in zip(rates, by_name[peer].rates))
            print(f"faultline / {peer} {times:.1f}")


def peak_memory_kib(command):
    """The last VmHWM seen, a mark that only rises. A child's ru_maxrss would not do: Linux
    carries the peak of the process that started it, this interpreter, over exec."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    peak = 0
    while process.poll() is None:
        try:
            with open(f"/proc/{process.pid}/status", encoding="ascii") as status:
                marks = [line.split()[1] for line in status if line.startswith("VmHWM")]
            peak = int(marks[0]) if marks else peak
        except OSError:
            pass
        time.sleep(0.002)
    return peak


def print_memory(binary):
    print("\npeak memory of faultline (three-tier)")
    for seconds in (60, 600):
        peak = peak_memory_kib(faultline_command(binary, seconds, 1))
        print(f"  {seconds:>4} s simulated  {peak / 1024:8.1f} MiB")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--build", default="build", help="build folder with bench/ in it")
    parser.add_argument("--faultline", help="the binary (default: faultline in the build folder)")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--quick", action="store_true", help="a fifth of the simulated time")
    options = parser.parse_args()
    if options.rounds < 1:
        parser.error("--rounds is at least 1")
    if options.faultline is None:
        places = [os.path.join(options.build, *path, "faultline") for path in ((), ("cli",),
                                                                               ("bin",))]
        options.faultline = next((p for p in places if os.path.isfile(p)), places[0])
    pin = []
    if shutil.which("taskset"):
        pin = ["taskset", "-c", str(max(os.sched_getaffinity(0)))]
    engines = find_engines(options)
    for round_number in range(options.rounds):
        # Each round starts with another engine, so that none always follows the same one.
        for i in range(len(engines)):
            engines[(round_number + i) % len(engines)].run(round_number + 1, pin)
        if sys.stderr.isatty():
            print(f"\rround {round_number + 1} of {options.rounds}", end="", file=sys.stderr)
    print_table(engines)
    print_goal(engines)
    if any(engine.name == "faultline" for engine in engines):
        print_memory(options.faultline)


if __name__ == "__main__":
    main()
