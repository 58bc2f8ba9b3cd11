#include "models/database/log.h"

#include <algorithm>

#include "sim/check.h"

namespace faultline::models::database {

Entry& Log::operator[](Sequence at) {
  CHECK(keeps(at));
  return entries_[at - first()];
}

Version Log::version_at(Sequence at) const {
  return at == sequence_of(before_) ? before_ : (*this)[at].version;
}

void Log::append(const Entry& entry) {
  CHECK(sequence_of(entry.version) == last() + 1);
  entries_.push_back(entry);
}

void Log::cut_before(Sequence at) {
  CHECK(at <= last() + 1);
  while (first() < at) {
    before_ = entries_.front().version;
    entries_.pop_front();
  }
}

void Log::begin_after(Version version) {
  entries_.clear();
  before_ = version;
}

std::optional<Sequence> common_end(const Log& a, const Log& b) {
  const Sequence oldest = std::max(a.first(), b.first()) - 1;
  Sequence at = std::min(a.last(), b.last());
  while (at > oldest && a.version_at(at) != b.version_at(at)) --at;
  if (at < oldest || a.version_at(at) != b.version_at(at)) return std::nullopt;
  return at;
}

}  // namespace faultline::models::database
