// Database: a leader and followers, each a station with a log; what a read returns is what its node
// has applied.
//
// States       a node is starting, up, draining, down (and up: loading a snapshot, or behind);
//              the whole has a leader or has none
// Parameters   settings.h
// Metrics      utilisation, backlog, reads, writes, stale_reads, stale_age, own_writes_missed,
//              reads_gone_back, replication_lag, replication_delay, acknowledged_writes_lost,
//              connections_open, connection_wait_ms, connection_timeouts,
//              without_leader, promotions, ...
// Mechanism    Where connections are limited a request first gets one, and holds it until its
//              answer. A write is served by a worker of the leader, appended to its log and sent to
//              every follower in order. It is committed, visible at the leader and answered once
//              enough followers have it in their log (their acknowledgement is a message); the wait
//              holds no worker. A follower applies one entry after the other. A follower that
//              misses heartbeats suspects the leader; when most of the living followers do, an
//              election begins, and the suspecting one with the newest log is promoted once it has
//              applied all of it. Who joins a leader drops what that one does not have, and gets
//              the rest of the log or, where the log was cut, a snapshot.
// Not modelled transactions and locks, disk flushes apart from the service time, the round trip
//              of joining, network use of snapshots; see docs/models/database.md
// Invariant    a node's log is a prefix of its leader's log, once joined
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "models/component.h"
#include "models/database/backup.h"
#include "models/database/node.h"
#include "models/database/sessions.h"
#include "models/database/settings.h"
#include "sim/histogram.h"
#include "sim/pool.h"

namespace faultline::models {

class Database final : public Component {
 public:
  explicit Database(std::string name, DatabaseSettings settings = {})
      : Component(std::move(name)), settings_(std::move(settings)) {}

  std::unique_ptr<Component> clone() const override { return std::make_unique<Database>(*this); }
  std::string_view type() const override { return "database"; }
  void describe(Fields& fields) override { settings_.describe(fields); }
  const DatabaseSettings& settings() const { return settings_; }
  void bind(World& world) override;
  void start(World& world) override;
  void changed(World& world, std::string_view parameter) override;

  // Its address is known once there is a leader, where writes wait for one.
  bool is_name() const override {
    return settings_.writes_without_leader == DatabaseSettings::Leaderless::wait;
  }
  std::optional<Destination> resolve(World& world, const Attempt& attempt) override;
  std::optional<ReplicaIndex> route(World& world, const Attempt& attempt) override;
  void receive(World& world, Attempt& attempt) override;
  void on_event(World& world, const sim::Event& event) override;

  bool suffers(Fault fault) const override {
    return fault == Fault::crash || fault == Fault::slow || fault == Fault::destroy;
  }
  void lost_work(World& world, ReplicaIndex replica) override;
  void lose_data(World& world, ReplicaIndex replica) override;
  void came_up(World& world, ReplicaIndex replica) override;
  void speed_changed(World& world, ReplicaIndex replica) override;
  bool has_role(std::string_view role) const override { return role == "leader"; }
  std::optional<ReplicaIndex> role(const World& world, std::string_view role) const override;
  void measure(const World& world, sim::Metrics& metrics) const override;
  const sim::Station* station_of(ReplicaIndex replica) const override {
    return &nodes_[replica].workers;
  }

  // The version of `key` that a read at this node would return now.
  database::Version version_at(ReplicaIndex node, std::uint64_t key) const {
    return nodes_[node].version_of_key(key);
  }

 private:
  struct Work {
    sim::Handle attempt;
    sim::Time arrived;
    sim::Duration demand;
  };

