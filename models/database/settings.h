// DatabaseSettings: the parameters of a database, as a scenario names them.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "models/component.h"
#include "models/fields.h"
#include "sim/distribution.h"
#include "sim/time.h"

namespace faultline::models {

// At most `limit` callers at a node at once; the others wait for a connection, in order.
struct ConnectionSettings {
  std::uint64_t limit = 100;
  std::optional<std::uint64_t> queue{};
  std::optional<sim::Duration> timeout{};

  void describe(Fields& fields);
};

struct BackupSettings {
  sim::Duration interval = sim::Duration::from_seconds(3600);
  sim::Distribution restore_time{};  // apart from the copying
  std::optional<double> restore_bandwidth{};

  void describe(Fields& fields);
};

struct StandbySettings {
  std::uint64_t workers = 1;
  sim::Distribution grow_time{};

  void describe(Fields& fields);
};

struct FailoverSettings {
  enum class Fencing : std::uint8_t { token, none };
  static constexpr std::array<std::string_view, 2> fencing_words = {"token", "none"};
  sim::Duration detection = sim::Duration::from_seconds(3);
  sim::Distribution election{};
  Fencing fencing = Fencing::token;

  void describe(Fields& fields);
};

struct DatabaseSettings {
  enum class Reads : std::uint8_t { leader, followers, any, nearest, same_follower };
  static constexpr std::array<std::string_view, 5> reads_words = {"leader", "followers", "any",
                                                                  "nearest", "same-follower"};
  enum class Leaderless : std::uint8_t { fail, wait };
  static constexpr std::array<std::string_view, 2> leaderless_words = {"fail", "wait"};
  // What a database of this kind is like, where its own figures are not stated.
  enum class Kind : std::uint8_t { custom, relational, key_value };
  static constexpr std::array<std::string_view, 3> kind_words = {"custom", "relational",
                                                                 "key-value"};
  HostingSettings hosting;
  Kind kind = Kind::custom;
  std::uint64_t workers = 16;
  std::optional<std::uint64_t> backlog;
  std::optional<ConnectionSettings> connections;
  std::optional<sim::Distribution> read_time;
  std::optional<sim::Distribution> write_time;
  sim::Distribution bytes;
  Reads reads = Reads::leader;
  std::optional<sim::Duration> leader_after_write;
  Leaderless writes_without_leader = Leaderless::fail;
  std::uint64_t acknowledgements = 0;
  sim::Duration ship_interval;
  sim::Distribution apply_time;
  sim::Duration heartbeat = sim::Duration::from_seconds(1);
  std::optional<FailoverSettings> failover;
  std::optional<StandbySettings> standby;
  std::uint64_t log_limit = 100'000;
  sim::Distribution snapshot_time;
  sim::Distribution data_size;  // constant
  std::optional<double> copy_bandwidth;
  std::uint64_t copy_workers = 0;
  std::optional<BackupSettings> backups;

  void describe(Fields& fields);
  sim::Distribution service_time(bool write) const;
  // Of all the data, at so many bits per second; nullopt: no limit.
  sim::Duration copy_time(std::optional<double> bandwidth) const;
};

}  // namespace faultline::models
