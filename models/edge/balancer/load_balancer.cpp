#include "models/edge/balancer/load_balancer.h"

#include "models/edge/balancer/kinds.h"

namespace faultline::models {

std::vector<Misfit> LoadBalancer::misfits(const World& world) const {
  const std::size_t count = world.component(backends_).replicas().size();
  for (const auto& [address, weight] : settings.weights) {
    if (*replica_of(address, settings.backends) >= count) {
      return {{"weights", settings.backends + " has no replica " + address}};
    }
  }
  if (!settings.weights.empty() && settings.weights.size() < count) {
    return {{"weights", "every backend needs one, or 0: " + settings.backends + " has " +
                            std::to_string(count) + " replicas"}};
  }
  if (settings.sharding && settings.sharding->size > count) {
    return {{"sharding/size", settings.backends + " has " + std::to_string(count) + " replicas"}};
  }
  return {};
}

void LoadBalancer::bind(World& world) {
  make_replicas(world, settings.hosting);
  site_ = world.add_call_site(*this, settings.backends, settings.call);
  if (settings.health_check) {
    CallPolicy patience;
    patience.timeout = settings.health_check->timeout;
    check_site_ = world.add_call_site(*this, settings.backends, patience);
    world.call_site(check_site_).checks_health = true;
  }
  backends_ = world.find(settings.backends)->id();
  world.watch(*this, backends_);
}

void LoadBalancer::start(World& world) {
  const std::size_t backends = world.component(backends_).replicas().size();
  views_.resize(replicas().size());
  for (View& view : views_) view.backends.resize(backends);
  for (const Replica& backend : world.component(backends_).replicas()) {
    member_.push_back(backend.member);
    members_ += backend.member ? 1 : 0;
  }
  healthy_.set(world.now(), static_cast<std::int64_t>(views_.size() * members_));
  listed_ = member_;
  adopt_weights();
  adopt_policy();
  if (settings.capacity) make_stations(world);
  if (settings.health_check) begin_checks(world);
  if (settings.figures_every) begin_figures(world);
}

void LoadBalancer::make_stations(World& world) {
  sim::StationSettings station;
  station.workers = static_cast<std::uint32_t>(settings.capacity->workers);
  if (settings.capacity->rate > 0) station.workers = 1;
  if (settings.capacity->backlog) {
    station.backlog_max = static_cast<std::uint32_t>(*settings.capacity->backlog);
  }
  own_work_ = settings.capacity->work();
  for (std::uint32_t replica = 0; replica < views_.size(); ++replica) {
    stations_.emplace_back(
        station,
        sim::StationOwner{.target = id(), .completion_kind = balancer::kind_worked, .a = replica},
        world.now());
  }
}

void LoadBalancer::changed(World&, std::string_view name) {
  if (name == "weights") adopt_weights();
  if (name == "policy") adopt_policy();
}

void LoadBalancer::adopt_policy() {
  using Policy = LoadBalancerSettings::Policy;
  listens_ =
      settings.policy == Policy::least_response_time || settings.ejection || settings.connections;
  if (settings.policy != Policy::consistent_hash) return;
  ring_ = HashRing(static_cast<ReplicaIndex>(views_.front().backends.size()),
                   static_cast<std::uint32_t>(settings.virtual_nodes));
}

// What does not fit the backends is told by `misfits`.
void LoadBalancer::adopt_weights() {
  if (settings.weights.empty()) return;
  weights_.assign(views_.front().backends.size(), 0);
  for (const auto& [address, weight] : settings.weights) {
    const std::uint64_t backend = *replica_of(address, settings.backends);
    if (backend < weights_.size()) weights_[backend] = weight;
  }
}

void LoadBalancer::receive(World& world, Attempt& attempt) {
  if (!settings.capacity) return pass_on(world, attempt);
  sim::Draw draw = world.luck_of(attempt, *this, balancer::work_draw).draw();
  const sim::Duration work = own_work_.sample_duration(draw);
  const auto job = stations_[attempt.to].arrive(world, attempt.request.id, work, attempt.self);
  if (!job) world.reply(attempt, {.status = Status::rejected});
}

void LoadBalancer::worked(World& world, const sim::Event& event) {
  sim::Station& station = stations_[event.a];
  const sim::Station::Finished done = station.completed(world, event);
  station.release(world, done.job);
  Attempt& attempt = world.attempt(done.cookie);
  if (world.observed()) {
    const Span span{SpanKind::service, id(),         attempt.to, event.request,
                    attempt.self,      done.started, world.now()};
    world.tell([&](Observer& o) { o.span(span); });
  }
  pass_on(world, attempt);
}

void LoadBalancer::pass_on(World& world, Attempt& attempt) {
  View& view = views_[attempt.to];
  const bool may_be_bound = settings.connections || settings.sessions;
  const auto backend = may_be_bound ? place(world, view, attempt) : choose(world, view, attempt);
  if (!backend) {
    ++no_backend_;
    return world.reply(attempt, {.status = Status::unavailable});
  }
  std::uint32_t& there = view.backends[*backend].outstanding;
  outstanding_found_ += there++ * members_;
  outstanding_all_ += view.outstanding++;
  Attempt& call = world.prepare(site_, attempt.to, attempt);
  call.cookie = attempt.self;
  call.send_to(*backend);
  attempt.work = call.self;
  world.begin(call);
}

void LoadBalancer::answered(World& world, const Attempt& attempt) {
  if (attempt.operation == Operation::health_check) {
    return learn(world, views_[attempt.from], attempt);
  }
  done_with(attempt);
  if (listens_) hear(world, attempt);
  Attempt& incoming = world.attempt(attempt.cookie);
  incoming.outcome = attempt.outcome;
  incoming.outcome.status = passed_on(attempt.outcome.status);
  if (settings.sessions) note_session(world, attempt, incoming.outcome);
  world.reply(incoming);
}

void LoadBalancer::try_failed(World& world, const Attempt& attempt) {
  if (listens_ && attempt.operation != Operation::health_check) hear(world, attempt);
}

void LoadBalancer::done_with(const Attempt& call) {
  View& view = views_[call.from];
  --view.backends[call.to].outstanding;
  --view.outstanding;
}

std::optional<ReplicaIndex> LoadBalancer::choose_other(World& world, const Attempt& call) {
  View& view = views_[call.from];
  view.avoided = call.to;
  const auto other = choose(world, view, call);
  view.avoided.reset();
  return other;
}

void LoadBalancer::choose_again(World& world, Attempt& attempt) {
  if (Attempt* incoming = world.find_attempt(attempt.cookie)) incoming->work = attempt.self;
  if (!settings.retry_elsewhere) return;
  const auto other = choose_other(world, attempt);
  if (!other) return;
  ++moved_;
  View& view = views_[attempt.from];
  --view.backends[attempt.to].outstanding;
  ++view.backends[*other].outstanding;
  attempt.send_to(*other);
}

// At another backend than the first, if there is one.
void LoadBalancer::hedged(World& world, Attempt& second) {
  if (const auto other = choose_other(world, second)) second.send_to(*other);
  View& view = views_[second.from];
  ++view.backends[second.to].outstanding;
  ++view.outstanding;
}

void LoadBalancer::hedge_ended(World& world, const Attempt& ended, const Attempt& other) {
  done_with(ended);
  if (listens_ && !ended.outcome.ok()) hear(world, ended);
  world.attempt(other.cookie).work = other.self;
}

// The caller's word is passed on to whom it asked in turn.
void LoadBalancer::cancelled(World& world, Attempt& attempt) {
  Attempt* call = world.find_attempt(attempt.work);
  if (call == nullptr) return;
  done_with(*call);
  if (const Attempt* other = world.find_attempt(call->rival)) done_with(*other);
  world.withdraw(*call);
  world.reply(attempt, {.status = Status::rejected});
}

void LoadBalancer::on_event(World& world, const sim::Event& event) {
  const auto a = static_cast<ReplicaIndex>(event.a);
  const auto b = static_cast<ReplicaIndex>(event.b);
  switch (event.kind) {
    case balancer::kind_figures:
      return refresh_figures(world);
    case balancer::kind_back:
      return take_back(world, views_[a].backends[b]);
    case balancer::kind_known:
      return list(world, a, b != 0);
    case balancer::kind_worked:
      return worked(world, event);
    default:
      break;
  }
  check(world, a, b);
  world.schedule(settings.health_check->interval,
                 {.a = event.a, .b = event.b, .target = id(), .kind = balancer::kind_check});
}

bool LoadBalancer::suffers(Fault fault) const {
  return fault == Fault::crash || (fault == Fault::slow && settings.capacity);
}

// A new process knows nothing of what the old one saw.
void LoadBalancer::lost_work(World& world, ReplicaIndex replica) {
  if (!stations_.empty() && stations_[replica].up()) stations_[replica].crash(world);
  View& view = views_[replica];
  for (const Backend& backend : view.backends) {
    if (!backend.health.up()) unhealthy_.add(world.now(), -1);
    if (backend.ejection.ejected()) ejected_.add(world.now(), -1);
    if (!backend.well()) healthy_.add(world.now(), 1);
  }
  connections_.add(world.now(), -static_cast<std::int64_t>(view.connections.count()));
  const std::size_t backends = view.backends.size();
  view = {};
  view.backends.resize(backends);
}

void LoadBalancer::came_up(World& world, ReplicaIndex replica) {
  if (!stations_.empty() && !stations_[replica].up()) stations_[replica].restart(world);
}

void LoadBalancer::speed_changed(World& world, ReplicaIndex replica) {
  if (!stations_.empty()) stations_[replica].set_speed(world, replicas()[replica].speed);
}

std::uint64_t LoadBalancer::requests_worked_on() const {
  std::uint64_t all = 0;
  for (const sim::Station& station : stations_) all += station.in_system();
  return all;
}

std::vector<StaticCall> LoadBalancer::static_calls() const {
  return {{.endpoint = {}, .callee = settings.backends, .operation = Operation::serve}};
}

}  // namespace faultline::models
