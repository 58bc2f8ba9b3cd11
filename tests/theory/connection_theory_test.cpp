// Connections against what is known of them: how many round trips pass before a request, and how
// long a body takes whose sender starts slowly.
//
// Sources: RFC 9293 (TCP), RFC 5246 (TLS 1.2), RFC 8446 (TLS 1.3); Kurose and Ross, "Computer
// Networking: A Top-Down Approach", TCP latency (static congestion window and slow start).
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "tests/theory/lab.h"
#include "tests/theory/validation.h"

namespace faultline::theory::connection_theory_test {
namespace {

using models::Tls;
using sim::Distribution;

constexpr double one_way_ms = 41;

// One user who asks again and again, `one_way_ms` on average from a server, over a new connection
// each time.
class Browsing {
 public:
  Browsing(std::uint64_t seed, const models::ConnectionPolicy& connection, double body,
           std::optional<double> bandwidth)
      : lab_(seed, false, geography(bandwidth)) {
    auto user = std::make_unique<models::Client>("user");
    user->settings.from = "users";
    user->settings.to = "web";
    user->settings.users = models::ClientSettings::Users();
    user->settings.users->think = Distribution::exponential(100 * ms);
    user->settings.mix = {{"GET /", 1}};
    user->settings.call.connection = connection;
    user->settings.call.connection->idle_timeout = {};
    lab_.add(std::move(user));
    auto web = service("web", 1, Distribution::exponential(7 * ms));
    models::Steps& steps = web->settings.endpoints["GET /"];
    steps.emplace_back();
    steps.back().respond = Distribution::constant(body);
    lab_.add(std::move(web));
    lab_.run(40'000);
  }

  Estimate latency_ms() const { return mean_of(lab_.latencies_ms()); }

 private:
  static models::Geography geography(std::optional<double> bandwidth) {
    models::GeographySettings settings;
    settings.regions["here"].zones = {"a"};
    settings.clients["users"].near = "here";
    settings.clients["users"].latency = Distribution::erlang(3, one_way_ms * ms);
    settings.links["here->users"].bandwidth = bandwidth;
    return models::Geography(settings);
  }

  Lab lab_;
};

void round_trips(std::uint64_t seed, const std::string& name,
                 const models::ConnectionPolicy& connection, int handshake,
                 const std::string& source) {
  const Browsing browsing(seed, connection, 0, {});
  Validation validation({Topic::calls, name, "one way Erlang-3 of 41 ms, service 7 ms", source});
  validation.holds("mean latency, ms", std::to_string(handshake + 1) + " round trips + service",
                   (handshake + 1) * 2 * one_way_ms + 7, browsing.latency_ms(), 0.01);
}

TEST(ConnectionTheory, RoundTripsBeforeARequest) {
  round_trips(901, "TCP", {}, 1, "RFC 9293");
  round_trips(902, "TCP, TLS 1.2", {.tls = Tls::v1_2, .resumption = false}, 3, "RFC 5246");
  round_trips(903, "TCP, TLS 1.2 resumed", {.tls = Tls::v1_2}, 2, "RFC 5246, 7.3");
  round_trips(904, "TCP, TLS 1.3", {.tls = Tls::v1_3}, 2, "RFC 8446, 2");
  round_trips(905, "TCP, TLS 1.3 with early data", {.tls = Tls::v1_3, .early_data = true}, 1,
              "RFC 8446, 2.3");
}

// The body takes its length over the bandwidth, and a stall of [RTT + S/R - W 2^k S/R]+ before the
// window of each further round trip, S being a segment and W the initial window.
void transfer(std::uint64_t seed, const std::string& name, double segments, double bandwidth) {
  const double segment_ms = models::segment_bytes * 8 / bandwidth * 1000;
  const double round_trip_ms = 2 * one_way_ms;
  double stalls = 0;
  double window = 10;
  for (double left = segments - window; left > 0; left -= window) {
    stalls += std::max(0.0, round_trip_ms + segment_ms - window * segment_ms);
    window *= 2;
  }
  const Browsing browsing(seed, {}, segments * models::segment_bytes, bandwidth);
  Validation validation({Topic::calls, name, "one way 41 ms, initial window 10, service 7 ms",
                         "Kurose and Ross, TCP latency; RFC 6928"});
  validation.holds("mean latency, ms", "2 RTT + O/R + sum [RTT + S/R - 10 2^k S/R]+ + service",
                   2 * round_trip_ms + segments * segment_ms + stalls + 7, browsing.latency_ms(),
                   0.01);
}

TEST(ConnectionTheory, TransferFromASlowStart) {
  transfer(906, "Slow start, 300 kB at 100 Mbit/s", 205, 100e6);
  transfer(907, "Slow start, 1 MB at 10 Mbit/s", 685, 10e6);
}

}  // namespace
}  // namespace faultline::theory::connection_theory_test
