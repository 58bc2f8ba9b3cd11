#include "models/workload/client.h"

#include <algorithm>
#include <array>

#include "models/world.h"
#include "sim/check.h"

namespace faultline::models {
namespace {

enum OwnKind : std::uint16_t {
  kind_due = first_own_kind,
  kind_switch,
  kind_think,
  kind_replay,
  kind_job
};

// What a request draws, each under a key of its own.
enum ClientDraw : std::uint64_t {
  endpoint_draw = 0x11,
  write_draw,
  key_draw,
  user_draw,
  mobile_draw,
  bytes_draw,
  think_draw,
  length_draw,
  then_draw,
  then_bytes_draw,
};

bool method_writes(std::string_view endpoint) {
  constexpr std::array<std::string_view, 4> writing = {"POST ", "PUT ", "PATCH ", "DELETE "};
  return std::any_of(writing.begin(), writing.end(),
                     [&](std::string_view method) { return endpoint.starts_with(method); });
}

// RFC 9110, section 9.2.2.
bool method_is_idempotent(std::string_view endpoint) {
  return !endpoint.starts_with("POST ") && !endpoint.starts_with("PATCH ");
}

}  // namespace

void ClientSettings::Keys::describe(Fields& fields) {
  fields.count({"objects", "How many objects there are."}, objects, {1, 1'000'000'000});
  fields.number({"zipf", "Exponent of their popularity; 0: all equally likely."}, zipf, {0, 100});
}

void ClientSettings::Session::describe(Fields& fields) {
  fields.plain({"requests", "How many requests a user issues, at least one.", true}, requests);
  fields.distribution({"think", "From an answer to the next request."}, think);
}

void ClientSettings::Users::describe(Fields& fields) {
  fields.count({"count", "How many users.", true}, count, {1, 10'000'000});
  fields.distribution({"think", "From an answer to the next request.", true}, think);
}

void ClientSettings::Job::describe(Fields& fields) {
  fields.duration({"first", "When it begins, from the start of the run."}, first);
  fields.duration({"every", "From one beginning to the next; absent: it runs once."}, every,
                  sim::Duration{1});
  fields.count({"calls", "How many it makes each time.", true}, calls, {1, 10'000'000});
  fields.count({"concurrency", "How many of them at once."}, concurrency, {1, 100'000});
  fields.distribution({"pause", "From an answer to the next call of the same line."}, pause);
}

void ClientSettings::Replay::describe(Fields& fields) {
  fields.file({"log", "An access log in common or combined format.", true}, log);
  fields.number({"time-scale", "Factor on the recorded gaps; 0.1 replays ten times as fast."},
                time_scale, {0, 1e6, true});
  fields.flag({"spread", "Whether requests stamped with one second are spread over it."}, spread);
}

void ClientSettings::Then::describe(Fields& fields) {
  constexpr std::array<std::string_view, 2> words = {"read", "write"};
  fields.name({"to", "The component that has what the answer refers to.", true},
              Reference::component, to);
  std::size_t which = does == Operation::write ? 1 : 0;
  fields.choice({"do", "Whether the object is fetched from there or brought there."}, words, which);
  does = which == 1 ? Operation::write : Operation::read;
  fields.bytes({"bytes", "Size of what is brought there."}, bytes);
  fields.nested({"call", "How patient and stubborn the users are about it."}, "call", call);
}

void Client::describe(Fields& fields) {
  ClientSettings& s = settings;
  fields.name({"from", "The home of the users; absent: the only one there is."}, Reference::home,
              s.from);
  fields.name({"to", "The component they call.", true}, Reference::component, s.to);
  fields.text({"arrivals",
               "Open loop: poisson(RATE), regular(RATE) or bursty(high=RATE, low=RATE, "
               "high-for=TIME, low-for=TIME)."},
              arrivals_text_);
  if (!arrivals_text_.empty()) {
    const auto parsed = parse_arrivals(arrivals_text_);
    if (parsed) {
      s.arrivals = *parsed;
    } else {
      fields.reject("arrivals", parsed.error().describe(arrivals_text_));
    }
  }
  fields.nested({"curve", "How the rate of `arrivals` changes over time."}, "curve", s.curve);
  fields.nested({"session", "A user who arrives issues several requests."}, "session", s.session);
  fields.nested({"users", "Closed loop: so many users, each waiting for an answer."}, "users",
                s.users);
  fields.nested({"job", "A batch at set times: so many calls, so many at once."}, "job", s.job);
  fields.nested({"replay", "A recorded log gives times, keys, users and sizes."}, "replay",
                s.replay);
  const int sources =
      (arrivals_text_.empty() ? 0 : 1) + (s.users ? 1 : 0) + (s.job ? 1 : 0) + (s.replay ? 1 : 0);
  if (sources != 1) fields.reject("", "exactly one of arrivals, users, job and replay");
  if (s.session && arrivals_text_.empty()) fields.reject("session", "goes with arrivals");
  if (s.curve && arrivals_text_.empty()) fields.reject("curve", "goes with arrivals");
  fields.weights({"mix", "Endpoints, such as \"GET /\", by weight; absent: no particular one."},
                 s.mix);
  std::erase_if(s.mix, [](const auto& endpoint) { return endpoint.second <= 0; });
  fields.ratio({"writes", "Share of requests that write, where no endpoint says so."}, s.writes);
  fields.nested({"keys", "Which object a request is about."}, "keys", s.keys);
  fields.count({"population", "How many different users there are."}, s.population, {1});
  fields.ratio({"mobile", "Share of requests from mobile devices."}, s.mobile);
  fields.bytes({"bytes", "Size of a request's body."}, s.bytes);
  fields.count({"priority", "Higher is served first, where priorities are heeded."}, s.priority,
               {0, 255});
  fields.nested({"call", "How patient and how stubborn the users are."}, "call", s.call);
  fields.nested(
      {"then", "After a good answer, a further call; the request succeeds when both have."}, "then",
      s.then);
  fields.duration({"good-within", "Latency up to which a success is good; absent: the timeout."},
                  s.good_within, sim::Duration{1});
}

EndpointId Client::endpoint_of(World& world, const std::string& name, Choice& choice) const {
  choice.write = method_writes(name);
  choice.idempotent = method_is_idempotent(name);
  return world.intern_endpoint(name);
}

void Client::bind(World& world) {
  const auto home = world.geography().home(settings.from);
  CHECK(home.has_value());
  home_ = *home;
  site_ = world.add_call_site(*this, settings.to, settings.call);
  if (settings.then) {
    then_site_ = world.add_call_site(*this, settings.then->to, settings.then->call);
  }
  luck_ = world.luck().with(salt());
  double total = 0;
  for (const auto& [name, weight] : settings.mix) total += weight;
  double sum = 0;
  for (const auto& [name, weight] : settings.mix) {
    Choice choice{};
    choice.endpoint = endpoint_of(world, name, choice);
    sum += weight;
    choice.up_to = sum / total;
    choices_.push_back(choice);
  }
  if (settings.keys.zipf > 0) zipf_.emplace(settings.keys.objects, settings.keys.zipf);
  good_within_ =
      settings.good_within.value_or(settings.call.timeout.value_or(sim::Duration::max()));
}

void Client::start(World& world) {
  if (settings.arrivals) {
    process_.emplace(*settings.arrivals, settings.curve, luck_, horizon_);
    if (const auto at = process_->next_switch()) {
      world.schedule(*at - world.now(), {.target = id(), .kind = kind_switch});
    }
    schedule_arrival(world);
  } else if (settings.users) {
    for (std::uint64_t user = 0; user < settings.users->count; ++user) {
      think(world, begin_visit(user, UINT64_MAX), settings.users->think,
            luck_.with(user).draw(think_draw));
    }
  } else if (settings.job) {
    world.schedule(settings.job->first, {.target = id(), .kind = kind_job});
  } else {
    CHECK(recorded_ != nullptr);
    for (const Recorded& entry : *recorded_) {
      recorded_endpoints_.push_back(world.intern_endpoint(entry.endpoint));
    }
    replay_next(world);
  }
}

void Client::schedule_arrival(World& world) {
  const auto at = process_->next();
  if (!at) return;
  arrival_timer_ = world.arm(std::max(*at - world.now(), sim::Duration{0}),
                             {.request = ordinal_ + 1, .target = id(), .kind = kind_due});
}

void Client::on_event(World& world, const sim::Event& event) {
  switch (event.kind) {
    case kind_due:
      arrive(world);
      process_->advance();
      schedule_arrival(world);
      return;
    case kind_switch:
      process_->switch_state(world.now());
      world.cancel(arrival_timer_);
      schedule_arrival(world);
      world.schedule(*process_->next_switch() - world.now(), {.target = id(), .kind = kind_switch});
      return;
    case kind_think:
      continue_visit(world, {event.a, event.b});
      return;
    case kind_job:
      return begin_job(world);
    case kind_replay: {
      const Recorded& entry = (*recorded_)[ordinal_];
      Request request = make_request(world.now(), ordinal_ + 1, luck_.with(ordinal_));
      request.endpoint = recorded_endpoints_[ordinal_];
      request.key = entry.key;
      request.user = entry.user;
      request.bytes = entry.bytes;
      request.write = entry.write;
      request.idempotent = method_is_idempotent(entry.endpoint);
      ++ordinal_;
      send(world, request);
      replay_next(world);
      return;
    }
    default:
      CHECK(false);
  }
}

void Client::scale_load(World& world, std::uint32_t cause, std::optional<double> factor) {
  if (!process_) return;
  process_->scale(world.now(), cause, factor);
  world.cancel(arrival_timer_);
  schedule_arrival(world);
}

void Client::arrive(World& world) {
  const std::uint64_t ordinal = ordinal_++;
  if (settings.session) {
    sim::Draw draw = luck_.with(ordinal).draw(length_draw);
    const double length = settings.session->requests.sample(draw);
    const auto requests = length < 1 ? 1 : static_cast<std::uint64_t>(std::min(length + 0.5, 1e9));
    return continue_visit(world, begin_visit(ordinal, requests));
  }
  Request request = make_request(world.now(), ordinal + 1, luck_.with(ordinal));
  fill(request);
  send(world, request);
}

// Its lines share the calls as evenly as possible.
void Client::begin_job(World& world) {
  const ClientSettings::Job& job = *settings.job;
  const std::uint64_t lines = std::min(job.concurrency, job.calls);
  for (std::uint64_t i = 0; i < lines; ++i) {
    const std::uint64_t calls = job.calls / lines + (i < job.calls % lines ? 1 : 0);
    continue_visit(world, begin_visit(lines_++, calls));
  }
  if (job.every) world.schedule(*job.every, {.target = id(), .kind = kind_job});
}

sim::Handle Client::begin_visit(std::uint64_t stream, std::uint64_t requests) {
  const auto [handle, visit] = visits_.acquire();
  visit.stream = stream;
  visit.left = requests;
  return handle;
}

void Client::think(World& world, sim::Handle visit, const sim::Distribution& time, sim::Draw draw) {
  world.schedule(time.sample_duration(draw),
                 {.a = visit.slot, .b = visit.generation, .target = id(), .kind = kind_think});
}

void Client::continue_visit(World& world, sim::Handle handle) {
  Visit& visit = visits_[handle];
  const std::uint64_t ordinal = (visit.stream << 24) + visit.issued + 1;
  Request request = make_request(world.now(), ordinal, luck_.with(visit.stream).with(visit.issued));
  ++visit.issued;
  --visit.left;
  fill(request);
  request.user = visit.stream % settings.population;
  send(world, request, handle);
}

void Client::replay_next(World& world) {
  if (ordinal_ >= recorded_->size()) return;
  world.schedule((*recorded_)[ordinal_].at - world.now(),
                 {.request = ordinal_ + 1, .target = id(), .kind = kind_replay});
}

Request Client::make_request(sim::Time now, std::uint64_t ordinal, sim::Luck luck) const {
  Request request;
  request.id = ((std::uint64_t{id()} + 1) << 48) + ordinal;
  request.luck = luck;
  request.sent = now;
  request.home = home_;
  request.priority = static_cast<std::uint8_t>(settings.priority);
  return request;
}

void Client::fill(Request& request) const {
  const sim::Luck luck = request.luck;
  if (!choices_.empty()) {
    std::size_t chosen = 0;
    if (choices_.size() > 1) {
      const double u = luck.draw(endpoint_draw).uniform();
      while (chosen + 1 < choices_.size() && u >= choices_[chosen].up_to) ++chosen;
    }
    request.endpoint = choices_[chosen].endpoint;
    request.write = choices_[chosen].write;
    request.idempotent = choices_[chosen].idempotent;
  }
  if (settings.writes > 0 && !request.write) {
    request.write = luck.draw(write_draw).uniform() < settings.writes;
    request.idempotent = !request.write;
  }
  sim::Draw key = luck.draw(key_draw);
  request.key = zipf_ ? zipf_->sample(key) : key.below(settings.keys.objects) + 1;
  request.user = luck.draw(user_draw).below(settings.population);
  if (settings.mobile > 0) request.mobile = luck.draw(mobile_draw).uniform() < settings.mobile;
  const double bytes = settings.bytes.sample(luck.with(bytes_draw));
  request.bytes = static_cast<std::uint32_t>(std::min(bytes, 4e9));
}

void Client::send(World& world, const Request& request, sim::Handle cookie) {
  ledger_of(world, request).issue();
  world.tell([&](Observer& o) { o.issued(request, id(), world.now()); });
  Attempt& call = world.prepare(site_, 0, request);
  call.cookie = cookie;
  world.begin(call);
}

Ledger& Client::ledger_of(const World& world, const Request& request) {
  return request.sent < world.warmup_end() ? early_ : measured_;
}

// The object itself, after the answer that says where it is.
void Client::go_on(World& world, const Attempt& answer) {
  const Request& request = answer.request;
  Attempt& call = world.prepare(then_site_, 0, request);
  call.cookie = answer.cookie;
  call.operation = settings.then->does;
  call.luck = request.luck.with(then_draw);
  const double bytes = settings.then->bytes.sample(request.luck.with(then_bytes_draw));
  call.bytes = static_cast<std::uint32_t>(std::min(bytes, 4e9));
  world.begin(call);
}

void Client::answered(World& world, const Attempt& attempt) {
  const bool is_first = attempt.site == site_;
  if (settings.then && is_first && attempt.outcome.ok()) return go_on(world, attempt);
  const sim::Duration latency = world.now() - attempt.request.sent;
  const bool good = latency <= good_within_;
  ledger_of(world, attempt.request).decide(attempt.outcome, latency, good);
  world.decided(attempt.request, id(), attempt.outcome);
  if (!settings.session && !settings.users && !settings.job) return;
  Visit& visit = visits_[attempt.cookie];
  if (visit.left == 0) return visits_.release(attempt.cookie);
  const sim::Distribution& time = settings.users ? settings.users->think
                                  : settings.job ? settings.job->pause
                                                 : settings.session->think;
  think(world, attempt.cookie, time, luck_.with(visit.stream).with(visit.issued).draw(think_draw));
}

void Client::receive(World&, Attempt&) { CHECK(false); }

Ledger Client::felt() const {
  Ledger all = measured_;
  all.merge(early_);
  return all;
}

const CallSite& Client::site(const World& world) const { return world.call_sites()[site_]; }

void Client::measure(const World& world, sim::Metrics& metrics) const {
  felt().measure(metrics);
  const CallSite& calls = site(world);
  metrics.ratio({"attempts_per_request", "attempts/request", "Tries per request."}, calls.attempts,
                calls.calls);
  metrics.rate({"retries_per_s", "1/s", "Tries after the first, per second."},
               calls.attempts - calls.calls);
  metrics.counter({"retries_over_budget", "retries", "Retries not made for want of budget."},
                  calls.over_budget);
  if (const auto guards = world.guards_of(id())) guards->measure(metrics);
  if (const auto hedges = world.hedges_of(id())) hedges->measure(metrics);
  if (const auto connections = world.connections_of(id())) connections->measure(metrics);
}

std::vector<StaticCall> Client::static_calls() const {
  std::vector<StaticCall> calls;
  for (const auto& [endpoint, weight] : settings.mix) {
    calls.push_back({.endpoint = {},
                     .callee = settings.to,
                     .operation = Operation::serve,
                     .callee_endpoint = endpoint});
  }
  if (calls.empty()) {
    calls.push_back({.endpoint = {},
                     .callee = settings.to,
                     .operation = Operation::serve,
                     .callee_endpoint = std::string{}});
  }
  if (settings.then) {
    calls.push_back({.endpoint = {},
                     .callee = settings.then->to,
                     .operation = settings.then->does,
                     .callee_endpoint = std::string{}});
  }
  return calls;
}

}  // namespace faultline::models