  // Serving: database.cpp.
  bool is_write(const Attempt& attempt) const;
  bool takes_reads(ReplicaIndex node) const;
  std::optional<ReplicaIndex> leader_for(World& world, const Attempt& attempt) const;
  std::optional<ReplicaIndex> route_read(World& world, const Attempt& attempt);
  std::optional<ReplicaIndex> next_reader(bool with_leader);
  std::optional<ReplicaIndex> nearest_reader(World& world, const Attempt& attempt);
  std::optional<ReplicaIndex> reader_of(const World& world, database::User user) const;
  std::uint64_t key_of(const Attempt& attempt) const;
  void serve(World& world, Attempt& attempt);
  void on_served(World& world, const sim::Event& event);
  void finish_read(World& world, Attempt& attempt);
  void note_stale(World& world, std::uint64_t key, database::Version returned,
                  database::Version newest);
  void note_read(World& world, const Attempt& attempt, database::Version version);
  void note_written(World& world, const Attempt& attempt, const database::Entry& entry);
  bool everywhere(database::Version version) const;
  void finish_write(World& world, Attempt& attempt);

  // Connections: connecting.cpp.
  void connect(World& world, Attempt& attempt);
  void open_connection(World& world, Attempt& attempt);
  void answer(World& world, Attempt& attempt, const Outcome& outcome);
  void let_in(World& world, ReplicaIndex node);
  database::Connections::Waiting leave_queue(World& world, ReplicaIndex node);
  void time_patience(World& world, ReplicaIndex node);
  void on_impatient(World& world, ReplicaIndex node);
  void hang_up(World& world, ReplicaIndex node);

  // Replication: replication.cpp.
  void commit(World& world, ReplicaIndex leader);
  database::Sequence safe_end(ReplicaIndex leader) const;
  void apply(ReplicaIndex node, database::Entry& entry);
  void ship(World& world, ReplicaIndex leader);
  void send_entries(World& world, ReplicaIndex follower);
  void on_entries(World& world, ReplicaIndex follower, database::Sequence until);
  void take_arrived(World& world, ReplicaIndex follower);
  void confirm(World& world, ReplicaIndex follower);
  void on_confirmed(World& world, ReplicaIndex follower, database::Sequence until);
  void apply_next(World& world, ReplicaIndex follower);
  void on_applied(World& world, const sim::Event& event);
  void join(World& world, ReplicaIndex follower);
  void open_session(World& world, ReplicaIndex follower);
  void truncate(World& world, ReplicaIndex node, database::Sequence end);
  void stop_applying(World& world, ReplicaIndex node);
  void trim();
  void note_lag(World& world);
  database::Sequence lag_of(ReplicaIndex follower) const;

  // Getting all the data: rebuilding.cpp.
  std::uint32_t workers_of(ReplicaIndex node) const;
  void resize(World& world, ReplicaIndex node);
  void count_copies(World& world, ReplicaIndex source, int change);
  void load_snapshot(World& world, ReplicaIndex follower);
  void on_loaded(World& world, ReplicaIndex follower);
  void stop_copying(World& world, ReplicaIndex follower);
  void break_copies(World& world, ReplicaIndex source);
  void note_rebuilt(World& world, ReplicaIndex follower);

  // When data is gone: restoring.cpp.
  void begin_backups(World& world);
  void take_backup(World& world);
  void on_backed_up(World& world);
  void drop_unfinished_backup(World& world);
  void seek_data(World& world);
  void begin_restore(World& world, ReplicaIndex node);
  void on_restored(World& world, ReplicaIndex node);

