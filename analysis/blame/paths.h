// Paths: what the time of a call went to, along the way that its answer took.
//
// Every try that somebody's request led to is followed while it lives: when it departed, arrived
// and was answered, and what was done for it meanwhile, which is spans of its own (waiting,
// service) and calls it led to. When a call ends well, its time is divided: back from the answer,
// always to whatever ended last before what came after it (the critical path), so that of parallel
// branches the one waited for counts and the others do not. A call that ends badly, and the tries
// before the one that brought the answer, brought nothing: their time is `retries`.
//
// Invariant    the parts of a call add up to its length, to the nanosecond
// Memory       a record per try alive at one time, used again
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "models/observer.h"
#include "sim/time.h"

namespace faultline::analysis {

enum class BlameKind : std::uint8_t {
  waiting,     // in line for a worker of the component
  service,     // being served by it
  network,     // messages to it and back
  connecting,  // for its address, and for a connection to it
  retries,     // calls of it that brought nothing, and the pauses between
  other,       // held there by what is none of these: acknowledgements, somebody else's fetch
};
inline constexpr std::array<std::string_view, 6> blame_kind_names = {
    "waiting", "service", "network", "connecting", "retries", "other"};

// A component and a kind in one number.
constexpr std::uint32_t blame_column(models::ComponentId component, BlameKind kind) {
  return static_cast<std::uint32_t>(component * blame_kind_names.size() +
                                    static_cast<std::size_t>(kind));
}

struct BlamePart {
  std::uint32_t column;
  std::int64_t ns;
};

class Paths {
 public:
  void departed(const models::Attempt& attempt, sim::Time now);
  void arrived(const models::Attempt& attempt, sim::Time now);
  void answered(const models::Attempt& attempt, sim::Time now);
  void span(const models::Span& span);
  // A call made on behalf of another attempt has ended: it is part of that one's stay. `address`:
  // whom the caller asked for, which may be a name.
  void ended(const models::Attempt& attempt, models::ComponentId address, sim::Time now);

  // Appends the parts of this call, from its beginning until now.
  void divide(const models::Attempt& attempt, models::ComponentId address, sim::Time now,
              std::vector<BlamePart>& into) const;

 private:
  // Something that was done for an attempt, and its parts.
  struct Stretch {
    sim::Time begin;
    sim::Time end;
    std::uint32_t first;  // of its parts
    std::uint32_t count;
  };
  struct Record {
    std::uint32_t generation = 0;
    bool departed_yet = false;
    sim::Time departed;
    sim::Time arrived;
    sim::Time answered;
    sim::Duration connecting{};
    std::vector<Stretch> stretches;  // by their end
    std::vector<BlamePart> parts;    // of all stretches
  };

  Record& record_of(sim::Handle attempt);
  const Record* find(sim::Handle attempt) const;
  static void add_stretch(Record& record, sim::Time begin, sim::Time end, std::size_t first_part);
  static void divide_stay(const Record& record, models::ComponentId at,
                          std::vector<BlamePart>& into);

  std::vector<Record> records_;  // by the slot of the attempt
};

}  // namespace faultline::analysis
