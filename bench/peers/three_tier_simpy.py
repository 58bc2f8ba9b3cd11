#!/usr/bin/env python3
"""three_tier_simpy.py [SIMULATED_SECONDS] [SEED]: the three-tier model in SimPy.

A generator process per request, as SimPy models are written; worker pools are plain queues of
events and the timeout is an event whose callback is taken away when the answer arrives, because
simpy.Resource and AnyOf would make SimPy slower than it has to be. Times are in seconds.
"""
import collections
import json
import random
import resource
import sys
import time

import simpy

TIMEOUT, WARM_UP = 1.0, 1.0
HOP_USER, HOP_CACHE, HOP_DATABASE, CACHE_SERVICE = 0.5e-3, 0.2e-3, 0.3e-3, 0.1e-3
WEB_SERVICE, DATABASE_SERVICE, RATE = 5e-3, 8e-3, 2000.0
KEYS, CACHE_CAPACITY = 10_000, 8_000


class Station:
    def __init__(self, env, workers):
        self.env = env
        self.idle = workers
        self.waiting = collections.deque()

    def leave(self):
        if self.waiting:
            self.waiting.popleft().succeed()
        else:
            self.idle += 1


class Model:
    def __init__(self, seed):
        self.env = simpy.Environment()
        self.random = random.Random(seed)
        self.servers = [Station(self.env, 4) for _ in range(8)]
        self.database = Station(self.env, 32)
        self.next_server = 0
        self.cache = collections.OrderedDict((key, None) for key in range(CACHE_CAPACITY))
        self.latencies = []
        self.requests = self.hits = self.misses = self.timeouts = 0

    def arrivals(self):
        env, gap = self.env, self.random.expovariate
        while True:
            yield env.timeout(gap(RATE))
            env.process(self.request())

    def give_up(self, _event):
        self.timeouts += 1

    def fill(self, event):
        key, cache = event.value, self.cache
        cache[key] = None
        cache.move_to_end(key)
        if len(cache) > CACHE_CAPACITY:
            cache.popitem(last=False)

    def request(self):
        env = self.env
        timeout, draw = env.timeout, self.random.expovariate
        issued = env.now
        self.requests += 1
        key = int(self.random.random() * KEYS)
        timer = timeout(TIMEOUT)
        timer.callbacks.append(self.give_up)

        yield timeout(HOP_USER)
        server = self.servers[self.next_server]
        self.next_server = (self.next_server + 1) % 8
        if server.idle:
            server.idle -= 1
        else:
            turn = env.event()
            server.waiting.append(turn)
            yield turn
        yield timeout(draw(1 / WEB_SERVICE))
        server.leave()

        yield timeout(HOP_CACHE)
        yield timeout(CACHE_SERVICE)
        hit = key in self.cache
        if hit:
            self.cache.move_to_end(key)
            self.hits += 1
        else:
            self.misses += 1
        yield timeout(HOP_CACHE)
        if not hit:
            yield timeout(HOP_DATABASE)
            database = self.database
            if database.idle:
                database.idle -= 1
            else:
                turn = env.event()
                database.waiting.append(turn)
                yield turn
            yield timeout(draw(1 / DATABASE_SERVICE))
            database.leave()
            yield timeout(HOP_DATABASE)
            timeout(HOP_CACHE, key).callbacks.append(self.fill)
        yield timeout(HOP_USER)
        if timer.callbacks:
            timer.callbacks.clear()
            if issued >= WARM_UP:
                self.latencies.append(env.now - issued)


def main():
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 20.0
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    start = time.perf_counter()
    model = Model(seed)
    model.env.process(model.arrivals())
    model.env.run(until=seconds)
    wall = time.perf_counter() - start
    ordered = sorted(model.latencies)
    print(json.dumps({
        "engine": "SimPy", "simulated_seconds": seconds, "requests": model.requests,
        "wall_seconds": round(wall, 6), "requests_per_wall_second": round(model.requests / wall),
        "mean_ms": round(1e3 * sum(ordered) / len(ordered), 4),
        "p50_ms": round(1e3 * ordered[len(ordered) // 2], 3),
        "p99_ms": round(1e3 * ordered[int(len(ordered) * 0.99)], 3),
        "hit_ratio": round(model.hits / (model.hits + model.misses), 5),
        "timeouts": model.timeouts,
        "peak_rss_kib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss,
    }))


if __name__ == "__main__":
    main()
