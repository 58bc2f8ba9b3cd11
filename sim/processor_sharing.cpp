#include "sim/processor_sharing.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "sim/check.h"

namespace faultline::sim {
namespace {

constexpr int unit_bits = 48;

Int128 in_units(Duration work) { return static_cast<Int128>(work.ns) << unit_bits; }

// Both positive.
Int128 divide_up(Int128 part, Int128 whole) { return (part + whole - 1) / whole; }

Duration clamped(Int128 ns) {
  constexpr auto most = std::numeric_limits<std::int64_t>::max();
  return {ns > most ? most : static_cast<std::int64_t>(ns)};
}

}  // namespace

void ProcessorSharing::set_capacity(Time now, std::optional<std::uint32_t> servers, double speed) {
  CHECK(speed >= 0.0);
  CHECK(speed <= speed_max);
  advance(now);
  servers_ = servers;
  speed_ = speed;
  update_rate();
}

void ProcessorSharing::add(Time now, std::uint32_t slot, Duration work) {
  CHECK(work.ns >= 0);
  advance(now);
  if (place_of_.size() <= slot) place_of_.resize(slot + std::size_t{1});
  heap_.push_back({attained_ + in_units(work), joined_++, slot});
  sift_up(heap_.size() - 1);
  update_rate();
}

Duration ProcessorSharing::remove(Time now, std::uint32_t slot) {
  advance(now);
  const std::size_t place = place_of_[slot];
  CHECK(heap_[place].slot == slot);
  const Int128 left = heap_[place].done_at - attained_;
  const Entry last = heap_.back();
  heap_.pop_back();
  if (place < heap_.size()) {
    put(place, last);
    sift_up(place);
    sift_down(place_of_[last.slot]);
  }
  update_rate();
  return left > 0 ? clamped(divide_up(left, in_units(Duration{1}))) : Duration{};
}

void ProcessorSharing::clear() {
  heap_.clear();
  update_rate();
}

std::optional<ProcessorSharing::Next> ProcessorSharing::next(Time now) {
  if (heap_.empty() || rate_ == 0) return std::nullopt;
  advance(now);
  const Int128 left = heap_.front().done_at - attained_;
  return Next{heap_.front().slot, left > 0 ? clamped(divide_up(left, rate_)) : Duration{}};
}

void ProcessorSharing::advance(Time now) {
  CHECK(now >= since_);
  attained_ += static_cast<Int128>(rate_) * (now - since_).ns;
  since_ = now;
}

void ProcessorSharing::update_rate() {
  rate_ = 0;
  if (heap_.empty() || speed_ == 0.0) return;
  const auto jobs = static_cast<double>(heap_.size());
  const double share = servers_ ? std::min(1.0, static_cast<double>(*servers_) / jobs) : 1.0;
  // Rounded up, so that who is done after a whole number of nanoseconds is not a nanosecond late.
  rate_ = static_cast<std::int64_t>(std::ceil(speed_ * share * 0x1.0p48));
}

void ProcessorSharing::put(std::size_t place, const Entry& entry) {
  heap_[place] = entry;
  place_of_[entry.slot] = static_cast<std::uint32_t>(place);
}

void ProcessorSharing::sift_up(std::size_t place) {
  const Entry entry = heap_[place];
  while (place > 0 && before(entry, heap_[(place - 1) / 2])) {
    put(place, heap_[(place - 1) / 2]);
    place = (place - 1) / 2;
  }
  put(place, entry);
}

void ProcessorSharing::sift_down(std::size_t place) {
  const Entry entry = heap_[place];
  while (2 * place + 1 < heap_.size()) {
    std::size_t child = 2 * place + 1;
    if (child + 1 < heap_.size() && before(heap_[child + 1], heap_[child])) ++child;
    if (!before(heap_[child], entry)) break;
    put(place, heap_[child]);
    place = child;
  }
  put(place, entry);
}

}  // namespace faultline::sim
