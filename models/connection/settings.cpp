#include "models/connection/settings.h"

#include <array>
#include <limits>
#include <string_view>

namespace faultline::models {
namespace {

constexpr std::array<std::string_view, 2> http_words = {"1.1", "2"};
constexpr std::array<std::string_view, 3> tls_words = {"none", "1.2", "1.3"};

// As RFC 9113, 6.5.2, recommends at least.
constexpr std::uint64_t usual_streams = 100;

}  // namespace

void ConnectionPolicy::describe(Fields& fields) {
  fields.choice_of({"http", "1.1: one request at a time over each; 2: many over one."}, http_words,
                   http);
  fields.choice_of({"tls", "Which handshake follows that of TCP."}, tls_words, tls);
  fields.flag({"resumption", "Whether a caller that was there before shortens the handshake."},
              resumption);
  fields.flag({"early-data",
               "Whether it then sends what does not write with the handshake; goes with tls 1.3."},
              early_data);
  fields.count({"max", "Connections to one replica; absent: no limit with 1.1, one with 2."}, max,
               {1, 1'000'000});
  fields.count({"streams", "Requests at a time over one connection of http 2; absent: 100."},
               streams, {1, 1'000'000});
  fields.duration({"idle-timeout", "How long an unused one is kept; 0: it serves one request."},
                  idle_timeout);
  fields.ratio({"leak",
                "Share of calls whose connection is never given back, as long as the caller's "
                "process lives; a connection of `http` 2 loses a stream."},
               leak);
  fields.count(
      {"initial-window", "Segments of 1,460 bytes that are sent before the first acknowledgement."},
      initial_window, {1, 10'000});
  if (streams && http == Http::one) fields.reject("streams", "goes with http 2");
  if (early_data && tls != Tls::v1_3) fields.reject("early-data", "goes with tls 1.3");
  if (early_data && !resumption) fields.reject("early-data", "goes with `resumption`");
}

std::uint64_t ConnectionPolicy::max_connections() const {
  if (max) return *max;
  return http == Http::two ? 1 : std::numeric_limits<std::uint32_t>::max();
}

std::uint64_t ConnectionPolicy::streams_each() const {
  return http == Http::two ? streams.value_or(usual_streams) : 1;
}

std::uint8_t ConnectionPolicy::round_trips(bool knows_server, bool writes) const {
  const bool resumes = knows_server && resumption;
  switch (tls) {
    case Tls::none:
      return 1;
    case Tls::v1_2:
      return resumes ? 2 : 3;
    case Tls::v1_3:
      return resumes && early_data && !writes ? 1 : 2;
  }
  return 1;
}

}  // namespace faultline::models
