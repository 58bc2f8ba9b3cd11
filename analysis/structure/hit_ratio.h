// The share of reads that a cache can answer, without running: independent reads of keys that are
// drawn like those of the workloads.
//
// LRU          Che, Tung, Wang, "Hierarchical Web Caching Systems", IEEE JSAC 20 (2002): a key read
//              with rate p_i stays for a characteristic time T, hit_i = 1 - exp(-p_i T), where T
//              solves sum_i hit_i = capacity. Exact for keys that are equally likely in the limit
//              of many; within a per cent or so for Zipf
// TTL          hit_i = r_i T / (1 + r_i T) for reads at rate r_i and a time to live that a read
// does
//              not renew (Jung et al., INFOCOM 2003); of both bounds the lower one holds
// Taken for    lru whatever `eviction` says; all keys in one cache of capacity x nodes / copies;
//              invalidations ignored
#pragma once

#include <cstdint>
#include <optional>

#include "analysis/structure/work_plan.h"
#include "models/world.h"

namespace faultline::analysis {

struct KeyPopularity {
  std::uint64_t objects = 1;
  double zipf = 0;
};

// `capacity` in objects; `reads_per_s` matter only with a `ttl_s`.
double lru_hit_ratio(const KeyPopularity& keys, double capacity, double reads_per_s = 0,
                     std::optional<double> ttl_s = std::nullopt);

// Of every cache and CDN of the scenario but those `given`. The keys of the busiest workload stand
// for all; the edges of a CDN are taken to have room for everything, so that only the TTL counts.
HitRatios estimate_hit_ratios(const scenarios::Scenario& scenario, models::World& world,
                              const HitRatios& given);

}  // namespace faultline::analysis
