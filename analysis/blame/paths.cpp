#include "analysis/blame/paths.h"

#include "sim/check.h"

namespace faultline::analysis {
namespace {

void add_part(std::vector<BlamePart>& into, models::ComponentId component, BlameKind kind,
              sim::Duration time) {
  if (time.ns != 0) into.push_back({blame_column(component, kind), time.ns});
}

}  // namespace

Paths::Record& Paths::record_of(sim::Handle attempt) {
  if (attempt.slot >= records_.size()) records_.resize(attempt.slot + 1);
  Record& record = records_[attempt.slot];
  if (record.generation != attempt.generation) {
    record.generation = attempt.generation;
    record.departed_yet = false;
    record.connecting = {};
    record.stretches.clear();
    record.parts.clear();
  }
  return record;
}

const Paths::Record* Paths::find(sim::Handle attempt) const {
  if (!attempt || attempt.slot >= records_.size()) return nullptr;
  const Record& record = records_[attempt.slot];
  return record.generation == attempt.generation ? &record : nullptr;
}

void Paths::departed(const models::Attempt& attempt, sim::Time now) {
  Record& record = record_of(attempt.self);
  record.departed = now;
  record.departed_yet = true;
}

void Paths::arrived(const models::Attempt& attempt, sim::Time now) {
  record_of(attempt.self).arrived = now;
}

void Paths::answered(const models::Attempt& attempt, sim::Time now) {
  record_of(attempt.self).answered = now;
}

void Paths::span(const models::Span& span) {
  Record& record = record_of(span.attempt);
  if (span.kind == models::SpanKind::connecting) {
    record.connecting += span.end - span.begin;
    return;
  }
  const auto kind =
      span.kind == models::SpanKind::waiting ? BlameKind::waiting : BlameKind::service;
  const std::size_t first = record.parts.size();
  add_part(record.parts, span.component, kind, span.end - span.begin);
  add_stretch(record, span.begin, span.end, first);
}

void Paths::ended(const models::Attempt& attempt, models::ComponentId address, sim::Time now) {
  if (find(attempt.parent) == nullptr) return;  // its process has died
  Record& parent = records_[attempt.parent.slot];
  const std::size_t first = parent.parts.size();
  divide(attempt, address, now, parent.parts);
  add_stretch(parent, attempt.began, now, first);
}

// They come nearly in the order of their ends.
void Paths::add_stretch(Record& record, sim::Time begin, sim::Time end, std::size_t first_part) {
  if (begin == end) return;
  const Stretch stretch{begin, end, static_cast<std::uint32_t>(first_part),
                        static_cast<std::uint32_t>(record.parts.size() - first_part)};
  if (record.stretches.empty() || record.stretches.back().end <= end) {
    return record.stretches.push_back(stretch);
  }
  auto place = record.stretches.end();
  while (place != record.stretches.begin() && (place - 1)->end > end) --place;
  record.stretches.insert(place, stretch);
}

void Paths::divide(const models::Attempt& attempt, models::ComponentId address, sim::Time now,
                   std::vector<BlamePart>& into) const {
  const Record* record = find(attempt.self);
  const bool departed = record != nullptr && record->departed_yet;
  if (!attempt.outcome.ok()) {
    // A copy ends in the place of a try that was given up, and only the name it asked for is sure.
    const models::ComponentId blamed = departed ? attempt.callee : address;
    return add_part(into, blamed, BlameKind::retries, now - attempt.began);
  }
  CHECK(departed);
  const models::ComponentId callee = attempt.callee;
  add_part(into, callee, BlameKind::retries, attempt.sent - attempt.began);
  add_part(into, address, BlameKind::connecting,
           record->departed - attempt.sent - record->connecting);
  add_part(into, callee, BlameKind::connecting, record->connecting);
  add_part(into, callee, BlameKind::network,
           (record->arrived - record->departed) + (now - record->answered));
  divide_stay(*record, callee, into);
}

void Paths::divide_stay(const Record& record, models::ComponentId at,
                        std::vector<BlamePart>& into) {
  sim::Time reached = record.answered;
  sim::Duration other{};
  for (auto stretch = record.stretches.rbegin(); stretch != record.stretches.rend(); ++stretch) {
    // What overlaps with what came of another branch was not waited for.
    if (stretch->end > reached || stretch->begin < record.arrived) continue;
    other += reached - stretch->end;
    const auto first = record.parts.begin() + stretch->first;
    into.insert(into.end(), first, first + stretch->count);
    reached = stretch->begin;
  }
  add_part(into, at, BlameKind::other, other + (reached - record.arrived));
}

}  // namespace faultline::analysis
