#include "viz/view/run/messages.h"

#include "sim/draw.h"

namespace faultline::viz {
namespace {

// Where a lost message is drawn to vanish: as if it had taken so long.
constexpr sim::Duration lost_after{100'000'000};

}  // namespace

std::uint64_t round_number_from(double value) {
  std::uint64_t power = 1;
  while (true) {
    for (const std::uint64_t step : {1, 2, 5}) {
      if (static_cast<double>(step * power) >= value) return step * power;
    }
    power *= 10;
  }
}

void Messages::begin(Sample sample) {
  sample_ = sample;
  kept_.clear();
  counts_.clear();
  count_ = 0;
}

Messages::Counts Messages::close_window(sim::Duration length) {
  const double per_s = static_cast<double>(count_) / length.seconds();
  sample_.one_in = round_number_from(per_s / static_cast<double>(most_per_s));
  count_ = 0;
  return std::exchange(counts_, {});
}

Message Messages::message(const models::Attempt& attempt, models::ComponentId caller, sim::Time now,
                          std::optional<sim::Time> arrives) const {
  // What belongs to no request (health checks, replication) is its own lot.
  const std::uint64_t whose =
      attempt.request ? attempt.request.id
                      : (std::uint64_t{attempt.self.generation} << 32 | attempt.self.slot);
  return {.departs = now,
          .arrives = arrives.value_or(now + lost_after),
          .way = {.from = caller,
                  .to = attempt.callee,
                  .from_region = region_of_[attempt.here.index],
                  .to_region = region_of_[attempt.there.index]},
          .lot = sim::mix64(whose),
          .lost = !arrives};
}

void Messages::departed(const models::Attempt& attempt, models::ComponentId from, sim::Time now,
                        std::optional<sim::Time> arrives) {
  Message asks = message(attempt, from, now, arrives);
  ++counts_[asks.way];
  ++count_;
  asks.fate = attempt.tries > 0 ? Fate::retrying : Fate::asking;
  keep(asks);
}

void Messages::answered(const models::Attempt& attempt, models::ComponentId to, sim::Time now,
                        std::optional<sim::Time> arrives) {
  Message tells = message(attempt, to, now, arrives);
  ++count_;
  tells.answer = true;
  if (attempt.outcome.status == models::Status::rejected ||
      attempt.outcome.status == models::Status::throttled) {
    tells.fate = Fate::shed;
  } else if (!attempt.outcome.ok()) {
    tells.fate = Fate::failed;
  } else {
    const bool late = attempt.request && now - attempt.request.sent > late_after_;
    tells.fate = late ? Fate::late : Fate::answered;
  }
  keep(tells);
}

void Messages::keep(const Message& message) {
  const sim::Time now = message.departs;
  while (!kept_.empty() && kept_.front().departs + horizon < now) kept_.pop_front();
  if (is_sampled(message.lot, sample_.one_in)) kept_.push_back(message);
}

}  // namespace faultline::viz
