#include "models/database/sessions.h"

namespace faultline::models::database {

Sessions::Missed Sessions::missed(User user, std::uint64_t key, Version version,
                                  sim::Time began) const {
  if (known_.empty()) return {};
  const auto found = known_.find({user, key});
  if (found == known_.end()) return {};
  const Known& known = found->second;
  return {.own_write = version < known.written && known.written_at <= began,
          .earlier_read = version < known.read && known.read_at <= began};
}

void Sessions::wrote(User user, std::uint64_t key, Version version, sim::Time now) {
  Known& known = known_[{user, key}];
  if (version <= known.written) return;
  known.written = version;
  known.written_at = now;
}

void Sessions::read(User user, std::uint64_t key, Version version, sim::Time now) {
  Known& known = known_[{user, key}];
  if (version <= known.read) return;
  known.read = version;
  known.read_at = now;
}

void Writers::wrote(User user, sim::Time now, sim::Duration matters_for) {
  last_[user] = now;
  if (last_.size() <= 2 * left_ + 1000) return;
  std::erase_if(last_, [&](const auto& one) { return now - one.second > matters_for; });
  left_ = last_.size();
}

bool Writers::has_written(User user, sim::Time since) const {
  const auto found = last_.find(user);
  return found != last_.end() && found->second >= since;
}

}  // namespace faultline::models::database