  // Who leads: failover.cpp.
  bool leads(ReplicaIndex node) const { return nodes_[node].leads; }
  bool has_leader() const { return leads(leader_); }
  // Whose log a follower gets.
  ReplicaIndex leader_of(ReplicaIndex follower) const {
    const ReplicaIndex followed = nodes_[follower].follows;
    return leads(followed) && !leads(follower) ? followed : leader_;
  }
  // It follows, or is, a leader whose epoch is over.
  bool strays(ReplicaIndex node) const {
    return leads(node) ? node != leader_ : leader_of(node) != leader_;
  }
  bool lives(ReplicaIndex node) const { return replicas_[node].serves(); }
  bool awake(ReplicaIndex node) const { return lives(node) && replicas_[node].speed > 0; }
  void gain_leader(World& world);
  void stop_leading(World& world, ReplicaIndex leader);
  void step_down(World& world, ReplicaIndex leader);
  void disband(World& world, ReplicaIndex leader);
  void note_leaders(World& world);
  void beat(World& world, ReplicaIndex leader);
  void on_heard(World& world, ReplicaIndex node, std::uint32_t epoch);
  void watch(World& world, ReplicaIndex follower);
  void on_silence(World& world, ReplicaIndex follower);
  bool most_suspect() const;
  void consider_election(World& world);
  void on_elected(World& world);
  void promote_when_ready(World& world);
  void promote(World& world);
  void inherit(const database::Log& from, database::Log& to);
  void grow(World& world, ReplicaIndex node);
  void on_grown(World& world, ReplicaIndex node);
  void let_waiting_writes_go(World& world);
  void begin_epoch(database::Sequence end);
  // Of the living followers with data that are `eligible` the one with the newest log.
  template <class Eligible>
  std::optional<ReplicaIndex> newest(Eligible eligible) const {
    std::optional<ReplicaIndex> best;
    for (ReplicaIndex i = 0; i < node_count(); ++i) {
      const database::Node& node = nodes_[i];
      if (leads(i) || !awake(i) || node.loading || !eligible(node)) continue;
      if (!best || node.log.last_version() > nodes_[*best].log.last_version()) best = i;
    }
    return best;
  }

  sim::Event own_event(std::uint16_t kind, ReplicaIndex node, std::uint32_t b) const;
  ReplicaIndex node_count() const { return static_cast<ReplicaIndex>(nodes_.size()); }

  DatabaseSettings settings_;
  sim::Distribution read_time_;
  sim::Distribution write_time_;
  std::vector<database::Node> nodes_;
  sim::Pool<Work> work_;
  ReplicaIndex leader_ = 0;   // of the newest epoch: the one there is, or was last
  std::uint32_t rivals_ = 0;  // leaders of epochs that are over
  std::uint32_t epoch_ = 0;
  std::vector<database::Sequence> epoch_ends_;  // of past epochs, what their successors have
  ReplicaIndex read_turn_ = 0;
  std::vector<sim::Handle> waiting_writes_;  // for a leader; some may have given up
  database::Sessions sessions_;
  database::Writers writers_;

  sim::TimerHandle election_timer_;
  std::optional<ReplicaIndex> promoting_;  // elected, still applying its log
  std::uint64_t elections_ = 0;
  std::uint64_t snapshots_ = 0;
  std::optional<database::Backup> backup_;  // the last that is whole
  std::optional<database::Backup> unfinished_backup_;
  std::optional<ReplicaIndex> backup_source_;  // while it is being made
  std::optional<ReplicaIndex> restoring_;
  std::optional<sim::Time> leader_lost_at_;  // while there is none

  std::uint64_t reads_ = 0;
  std::uint64_t writes_ = 0;  // committed
  std::uint64_t stale_reads_ = 0;
  std::uint64_t own_writes_missed_ = 0;
  std::uint64_t reads_gone_back_ = 0;
  std::uint64_t writes_waited_ = 0;  // for a leader
  std::uint64_t writes_lost_ = 0;    // acknowledged
  std::uint64_t acknowledged_ = 0;
  std::uint64_t promotions_ = 0;
  std::uint64_t growths_ = 0;
  std::uint64_t backups_ = 0;
  std::uint64_t restores_ = 0;
  std::uint64_t divergent_writes_ = 0;
  sim::TimeWeighted leaderless_;
  sim::TimeWeighted two_leaders_;  // 1 while there are
  sim::TimeWeighted lag_;          // entries
  std::uint64_t connection_timeouts_ = 0;
  sim::TimeWeighted connections_open_;
  sim::TimeWeighted connections_waiting_;
  sim::Histogram connection_wait_;
  sim::Histogram stale_age_;
  sim::Histogram replication_delay_;
  sim::Histogram recovery_time_;
  sim::Histogram rebuild_time_;
  sim::Histogram restore_point_;
  sim::Histogram waiting_time_;
  sim::Histogram service_time_;
};

}  // namespace faultline::models
