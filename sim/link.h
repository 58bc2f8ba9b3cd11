// Link: a one-way connection between two places.
//
// States       up; down while its settings say so or any impairment cuts it
// Parameters   latency               distribution of Duration >= 0; cut at `longest_latency`
//              bandwidth_bits_per_s  > 0; unlimited if absent
//              loss, duplication     probability per message, 0..1
// Metrics      messages, bytes (put on the link, lost ones and copies included), lost, duplicated
// Not modelled corruption, reordering beyond what drawn latencies bring, packets within a message
//
// An impairment is one cause of trouble, such as one entry of a timeline. Several may hold a link
// at once; each is undone alone and exactly: what holds is computed from the settings and the
// impairments still there, never by reversing arithmetic.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/distribution.h"
#include "sim/time.h"
#include "sim/transmitter.h"

namespace faultline::sim {

// As good as never (115 days), and hundreds of them still add up without overflow.
inline constexpr Duration longest_latency{10'000'000'000'000'000};

struct PlaceId {
  std::uint32_t index = 0;
  friend constexpr auto operator<=>(const PlaceId&, const PlaceId&) = default;
};

struct LinkId {
  std::uint32_t index = 0;
  friend constexpr auto operator<=>(const LinkId&, const LinkId&) = default;
};

struct ImpairmentId {
  std::uint64_t number = 0;
  friend constexpr auto operator<=>(const ImpairmentId&, const ImpairmentId&) = default;
};

struct LinkSettings {
  Distribution latency;
  std::optional<double> bandwidth_bits_per_s;
  double loss = 0;
  double duplication = 0;
  bool up = true;
};

struct Impairment {
  bool cut = false;
  Duration extra_latency{};     // >= 0; extras add up
  double latency_factor = 1;    // >= 0; factors multiply; they act before the extras
  double bandwidth_factor = 1;  // > 0; without effect where the bandwidth is unlimited
  double loss = 0;              // 0..1, independent of every other cause of loss
  double duplication = 0;       // likewise
};

struct LinkTraffic {
  std::uint64_t messages = 0;
  std::uint64_t bytes = 0;
  std::uint64_t lost = 0;
  std::uint64_t duplicated = 0;
};

class Link {
 public:
  Link(PlaceId from, PlaceId to, std::string name, LinkSettings settings);

  PlaceId from() const { return from_; }
  PlaceId to() const { return to_; }
  const std::string& name() const { return name_; }  // "from->to"
  std::uint64_t salt() const { return salt_; }       // of the name; keys this link's draws
  const LinkSettings& settings() const { return settings_; }
  void change(LinkSettings settings);
  void impair(ImpairmentId id, const Impairment& impairment);
  void heal(ImpairmentId id);

  // What holds now: the settings under all impairments.
  bool up() const { return up_; }
  double loss() const { return loss_; }
  double duplication() const { return duplication_; }
  std::optional<double> bandwidth_bits_per_s() const { return bandwidth_bits_per_s_; }
  Duration mean_latency() const { return mean_latency_; }
  Duration sample_latency(Draw& draw) const;
  // Whether every message takes just the mean latency, whatever its luck, its size and the others.
  bool has_constant_delay() const;

  // When a message that reaches the link at `arrival` has been put on the wire whole.
  Time transmit(Time now, Time arrival, std::uint64_t bytes);

 private:
  struct ActiveImpairment {
    ImpairmentId id;
    Impairment what;
  };
  void recompute();
  Duration impaired(Duration latency) const;

  PlaceId from_;
  PlaceId to_;
  std::string name_;
  std::uint64_t salt_;
  LinkSettings settings_;
  std::vector<ActiveImpairment> impairments_;
  bool up_ = true;
  double loss_ = 0;
  double duplication_ = 0;
  double latency_factor_ = 1;
  Duration extra_latency_;
  Duration mean_latency_;
  std::optional<double> bandwidth_bits_per_s_;
  Transmitter transmitter_;
};

}  // namespace faultline::sim
