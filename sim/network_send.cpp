// How a message crosses the network when its delay is not a constant.
#include <algorithm>
#include <utility>

#include "sim/network.h"

namespace faultline::sim {
namespace {

// What a draw on a link is for, and which of a message's copies it is made for. The first attempt
// of either transport is the same copy, so that switching the transport keeps its draws.
enum Purpose : std::uint64_t { latency_draw, loss_draw, duplication_draw };
constexpr std::uint64_t duplicate_copy = salt_of("duplicate");

bool strikes(double probability, Luck luck, Purpose purpose) {
  if (probability == 0) return false;
  return luck.draw(purpose).uniform() < probability;
}

Delivery arriving_after(Duration delay) {
  return {.arrives = true, .cut = false, .delay = delay, .duplicate_after = {}};
}

}  // namespace

// Where a copy was made: before `link` (an index on the way), at `at`.
struct Network::Fork {
  std::size_t link = 0;
  Time at;
};

Delivery Network::send_link_by_link(Time now, const CachedRoute& way, PlaceId from,
                                    std::uint64_t bytes, Luck luck, Transport transport) {
  if (!way.reachable) return {.arrives = false, .cut = true, .delay = {}, .duplicate_after = {}};
  const std::span<const LinkId> links = links_of(way, from);

  if (transport == Transport::tcp) return send_until_arrived(now, links, way.delay, bytes, luck);

  std::optional<Fork> fork;
  auto first = cross(now, links, now, bytes, luck.with(0), &fork);
  std::optional<Time> second;
  if (fork) {
    second =
        cross(now, links.subspan(fork->link), fork->at, bytes, luck.with(duplicate_copy), nullptr);
  }
  if (!first) std::swap(first, second);
  if (!first) return {};
  if (second && *second < *first) std::swap(first, second);
  Delivery delivery = arriving_after(*first - now);
  if (second) delivery.duplicate_after = *second - *first;
  return delivery;
}

// The mean latency stands for the sender's estimate of the way. Duplicates are the receiver's to
// discard: none arrives.
Delivery Network::send_until_arrived(Time now, std::span<const LinkId> links, Duration mean_latency,
                                     std::uint64_t bytes, Luck luck) {
  Duration rto = std::min(mean_latency, tcp_.rto_max) * 2 + tcp_.rto_min;
  Time departure = now;
  for (int attempt = 0; attempt <= tcp_.retransmissions_max; ++attempt) {
    const Luck copy_luck = luck.with(static_cast<std::uint64_t>(attempt));
    const auto arrival = cross(now, links, departure, bytes, copy_luck, nullptr);
    if (arrival) return arriving_after(*arrival - now);
    departure += std::min(rto, tcp_.rto_max);
    rto = std::min(rto, tcp_.rto_max) * 2;
  }
  return {};
}

// Carries one copy over `links`; returns when it arrives, nothing if it is lost on the way. The
// first link to duplicate it, if `fork` asks, is noted there: as if that link was given it twice.
std::optional<Time> Network::cross(Time now, std::span<const LinkId> links, Time departure,
                                   std::uint64_t bytes, Luck luck, std::optional<Fork>* fork) {
  Time at = departure;
  for (std::size_t i = 0; i < links.size(); ++i) {
    const LinkId id = links[i];
    Link& link = links_[id.index];
    const Luck link_luck = luck.with(link.salt());
    count(id, bytes);
    if (fork != nullptr && !*fork && strikes(link.duplication(), link_luck, duplication_draw)) {
      *fork = Fork{i, at};
      traffic_[id.index].duplicated += 1;
    }
    at = link.transmit(now, at, bytes);
    if (strikes(link.loss(), link_luck, loss_draw)) {
      traffic_[id.index].lost += 1;
      return std::nullopt;
    }
    Draw draw = link_luck.draw(latency_draw);
    at += link.sample_latency(draw);
  }
  return at;
}

}  // namespace faultline::sim
