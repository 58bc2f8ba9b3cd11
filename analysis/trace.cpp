#include "analysis/trace.h"

#include <fmt/format.h>
#include <fmt/ostream.h>

#include <nlohmann/json.hpp>

#include "analysis/export/sampling.h"

namespace faultline::analysis {
namespace {

constexpr std::uint64_t ordinal_bits = 48;

double microseconds(std::int64_t ns) { return static_cast<double>(ns) / 1000; }

std::string quoted(const std::string& text) { return nlohmann::json(text).dump(); }

}  // namespace

Trace::Trace(const std::filesystem::path& file, std::uint64_t one_in)
    : file_(file), one_in_(one_in) {
  file_.stream() << "{\"displayTimeUnit\":\"ms\",\"traceEvents\":[\n";
}

void Trace::finish() {
  file_.stream() << "\n]}\n";
  file_.commit();
}

bool Trace::sampled(std::uint64_t request) const { return is_sampled(request, one_in_); }

const std::string& Trace::name_of(models::ComponentId id) const {
  return world_->component(id).name();
}

void Trace::separate() {
  if (!first_) file_.stream() << ",\n";
  first_ = false;
}

void Trace::slice(std::uint64_t request, models::ComponentId thread, const std::string& name,
                  const char* category, sim::Time begin, sim::Time end,
                  const models::Attempt* attempt) {
  separate();
  fmt::print(file_.stream(),
             R"({{"name":{},"cat":"{}","ph":"X","ts":{:.3f},"dur":{:.3f},"pid":{},"tid":{})",
             quoted(name), category, microseconds(begin.ns), microseconds((end - begin).ns),
             request & ((std::uint64_t{1} << ordinal_bits) - 1), thread);
  if (attempt != nullptr) {
    fmt::print(file_.stream(), R"(,"args":{{"replica":{},"tries_before":{},"status":"{}"}})",
               attempt->to, attempt->tries, models::name_of(attempt->outcome.status));
  }
  file_.stream() << '}';
}

void Trace::instant(std::uint64_t request, models::ComponentId thread, const std::string& name,
                    sim::Time at) {
  separate();
  fmt::print(file_.stream(), R"({{"name":{},"ph":"i","s":"t","ts":{:.3f},"pid":{},"tid":{}}})",
             quoted(name), microseconds(at.ns), request & ((std::uint64_t{1} << ordinal_bits) - 1),
             thread);
}

void Trace::departed(const models::Attempt& attempt, models::ComponentId from, sim::Time now,
                     std::optional<sim::Time> arrives) {
  const std::uint64_t request = attempt.request.id;
  if (!sampled(request)) return;
  const std::string way = name_of(from) + " -> " + name_of(attempt.callee);
  if (arrives) {
    slice(request, attempt.callee, way, "network", now, *arrives, nullptr);
  } else {
    instant(request, attempt.callee, way + " lost", now);
  }
}

void Trace::arrived(const models::Attempt& attempt, sim::Time now) {
  if (!sampled(attempt.request.id)) return;
  arrived_[{attempt.self.slot, attempt.self.generation}] = now;
}

void Trace::answered(const models::Attempt& attempt, models::ComponentId to, sim::Time now,
                     std::optional<sim::Time> arrives) {
  const std::uint64_t request = attempt.request.id;
  if (!sampled(request)) return;
  const auto stay = arrived_.find({attempt.self.slot, attempt.self.generation});
  if (stay != arrived_.end()) {
    slice(request, attempt.callee, name_of(attempt.callee), "stay", stay->second, now, &attempt);
    arrived_.erase(stay);
  }
  const std::string way = name_of(attempt.callee) + " -> " + name_of(to);
  if (arrives) {
    slice(request, to, way, "network", now, *arrives, nullptr);
  } else {
    instant(request, to, way + " lost", now);
  }
}

void Trace::gave_up(const models::Attempt& attempt, sim::Time now) {
  if (!sampled(attempt.request.id)) return;
  instant(attempt.request.id, attempt.callee, "caller gave up", now);
}

void Trace::span(const models::Span& span) {
  if (!sampled(span.request)) return;
  const char* kind = models::name_of(span.kind).data();
  slice(span.request, span.component, kind, kind, span.begin, span.end, nullptr);
}

void Trace::decided(const models::Request& request, models::ComponentId by,
                    const models::Outcome& outcome, sim::Time now) {
  if (!sampled(request.id)) return;
  const std::uint64_t pid = request.id & ((std::uint64_t{1} << ordinal_bits) - 1);
  slice(request.id, by, std::string("request: ") + std::string(models::name_of(outcome.status)),
        "request", request.sent, now, nullptr);
  const std::string endpoint(world_->endpoint_name(request.endpoint));
  separate();
  fmt::print(file_.stream(), R"({{"name":"process_name","ph":"M","pid":{},"args":{{"name":{}}}}})",
             pid, quoted(fmt::format("{} {} {}", name_of(by), pid, endpoint)));
  for (models::ComponentId id = 0; id < world_->component_count(); ++id) {
    separate();
    fmt::print(file_.stream(),
               R"({{"name":"thread_name","ph":"M","pid":{},"tid":{},"args":{{"name":{}}}}})", pid,
               id, quoted(name_of(id)));
  }
}

}  // namespace faultline::analysis
