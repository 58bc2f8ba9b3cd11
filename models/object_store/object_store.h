// ObjectStore: nodes that hold large objects, with copies of each, and send them as fast as their
// bandwidth allows.
//
// States       starting, up, draining, down; what is stored survives a crash
// Parameters   copies            nodes that hold each object >= 1
//              acknowledgements  copies made before a write is answered, 1..copies
//              first-byte        distribution of Duration, from a request until its transfer begins
//              bandwidth         bits per second of a node, shared by its transfers in and out
//              capacity          bytes of a node, of what is written during the run
//              bytes             distribution of bytes, size of what was there before
//              call              timeout and retries from node to node
// Metrics      reads, writes, bytes_served, bytes_taken, bytes_copied, transfers, transfer_ms,
//              utilisation, stored_bytes, missing_copies, full
// Not modelled see docs/models/object-store.md
// Invariant    a node that is full or was down when an object was written does not hold it, and is
//              not asked for it
//
// A read goes to the nearest living node that holds the newest version; a write to the first living
// one of those the key belongs to, which then copies it to the others. A transfer is a stretch of
// processor sharing: n transfers under way get an n-th of the bandwidth each.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "models/component.h"
#include "models/object_store/settings.h"
#include "sim/histogram.h"
#include "sim/pool.h"
#include "sim/station.h"

namespace faultline::models {

class ObjectStore final : public Component {
 public:
  explicit ObjectStore(std::string name) : Component(std::move(name)) {}

  ObjectStoreSettings settings;  // to be filled before `bind`

  std::unique_ptr<Component> clone() const override { return std::make_unique<ObjectStore>(*this); }
  std::string_view type() const override { return "object-store"; }
  void describe(Fields& fields) override { settings.describe(fields); }
  void bind(World& world) override;
  std::optional<ReplicaIndex> route(World& world, const Attempt& attempt) override;
  void receive(World& world, Attempt& attempt) override;
  void on_event(World& world, const sim::Event& event) override;
  void answered(World& world, const Attempt& attempt) override;

  bool suffers(Fault fault) const override { return fault == Fault::crash || fault == Fault::slow; }
  void lost_work(World& world, ReplicaIndex replica) override;
  void came_up(World& world, ReplicaIndex replica) override;
  void speed_changed(World& world, ReplicaIndex replica) override;
  void measure(const World& world, sim::Metrics& metrics) const override;
  const sim::Station* station_of(ReplicaIndex replica) const override {
    return &nodes_[replica].beginning;
  }

 private:
  struct Node {
    sim::Station beginning;     // until the first byte
    sim::Station transferring;  // from then on
    std::uint64_t stored_bytes = 0;
  };
  // The newest version of what was written, and who holds it.
  struct Object {
    std::uint64_t version = 0;
    std::uint32_t bytes = 0;
    std::vector<ReplicaIndex> holders{};
  };
  struct Transfer {
    sim::Handle attempt;
    sim::Time arrived;
    sim::Duration work;
    std::uint32_t bytes = 0;
    ReplicaIndex node = 0;
  };
  // A write whose copies are being made.
  struct Write {
    sim::Handle attempt;
    std::uint64_t version = 0;
    std::uint32_t under_way = 0;
    std::uint32_t made = 0;
    ReplicaIndex node = 0;
    bool answered = false;
  };

  std::vector<ReplicaIndex> places_of(std::uint64_t key) const;
  std::uint32_t size_of(const World& world, std::uint64_t key) const;
  std::optional<ReplicaIndex> nearest(World& world, const Attempt& attempt,
                                      const std::vector<ReplicaIndex>& holders) const;
  bool fits(const Node& node, std::uint64_t key, ReplicaIndex index, std::uint32_t bytes) const;
  void finish(World& world, const Transfer& transfer);
  void store(World& world, Attempt& attempt);
  void keep(std::uint64_t key, std::uint64_t version, std::uint32_t bytes, ReplicaIndex node);
  void forget(std::uint64_t key);
  void drop_copies(Object& object);
  void answer_if_enough(World& world, sim::Handle write);

  CallSiteId site_ = 0;  // to itself, for copies
  std::vector<Node> nodes_;
  std::map<std::uint64_t, Object> objects_;  // written during the run, by key
  sim::Pool<Transfer> transfers_;
  sim::Pool<Write> writes_under_way_;
  sim::TimeWeighted transferring_;
  sim::Histogram transfer_time_;
  std::uint64_t newest_version_ = 0;
  std::uint64_t held_ = 0;  // copies of what was written
  std::uint64_t reads_ = 0;
  std::uint64_t writes_ = 0;
  std::uint64_t full_ = 0;
  std::uint64_t bytes_served_ = 0;
  std::uint64_t bytes_taken_ = 0;
  std::uint64_t bytes_copied_ = 0;
};

}  // namespace faultline::models
