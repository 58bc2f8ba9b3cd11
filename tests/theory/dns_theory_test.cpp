// What it takes to learn an address, and who is still on the old one after a change.
//
// A cold resolver asks for one referral after the other and then for the address (RFC 1034, 5.3.3):
// its time is the sum of the round trips. It answers from memory for T and asks again for the next
// caller, by renewal theory (Jung, Berger, Balakrishnan, "Modeling TTL-based Internet caches",
// INFOCOM 2003). At any instant what remains of an answer's life is therefore uniform, so that
// after a change the share on the old address falls linearly to that of the stragglers.
#include <gtest/gtest.h>

#include <cmath>
#include <memory>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "models/edge/dns/dns.h"
#include "tests/theory/formulas.h"
#include "tests/theory/lab.h"

namespace faultline::theory::dns_theory_test {
namespace {

using models::Dns;
using models::DnsPolicy;

sim::Duration millis(double count) { return sim::Duration::from_ns(count * ms); }

// The tail of a sum of n independent exponential times of mean 1.
double erlang_tail(unsigned n, double t) {
  double term = std::exp(-t);
  double sum = term;
  for (unsigned i = 1; i < n; ++i) {
    term *= t / i;
    sum += term;
  }
  return sum;
}

constexpr double way_ms = 7.3;       // mean of every way from the users to region here
constexpr double between_ms = 41.0;  // from there to region there

models::Geography far_and_near() {
  models::GeographySettings settings;
  settings.regions["here"].zones = {"a"};
  settings.regions["there"].zones = {"a"};
  settings.clients["users"] = {.near = "here",
                               .latency = sim::Distribution::exponential(way_ms * ms)};
  settings.latency.same_zone = {};
  settings.latency.between_regions = sim::Distribution::constant(between_ms * ms);
  return models::Geography(settings);
}

std::unique_ptr<Dns> servers(const std::string& name, const std::string& zone, double query_ms,
                             sim::Duration ttl) {
  auto dns = std::make_unique<Dns>(name);
  dns->settings.hosting.zones = {zone};
  dns->settings.query_time = sim::Distribution::constant(query_ms * ms);
  dns->settings.ttl = ttl;
  return dns;
}

// Nothing but `referrals` is remembered from one request to the next.
std::vector<double> latencies_ms(std::uint64_t seed, sim::Duration referrals) {
  Lab lab(seed, false, far_and_near());
  for (const auto& [name, zone, query_ms] :
       {std::tuple("root", "here/a", 0.9), std::tuple("com", "there/a", 1.7)}) {
    auto dns = servers(name, zone, query_ms, referrals);
    dns->settings.refers = true;
    if (dns->name() == "com") dns->settings.under = "root";
    lab.add(std::move(dns));
  }
  auto shop = servers("shop", "here/a", 2.3, sim::Duration{1});
  shop->settings.under = "com";
  shop->settings.answers = "web";
  lab.add(std::move(shop));
  auto web = std::make_unique<models::Stub>("web");
  web->hosting.zones = {"here/a"};
  lab.add(std::move(web));
  auto users = poisson(0, "shop");
  users->settings.arrivals =
      models::ArrivalSettings{.kind = models::ArrivalSettings::Kind::regular, .rate_per_s = 0.1};
  lab.add(std::move(users));
  lab.run(200'000);
  return lab.latencies_ms();
}

TEST(DnsTheory, ColdResolutionIsTheSumOfItsRoundTrips) {
  const double constants = 2 * between_ms + 0.9 + 1.7 + 2.3;
  const std::vector<double> cold = latencies_ms(951, sim::Duration{1});
  const auto tail = [&](double t) {
    return t < constants ? 1 : erlang_tail(8, (t - constants) / way_ms);
  };
  Validation all({Topic::names, "Cold name: root, top level, name, request",
                  "ways exp(7.3 ms), top level 41 ms further, queries 0.9, 1.7, 2.3 ms",
                  "RFC 1034, 5.3.3"});
  all.holds("mean latency, ms", "8 ways + 2 x 41 + queries", 8 * way_ms + constants, mean_of(cold));
  all.holds("p99 of latency, ms", "constants + Erlang(8)", quantile_of_tail(tail, 0.01),
            quantile_of(cold, 0.99));

  const std::vector<double> known = latencies_ms(952, sim::Duration::from_seconds(1e9));
  const auto short_tail = [&](double t) {
    return t < 2.3 ? 1 : erlang_tail(4, (t - 2.3) / way_ms);
  };
  Validation rest({Topic::names, "Cold name, referrals known", "ways exp(7.3 ms), query 2.3 ms",
                   "RFC 1034, 5.3.3"});
  rest.holds("mean latency, ms", "4 ways + query", 4 * way_ms + 2.3, mean_of(known));
  rest.holds("p99 of latency, ms", "query + Erlang(4)", quantile_of_tail(short_tail, 0.01),
             quantile_of(known, 0.99));
}

// Of the callers in a cycle one asks, l D wait with it, and l T find the answer.
TEST(DnsTheory, HitRatioOfAResolver) {
  const double rate = 0.13;
  const double ttl_ms = 37;
  const double takes_ms = 11;
  Lab lab(953);
  auto shop = servers("shop", "here/a", takes_ms, millis(ttl_ms));
  shop->settings.answers = "web";
  const Dns& name = lab.add(std::move(shop));
  lab.add(std::make_unique<models::Stub>("web"));
  lab.add(poisson(rate, "shop"));
  lab.start();
  std::vector<double> hits;
  models::World& world = lab.world();
  auto before = models::reading(world, name, "resolver_hit_ratio");
  for (std::size_t batch = 0; batch < batch_count; ++batch) {
    world.run_until(world.now() + millis(20'000 / rate));
    const auto after = models::reading(world, name, "resolver_hit_ratio");
    hits.push_back(static_cast<double>(after.part - before.part) /
                   static_cast<double>(after.whole - before.whole));
    before = after;
  }
  Validation resolver({Topic::names, "DNS resolver, one name", "l = 0.13/ms, T = 37 ms, D = 11 ms",
                       "Jung, Berger, Balakrishnan 2003"});
  resolver.holds("hit ratio", "l T / (1 + l (D + T))",
                 rate * ttl_ms / (1 + rate * (takes_ms + ttl_ms)), estimate(hits));
}

constexpr double straggler_share = 0.21;
constexpr double life_ms = 60'000;    // time to live
constexpr double asked_per_life = 4;  // by those who heed it, of one resolver
constexpr int resolvers = 200;
constexpr int users_per_resolver = 25;

// The share on the address that died when the name moved away from it, in four intervals of a
// quarter of the time to live each, and in one after that.
std::vector<double> on_the_dead_address(std::uint64_t seed) {
  Lab lab(seed);
  auto made = servers("shop", "here/a", 0, millis(life_ms));
  made->settings.addresses = {"old", "new"};
  made->settings.policy = DnsPolicy::weighted;
  made->settings.weights = {{"old", 1}, {"new", 0}};
  made->settings.resolvers = resolvers;
  made->settings.stub.emplace().stragglers = straggler_share;
  Dns& name = lab.add(std::move(made));
  models::Stub& old = lab.add(std::make_unique<models::Stub>("old"));
  lab.add(std::make_unique<models::Stub>("new"));
  auto users = poisson(asked_per_life / (1 - straggler_share) * resolvers / life_ms, "shop");
  users->settings.population = resolvers * users_per_resolver;
  lab.add(std::move(users));
  lab.start();
  models::World& world = lab.world();
  world.run_until(sim::Time{} + millis(75 * life_ms));  // every user has asked, all is mixed
  old.crash(world, 0);
  name.settings.weights = {{"old", 0}, {"new", 1}};
  name.changed(world, "weights");
  std::vector<double> shares;
  auto before = models::reading(world, name, "dead_address_share");
  for (int quarter = 0; quarter < 5; ++quarter) {
    world.run_until(world.now() + millis(life_ms / 4));
    const auto after = models::reading(world, name, "dead_address_share");
    shares.push_back(static_cast<double>(after.part - before.part) /
                     static_cast<double>(after.whole - before.whole));
    before = after;
  }
  return shares;
}

// A resolver remembers the old address t after the change when it does now and for t longer, which
// has probability (T - t) / (T + 1 / l); that is linear in t, so that an interval's share is the
// share in its middle.
TEST(DnsTheory, StragglersAfterAChange) {
  std::vector<std::vector<double>> runs(5);
  for (std::uint64_t seed = 961; seed < 991; ++seed) {
    const std::vector<double> shares = on_the_dead_address(seed);
    for (std::size_t i = 0; i < runs.size(); ++i) runs[i].push_back(shares[i]);
  }
  Validation change({Topic::names, "A name that moves: share of callers on the dead address",
                     "T = 60 s, l = 4/T per resolver, s = 0.21 stragglers",
                     "RFC 1034; Jung, Berger, Balakrishnan 2003"});
  for (std::size_t i = 0; i < 4; ++i) {
    const double t = (static_cast<double>(i) + 0.5) / 4;
    const double remembered = (1 - t) / (1 + 1 / asked_per_life);
    const double share = straggler_share + (1 - straggler_share) * remembered;
    change.holds(std::to_string(i) + "/4 T to " + std::to_string(i + 1) + "/4 T",
                 "s + (1 - s) (T - t) / (T + 1/l)", share, estimate(runs[i]), 0.1);
  }
  change.holds("after T", "s", straggler_share, estimate(runs[4]), 0.1);
}

}  // namespace
}  // namespace faultline::theory::dns_theory_test
