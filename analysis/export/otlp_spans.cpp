#include "analysis/export/otlp_spans.h"

#include <fmt/format.h>
#include <fmt/ostream.h>

#include <nlohmann/json.hpp>

#include "analysis/export/epoch.h"
#include "analysis/export/sampling.h"

namespace faultline::analysis {
namespace {

// What spans stand for; keys their ids.
enum class Stands : std::uint64_t { request = 1, attempt = 2, stay = 3, part = 4 };

// Never 0, which means none.
std::uint64_t span_id(Stands what, std::uint64_t number) {
  const std::uint64_t id =
      sim::mix64(number ^ sim::mix64(static_cast<std::uint64_t>(what) * sim::golden_gamma));
  return id == 0 ? 1 : id;
}

std::uint64_t number_of(sim::Handle attempt) {
  return (std::uint64_t{attempt.generation} << 32) | attempt.slot;
}

std::string json_quoted(std::string_view text) { return nlohmann::json(text).dump(); }

std::string unix_nanoseconds(sim::Time at) {
  return fmt::format("{}", export_epoch_s * 1'000'000'000 + at.ns);
}

std::string text_attribute(std::string_view key, std::string_view value) {
  return fmt::format(R"({{"key":"{}","value":{{"stringValue":{}}}}})", key, json_quoted(value));
}

std::string number_attribute(std::string_view key, std::uint64_t value) {
  return fmt::format(R"({{"key":"{}","value":{{"intValue":"{}"}}}})", key, value);
}

}  // namespace

OtlpSpans::OtlpSpans(const std::filesystem::path& file, std::uint64_t one_in)
    : file_(file), one_in_(one_in) {
  file_.stream() << "{\"resourceSpans\":[\n";
}

void OtlpSpans::finish() {
  for (auto& [slot, last] : tries_) write_answer(last);
  file_.stream() << "\n]}\n";
  file_.commit();
}

// Each stands alone, with its component as the resource: nothing has to be kept until the end.
void OtlpSpans::write(const Written& span) {
  std::ostream& out = file_.stream();
  if (!first_) out << ",\n";
  first_ = false;
  fmt::print(out, R"({{"resource":{{"attributes":[{}]}},"scopeSpans":[{{"scope":{{)",
             text_attribute("service.name", world_->component(span.component).name()));
  fmt::print(out,
             R"("name":"faultline"}},"spans":[{{"traceId":"{:016x}{:016x}","spanId":"{:016x}")",
             world_->seed(), span.request, span.id);
  if (span.parent != 0) fmt::print(out, R"(,"parentSpanId":"{:016x}")", span.parent);
  fmt::print(out, R"(,"name":{},"kind":{},"startTimeUnixNano":"{}","endTimeUnixNano":"{}")",
             json_quoted(span.name), static_cast<int>(span.kind), unix_nanoseconds(span.begin),
             unix_nanoseconds(span.end));
  fmt::print(out, R"(,"attributes":[{}],"status":{{)", span.attributes);
  if (span.status != models::Status::ok) {
    fmt::print(out, R"("code":2,"message":"{}")", models::name_of(span.status));
  }
  out << "}}]}]}";
}

OtlpSpans::Written OtlpSpans::client_span(const models::Attempt& attempt, sim::Time end,
                                          models::Status status) const {
  const std::uint64_t parent = attempt.parent ? span_id(Stands::stay, number_of(attempt.parent))
                                              : span_id(Stands::request, attempt.request.id);
  const models::CallSite& site = world_->call_sites()[attempt.site];
  const std::string& callee = world_->component(site.callee).name();
  return {.request = attempt.request.id,
          .id = span_id(Stands::attempt, number_of(attempt.self)),
          .parent = parent,
          .component = site.caller,
          .kind = Kind::client,
          .name = "call " + callee,
          .begin = attempt.sent,
          .end = end,
          .status = status,
          .attributes = text_attribute("peer.service", callee) + "," +
                        number_attribute("faultline.tries_before", attempt.tries)};
}

OtlpSpans::Try& OtlpSpans::try_of(sim::Handle attempt) {
  Try& known = tries_[attempt.slot];
  if (known.generation != attempt.generation) {
    write_answer(known);
    known = {.generation = attempt.generation};
  }
  return known;
}

void OtlpSpans::write_answer(Try& ended) {
  if (ended.answer) write(*ended.answer);
  ended.answer.reset();
}

void OtlpSpans::arrived(const models::Attempt& attempt, sim::Time now) {
  if (is_sampled(attempt.request.id, one_in_)) try_of(attempt.self).arrived = now;
}

void OtlpSpans::answered(const models::Attempt& attempt, models::ComponentId, sim::Time now,
                         std::optional<sim::Time> arrives) {
  if (!is_sampled(attempt.request.id, one_in_)) return;
  Try& answered = try_of(attempt.self);
  if (answered.arrived) {
    const std::string endpoint(world_->endpoint_name(attempt.endpoint));
    const std::string& callee = world_->component(attempt.callee).name();
    write({.request = attempt.request.id,
           .id = span_id(Stands::stay, number_of(attempt.self)),
           .parent = span_id(Stands::attempt, number_of(attempt.self)),
           .component = attempt.callee,
           .kind = Kind::server,
           .name = endpoint.empty() ? callee : endpoint,
           .begin = *answered.arrived,
           .end = now,
           .status = attempt.outcome.status,
           .attributes = number_attribute("faultline.replica", attempt.to)});
    answered.arrived.reset();
  }
  // A lost answer ends by being given up.
  if (!arrives || answered.given_up) return;
  answered.answer = client_span(attempt, *arrives, attempt.outcome.status);
}

void OtlpSpans::ended(const models::Attempt& attempt, sim::Time) {
  if (is_sampled(attempt.request.id, one_in_)) write_answer(try_of(attempt.self));
}

void OtlpSpans::gave_up(const models::Attempt& attempt, sim::Time now) {
  if (!is_sampled(attempt.request.id, one_in_)) return;
  Try& given_up = try_of(attempt.self);
  given_up.answer.reset();
  given_up.given_up = true;
  write(client_span(attempt, now, models::Status::timed_out));
}

void OtlpSpans::span(const models::Span& span) {
  if (!is_sampled(span.request, one_in_) || span.begin == span.end) return;
  const bool at_callee = span.kind != models::SpanKind::connecting;
  const Stands around = at_callee ? Stands::stay : Stands::attempt;
  write({.request = span.request,
         .id = span_id(Stands::part, ++parts_),
         .parent = span_id(around, number_of(span.attempt)),
         .component = span.component,
         .kind = Kind::internal,
         .name = std::string(models::name_of(span.kind)),
         .begin = span.begin,
         .end = span.end,
         .attributes = number_attribute("faultline.replica", span.replica)});
}

void OtlpSpans::decided(const models::Request& request, models::ComponentId by,
                        const models::Outcome& outcome, sim::Time now) {
  if (!is_sampled(request.id, one_in_)) return;
  const std::string endpoint(world_->endpoint_name(request.endpoint));
  write({.request = request.id,
         .id = span_id(Stands::request, request.id),
         .parent = 0,
         .component = by,
         .kind = Kind::internal,
         .name = endpoint.empty() ? "request" : endpoint,
         .begin = request.sent,
         .end = now,
         .status = outcome.status,
         .attributes = text_attribute("faultline.outcome", models::name_of(outcome.status))});
}

}  // namespace faultline::analysis
