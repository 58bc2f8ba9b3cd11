// Client: users of one workload, and what they felt. They stand at a home, not in a zone.
//
// Parameters   from        home of the users
//              to          component they call (a service, a balancer, a DNS name, ...)
//              one of      arrivals (open loop), users (closed loop), job (at set times, so many
//                          calls, so many at once), replay (a recorded log)
//              curve       the rate over time
//              session     a user who arrives issues several requests, with time to think between
//              think       closed loop: from an answer to the next request
//              mix         endpoints by weight; the method says whether one writes
//              keys        which object a request is about: uniform, or Zipf over their ranks
//              call        timeout, retries: how patient and how stubborn they are
//              then        after a good answer, a further call: an upload or download by reference
//              good-within latency up to which a success is good, default: the timeout
// Metrics      those of the ledger, attempts per request
// Not modelled users who change their mind for other reasons than time; think time that depends on
//              what was answered
// Invariant    offered == succeeded + failed + in flight
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "models/call_site.h"
#include "models/component.h"
#include "models/policy.h"
#include "models/workload/arrival_process.h"
#include "models/workload/curve_settings.h"
#include "models/workload/ledger.h"
#include "sim/distribution.h"
#include "sim/pool.h"
#include "sim/zipf.h"

namespace faultline::models {

// One request of a recorded log.
struct Recorded {
  sim::Time at;
  std::string endpoint;  // "GET /path"
  std::uint64_t key = 0;
  std::uint64_t user = 0;
  std::uint32_t bytes = 0;
  bool write = false;
};

struct ClientSettings {
  struct Keys {
    std::uint64_t objects = 1000;
    double zipf = 0;  // exponent; 0: all equally likely
    void describe(Fields& fields);
  };
  struct Session {
    sim::Distribution requests;  // at least 1; of a count
    sim::Distribution think;
    void describe(Fields& fields);
  };
  struct Users {
    std::uint64_t count = 1;
    sim::Distribution think;
    void describe(Fields& fields);
  };
  struct Job {
    sim::Duration first;
    std::optional<sim::Duration> every;  // absent: once
    std::uint64_t calls = 1;
    std::uint64_t concurrency = 1;
    sim::Distribution pause;
    void describe(Fields& fields);
  };
  struct Replay {
    std::string log;  // file
    double time_scale = 1;
    bool spread = false;
    void describe(Fields& fields);
  };

  // What the answer refers to is fetched from, or brought to, somewhere else.
  struct Then {
    std::string to;
    Operation does = Operation::read;  // or write
    sim::Distribution bytes;           // of what is brought
    CallPolicy call;
    void describe(Fields& fields);
  };

  std::string from;
  std::string to;
  std::optional<ArrivalSettings> arrivals;
  std::optional<CurveSettings> curve;
  std::optional<Session> session;
  std::optional<Users> users;
  std::optional<Job> job;
  std::optional<Replay> replay;
  std::map<std::string, double> mix;
  double writes = 0;  // share of requests that write, where the mix does not say
  Keys keys;
  std::uint64_t population = 1'000'000;
  double mobile = 0;
  sim::Distribution bytes;
  std::uint64_t priority = 0;
  CallPolicy call;
  std::optional<Then> then;
  std::optional<sim::Duration> good_within;
};

class Client final : public Component {
 public:
  explicit Client(std::string name) : Component(std::move(name)) {}

  std::unique_ptr<Component> clone() const override { return std::make_unique<Client>(*this); }
  std::string_view type() const override { return "workload"; }
  void describe(Fields& fields) override;
  void bind(World& world) override;
  void start(World& world) override;
  void receive(World& world, Attempt& attempt) override;
  void answered(World& world, const Attempt& attempt) override;
  void on_event(World& world, const sim::Event& event) override;
  bool suffers(Fault) const override { return false; }
  bool offers_load() const override { return true; }
  void scale_load(World& world, std::uint32_t cause, std::optional<double> factor) override;
  void measure(const World& world, sim::Metrics& metrics) const override;
  std::vector<StaticCall> static_calls() const override;

  ClientSettings settings;  // to be filled before `bind`
  // What to replay, and how long the run is; known before `start`.
  void set_recorded(std::shared_ptr<const std::vector<Recorded>> log) {
    recorded_ = std::move(log);
  }
  void set_horizon(sim::Time horizon) { horizon_ = horizon; }

  // Everything that was decided, and what of it was issued after the warm-up.
  Ledger felt() const;
  const Ledger& measured() const { return measured_; }
  const CallSite& site(const World& world) const;

 private:
  // A user in the middle of a session, or of a closed loop.
  struct Visit {
    std::uint64_t stream = 0;  // which session or user, or line of a job
    std::uint64_t issued = 0;
    std::uint64_t left = 0;  // requests still to come; unlimited in a closed loop
  };
  struct Choice {
    EndpointId endpoint;
    bool write;
    bool idempotent;
    double up_to;  // cumulative weight, 0..1
  };

  void schedule_arrival(World& world);
  void arrive(World& world);
  void begin_job(World& world);
  sim::Handle begin_visit(std::uint64_t stream, std::uint64_t requests);
  void think(World& world, sim::Handle visit, const sim::Distribution& time, sim::Draw draw);
  void continue_visit(World& world, sim::Handle visit);
  Request make_request(sim::Time now, std::uint64_t ordinal, sim::Luck luck) const;
  void fill(Request& request) const;
  void replay_next(World& world);
  void send(World& world, const Request& request, sim::Handle cookie = {});
  void go_on(World& world, const Attempt& answer);
  Ledger& ledger_of(const World& world, const Request& request);
  EndpointId endpoint_of(World& world, const std::string& name, Choice& choice) const;

  std::string arrivals_text_;
  CallSiteId site_ = 0;
  CallSiteId then_site_ = 0;
  PlaceId home_;
  sim::Luck luck_;
  std::vector<Choice> choices_;
  std::optional<sim::Zipf> zipf_;
  std::optional<ArrivalProcess> process_;
  sim::TimerHandle arrival_timer_;
  std::uint64_t ordinal_ = 0;
  std::uint64_t lines_ = 0;  // of jobs begun
  sim::Pool<Visit> visits_;
  std::shared_ptr<const std::vector<Recorded>> recorded_;
  std::vector<EndpointId> recorded_endpoints_;  // by index in the log
  sim::Time horizon_ = sim::Time::max();
  sim::Duration good_within_;
  Ledger early_;     // of what was issued during the warm-up
  Ledger measured_;  // of all else
};

}  // namespace faultline::models
