#include "sim/link.h"

#include <algorithm>
#include <utility>

#include "sim/check.h"
#include "sim/draw.h"

namespace faultline::sim {
namespace {

bool is_probability(double p) { return p >= 0 && p <= 1; }

// The probability that at least one of two independent causes strikes.
double either(double a, double b) { return a + b - a * b; }

}  // namespace

Link::Link(PlaceId from, PlaceId to, std::string name, LinkSettings settings)
    : from_(from),
      to_(to),
      name_(std::move(name)),
      salt_(salt_of(name_)),
      settings_(std::move(settings)) {
  recompute();
}

void Link::change(LinkSettings settings) {
  settings_ = std::move(settings);
  recompute();
}

void Link::impair(ImpairmentId id, const Impairment& impairment) {
  CHECK(impairment.extra_latency >= Duration{});
  CHECK(impairment.extra_latency <= longest_latency);
  CHECK(impairment.latency_factor >= 0);
  CHECK(impairment.bandwidth_factor > 0);
  CHECK(is_probability(impairment.loss));
  CHECK(is_probability(impairment.duplication));
  impairments_.push_back({id, impairment});
  recompute();
}

void Link::heal(ImpairmentId id) {
  std::erase_if(impairments_, [id](const ActiveImpairment& active) { return active.id == id; });
  recompute();
}

void Link::recompute() {
  CHECK(is_probability(settings_.loss));
  CHECK(is_probability(settings_.duplication));
  up_ = settings_.up;
  loss_ = settings_.loss;
  duplication_ = settings_.duplication;
  bandwidth_bits_per_s_ = settings_.bandwidth_bits_per_s;
  latency_factor_ = 1;
  extra_latency_ = {};
  for (const auto& [id, what] : impairments_) {
    if (what.cut) up_ = false;
    loss_ = either(loss_, what.loss);
    duplication_ = either(duplication_, what.duplication);
    latency_factor_ *= what.latency_factor;
    extra_latency_ = std::min(extra_latency_ + what.extra_latency, longest_latency);
    if (bandwidth_bits_per_s_) *bandwidth_bits_per_s_ *= what.bandwidth_factor;
  }
  if (bandwidth_bits_per_s_) CHECK(*bandwidth_bits_per_s_ > 0);
  mean_latency_ = impaired(Duration::from_ns(settings_.latency.mean()));
}

Duration Link::impaired(Duration latency) const {
  if (latency_factor_ != 1) {
    latency = Duration::from_ns(static_cast<double>(latency.ns) * latency_factor_);
  }
  return std::min(latency, longest_latency) + extra_latency_;
}

Duration Link::sample_latency(Draw& draw) const {
  return impaired(settings_.latency.sample_duration(draw));
}

bool Link::has_constant_delay() const {
  return loss_ == 0 && duplication_ == 0 && !bandwidth_bits_per_s_ &&
         settings_.latency.constant_value().has_value();
}

Time Link::transmit(Time now, Time arrival, std::uint64_t bytes) {
  if (!bandwidth_bits_per_s_) return arrival;
  const double seconds = static_cast<double>(bytes) * 8 / *bandwidth_bits_per_s_;
  const Duration length = std::min(Duration::from_seconds(seconds), longest_latency);
  return transmitter_.take(now, arrival, length);
}

}  // namespace faultline::sim
