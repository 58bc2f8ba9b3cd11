// three_tier_ns3 [SIMULATED_SECONDS] [SEED] [SCHEDULER]: the three-tier model on ns-3's core.
//
// Only ns-3's event loop is used (Simulator::Schedule with plain functions, no packets and no
// objects), with its calendar scheduler unless SCHEDULER names another, such as Heap or Map. The
// model's own parts, draws and cache are those of the hand-written limit.
#include <chrono>
#include <cstdlib>
#include <deque>
#include <string>

#include "bench/three_tier_parts.h"
#include "ns3/nstime.h"
#include "ns3/object-factory.h"
#include "ns3/simulator.h"

namespace faultline::bench {
namespace {

using namespace three_tier;

struct Request {
  std::int64_t issued = 0;
  std::uint32_t key = 0;
  std::uint32_t server = 0;
  bool given_up = false;
  ns3::EventId timer;
};

struct Station {
  std::uint32_t idle = 0;
  std::deque<std::uint32_t> waiting;
};

class Model {
 public:
  explicit Model(std::uint64_t seed) : random_(seed), cache_(cache_capacity) {
    for (auto& server : servers_) server.idle = workers_per_server;
    database_.idle = database_workers;
    for (std::uint32_t key = 0; key < cache_capacity; ++key) cache_.fill(key);
    ns3::Simulator::Schedule(ns3::NanoSeconds(random_.exponential_ns(mean_gap)), &Model::issue,
                             this);
  }

  Tally& tally() { return tally_; }

 private:
  using Step = void (Model::*)(std::uint32_t);

  ns3::EventId after(std::int64_t delay, Step step, std::uint32_t argument) {
    return ns3::Simulator::Schedule(ns3::NanoSeconds(delay), step, this, argument);
  }

  void issue() {
    ns3::Simulator::Schedule(ns3::NanoSeconds(random_.exponential_ns(mean_gap)), &Model::issue,
                             this);
    std::uint32_t slot;
    if (free_.empty()) {
      slot = static_cast<std::uint32_t>(requests_.size());
      requests_.emplace_back();
    } else {
      slot = free_.back();
      free_.pop_back();
    }
    Request& request = requests_[slot];
    request.issued = ns3::Simulator::Now().GetNanoSeconds();
    request.key = random_.below(keys);
    request.given_up = false;
    ++tally_.requests;
    request.timer = after(timeout, &Model::give_up, slot);
    after(hop_user, &Model::balance, slot);
  }

  void balance(std::uint32_t slot) {
    requests_[slot].server = next_server_;
    next_server_ = (next_server_ + 1) % servers;
    enter(servers_[requests_[slot].server], slot, &Model::finish_compute, web_service);
  }

  void finish_compute(std::uint32_t slot) {
    leave(servers_[requests_[slot].server], &Model::finish_compute, web_service);
    after(hop_cache, &Model::reach_cache, slot);
  }

  void reach_cache(std::uint32_t slot) { after(cache_service, &Model::look_up, slot); }

  void look_up(std::uint32_t slot) {
    if (cache_.look_up(requests_[slot].key)) {
      ++tally_.hits;
      after(hop_cache, &Model::reply, slot);
    } else {
      ++tally_.misses;
      after(hop_cache, &Model::ask_database, slot);
    }
  }

  void reply(std::uint32_t slot) { after(hop_user, &Model::answer, slot); }
  void ask_database(std::uint32_t slot) { after(hop_database, &Model::reach_database, slot); }

  void reach_database(std::uint32_t slot) {
    enter(database_, slot, &Model::finish_query, database_service);
  }

  void finish_query(std::uint32_t slot) {
    leave(database_, &Model::finish_query, database_service);
    after(hop_database, &Model::take_row, slot);
  }

  void take_row(std::uint32_t slot) {
    after(hop_cache, &Model::fill, requests_[slot].key);
    after(hop_user, &Model::answer, slot);
  }

  void fill(std::uint32_t key) { cache_.fill(key); }

  void answer(std::uint32_t slot) {
    Request& request = requests_[slot];
    if (request.issued >= warm_up && !request.given_up) {
      tally_.latency.record(ns3::Simulator::Now().GetNanoSeconds() - request.issued);
    }
    request.timer.Cancel();
    free_.push_back(slot);
  }

  void give_up(std::uint32_t slot) {
    requests_[slot].given_up = true;
    ++tally_.timeouts;
  }

  void enter(Station& station, std::uint32_t slot, Step done, double mean) {
    if (station.idle > 0) {
      --station.idle;
      after(random_.exponential_ns(mean), done, slot);
    } else {
      station.waiting.push_back(slot);
    }
  }

  void leave(Station& station, Step done, double mean) {
    if (station.waiting.empty()) {
      ++station.idle;
      return;
    }
    after(random_.exponential_ns(mean), done, station.waiting.front());
    station.waiting.pop_front();
  }

  Random random_;
  std::vector<Request> requests_;
  std::vector<std::uint32_t> free_;
  std::array<Station, servers> servers_;
  Station database_;
  std::uint32_t next_server_ = 0;
  LruCache cache_;
  Tally tally_;
};

}  // namespace
}  // namespace faultline::bench

int main(int argc, char** argv) {
  using namespace faultline::bench;
  const double seconds = argc > 1 ? std::atof(argv[1]) : 120;
  const std::uint64_t seed = argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 1;
  const std::string scheduler = argc > 3 ? argv[3] : "Calendar";
  if (!(seconds > 1)) {
    std::fputs("three_tier_ns3 [SIMULATED_SECONDS > 1] [SEED] [SCHEDULER]\n", stderr);
    return 2;
  }
  ns3::Time::SetResolution(ns3::Time::NS);
  ns3::ObjectFactory factory;
  factory.SetTypeId("ns3::" + scheduler + "Scheduler");
  ns3::Simulator::SetScheduler(factory);

  const auto start = std::chrono::steady_clock::now();
  Model model(seed);
  ns3::Simulator::Stop(ns3::Seconds(seconds));
  ns3::Simulator::Run();
  const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - start;
  model.tally().events = ns3::Simulator::GetEventCount();
  model.tally().print("ns-3", seconds, wall.count());
  ns3::Simulator::Destroy();
}
