// AddressBook: the addresses behind a name, and which of them its servers give to whom.
//
// Invariant    addresses are numbered in the order of the scenario, and never change
#pragma once

#include <cstdint>
#include <vector>

#include "models/destination.h"
#include "models/edge/dns/settings.h"
#include "sim/draw.h"

namespace faultline::models {

using AddressIndex = std::uint16_t;
using AddressList = std::vector<AddressIndex>;

class AddressBook {
 public:
  // Once every component has its replicas, and before anything befalls the network: who is near is
  // told by the distances of that moment.
  void fill(World& world, const DnsSettings& settings);
  void weigh(const World& world, const DnsSettings& settings);

  bool empty() const { return addresses_.empty(); }
  std::size_t size() const { return addresses_.size(); }
  const Destination& destination(AddressIndex address) const {
    return addresses_[address].leads_to;
  }
  bool alive(const World& world, const Destination& destination) const;

  // One who asks a server: from where, how many asked that server before, and with what luck.
  struct Question {
    PlaceId from;
    std::uint64_t turn = 0;
    sim::Luck luck;
  };
  // What a server with these beliefs answers; no beliefs: all are well. When all are believed dead,
  // the beliefs are ignored; when none leads anywhere, so is that.
  AddressList answer(const World& world, DnsPolicy policy, const std::vector<HealthBelief>& beliefs,
                     const Question& question) const;
  // It leads to a replica, which is no member of its component now: nobody is sent there.
  bool is_vacant(const World& world, AddressIndex address) const;

 private:
  struct Entry {
    Destination leads_to;
    double weight = 1;
  };

  AddressList candidates(const World& world, DnsPolicy policy,
                         const std::vector<HealthBelief>& beliefs) const;
  AddressIndex drawn(const AddressList& among, sim::Draw draw) const;
  AddressIndex nearest(const AddressList& among, PlaceId to) const;

  std::vector<Entry> addresses_;
  std::vector<std::vector<sim::Duration>> distances_;  // by place, then by address; for geo
};

}  // namespace faultline::models
