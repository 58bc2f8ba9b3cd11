#include "analysis/structure/availability.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>

#include "models/address.h"

namespace faultline::analysis {
namespace {

constexpr double day_s = 86'400;
constexpr double year_s = 365 * day_s;
constexpr std::size_t most_blocks = 16;
constexpr double most_states = 200'000;

// Targets that stand for each other: so many of them up is all that matters.
struct Block {
  std::vector<const FailingTarget*> targets;

  double probability(std::size_t down) const {
    const double up = targets.front()->availability();
    double ways = 1;
    const std::size_t n = targets.size();
    for (std::size_t i = 0; i < down; ++i) {
      ways = ways * static_cast<double>(n - i) / static_cast<double>(i + 1);
    }
    return ways * std::pow(up, static_cast<double>(n - down)) *
           std::pow(1 - up, static_cast<double>(down));
  }
};

// Replicas of a component that is always asked for as a whole, each failing alike and alone.
bool alike(const FailingTarget& a, const FailingTarget& b) {
  return a.label == b.label && a.takes.size() == 1 && b.takes.size() == 1 &&
         a.takes.begin()->first == b.takes.begin()->first && a.up_s == b.up_s &&
         a.down_s == b.down_s;
}

bool is_struck_otherwise(const FailingTarget& target, const std::vector<FailingTarget>& targets) {
  const ReplicaKey& replica = *target.takes.begin();
  return std::any_of(targets.begin(), targets.end(), [&](const FailingTarget& other) {
    return &other != &target && other.takes.contains(replica);
  });
}

// Components whose groups are all of all their replicas.
std::set<std::string> symmetric_components(const Ways& ways) {
  std::set<std::string> symmetric = ways.components();
  std::map<std::string, std::vector<std::uint32_t>> members;
  for (std::size_t i = 0; i < boost::num_vertices(ways.graph()); ++i) {
    const ReplicaGroup& group = ways.graph()[i];
    if (group.component.empty()) continue;
    const auto [known, is_new] = members.try_emplace(group.component, group.members);
    if (!is_new && known->second != group.members) symmetric.erase(group.component);
  }
  for (const auto& [component, replicas] : members) {
    if (replicas.size() == 1) symmetric.erase(component);
  }
  return symmetric;
}

std::vector<Block> blocks_of(const Ways& ways, const std::vector<FailingTarget>& targets) {
  const std::set<std::string> passed = ways.components();
  const std::set<std::string> symmetric = symmetric_components(ways);
  std::vector<Block> blocks;
  for (const FailingTarget& target : targets) {
    const bool matters = std::any_of(target.takes.begin(), target.takes.end(),
                                     [&](const auto& one) { return passed.contains(one.first); });
    if (!matters) continue;
    const bool single = target.takes.size() == 1 &&
                        symmetric.contains(target.takes.begin()->first) &&
                        !is_struck_otherwise(target, targets);
    const auto block = std::find_if(blocks.begin(), blocks.end(), [&](const Block& known) {
      return single && alike(*known.targets.front(), target);
    });
    if (block != blocks.end()) {
      block->targets.push_back(&target);
    } else {
      blocks.push_back({{&target}});
    }
  }
  return blocks;
}

double up_share(const Ways& ways, const std::vector<Block>& blocks, std::size_t next,
                std::set<ReplicaKey> dead) {
  if (next == blocks.size()) return ways.works_without(dead) ? 1 : 0;
  double sum = 0;
  for (std::size_t down = 0; down <= blocks[next].targets.size(); ++down) {
    if (down > 0) {
      const auto& takes = blocks[next].targets[down - 1]->takes;
      dead.insert(takes.begin(), takes.end());
    }
    const double chance = blocks[next].probability(down);
    if (chance > 0) sum += chance * up_share(ways, blocks, next + 1, dead);
  }
  return sum;
}

bool takes_down(const std::string& what) {
  for (const std::string_view verb : {"crash", "destroy", "outage", "pause"}) {
    if (what.starts_with(verb)) return true;
  }
  return false;
}

}  // namespace

double FailingTarget::per_year() const { return year_s / (up_s + down_s); }

std::vector<FailingTarget> failing_targets(const scenarios::Scenario& scenario,
                                           const models::World& world,
                                           std::vector<std::string>* not_counted) {
  std::vector<FailingTarget> targets;
  for (const models::RandomFault& fault : scenario.faults) {
    if (!takes_down(fault.make(fault.target)->what)) {
      if (not_counted != nullptr) not_counted->push_back(fault.label);
      continue;
    }
    std::vector<std::string> addresses = {fault.target};
    if (const auto* component = world.find(fault.target); component != nullptr && fault.apart) {
      addresses.clear();
      for (std::size_t i = 0; i < component->replicas().size(); ++i) {
        addresses.push_back(fmt::format("{}/{}", fault.target, i));
      }
    }
    for (const std::string& address : addresses) {
      FailingTarget target{.label = fault.label,
                           .target = address,
                           .up_s = fault.up.mean() / 1e9,
                           .down_s = fault.down.mean() / 1e9,
                           .takes = {}};
      for (const auto& [component, replica] : models::Address{address}.replicas(world)) {
        target.takes.insert({world.component(component).name(), replica});
      }
      targets.push_back(std::move(target));
    }
  }
  return targets;
}

KindAvailability availability_of(const Ways& ways, const std::vector<FailingTarget>& targets) {
  std::vector<Block> blocks = blocks_of(ways, targets);
  KindAvailability result;
  double states = 1;
  std::size_t kept = 0;
  while (kept < blocks.size() && kept < most_blocks) {
    const double more = states * static_cast<double>(blocks[kept].targets.size() + 1);
    if (more > most_states) break;
    states = more;
    ++kept;
  }
  result.upper_bound = kept < blocks.size();
  blocks.resize(kept);
  result.availability = up_share(ways, blocks, 0, {});
  return result;
}

AllowedDowntime allowed_downtime(double availability) {
  const double down = 1 - availability;
  return {down * day_s, down * year_s / 12, down * year_s};
}

std::string long_time(double seconds) {
  if (seconds < 60) return fmt::format("{:.{}f} s", seconds, seconds < 10 ? 2 : 1);
  const auto whole = static_cast<std::int64_t>(std::llround(seconds));
  const std::int64_t days = whole / 86'400;
  const std::int64_t hours = whole / 3600 % 24;
  const std::int64_t minutes = whole / 60 % 60;
  std::string text;
  if (days > 0) text += fmt::format("{} d ", days);
  if (days > 0 || hours > 0) text += fmt::format("{} h ", hours);
  return text + fmt::format("{} min {} s", minutes, whole % 60);
}

}  // namespace faultline::analysis
