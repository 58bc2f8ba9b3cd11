// StubCache: what the clients of a name remember by themselves: each user's browser and operating
// system, or each replica of a calling component.
//
// The system keeps an address for as long as its resolver would; the browser keeps what the system
// told it for a time of its own. Whether a client is a straggler is drawn once, by its own key: it
// is one whatever else happens, and in every variant of a scenario.
//
// Memory       bounded: of more clients than `clients`, the least recently active forget
// Not modelled that two names share a browser; that a browser drops an address which fails
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>

#include "models/cache/lru.h"
#include "models/edge/dns/address_book.h"
#include "models/edge/dns/settings.h"
#include "sim/draw.h"
#include "sim/time.h"

namespace faultline::models {

inline sim::Time later(sim::Time now, sim::Duration by) {
  return by > sim::Time::max() - now ? sim::Time::max() : now + by;
}

class StubCache {
 public:
  StubCache(const StubSettings& settings, sim::Luck luck)
      : settings_(settings), luck_(luck), clients_(static_cast<std::uint32_t>(settings.clients)) {}

  // Where the client goes, if it knows by itself.
  std::optional<AddressIndex> find(sim::Time now, std::uint64_t client) {
    Memory* memory = clients_.use(client);
    if (memory == nullptr) return std::nullopt;
    if (now < memory->browser_until) return memory->address;
    if (now >= memory->system_until) return std::nullopt;
    memory->browser_until = later(now, settings_.browser);
    return memory->address;
  }

  // Its resolver told the client, and would itself keep the answer until `expires`.
  void learn(sim::Time now, std::uint64_t client, AddressIndex address, sim::Time expires) {
    const sim::Luck luck = luck_.with(client);
    if (luck.draw(straggles_draw).uniform() < settings_.stragglers) {
      expires = std::max(expires, held_until(now, luck.draw(hold_draw)));
    }
    clients_.put(client, {address, expires, later(now, settings_.browser)});
  }

 private:
  enum Purpose : std::uint64_t { straggles_draw = 1, hold_draw };

  sim::Time held_until(sim::Time now, sim::Draw draw) const {
    return settings_.hold ? later(now, settings_.hold->sample_duration(draw)) : sim::Time::max();
  }

  struct Memory {
    AddressIndex address = 0;
    sim::Time system_until{};
    sim::Time browser_until{};
  };

  StubSettings settings_;
  sim::Luck luck_;
  Lru<Memory> clients_;
};

}  // namespace faultline::models
