// Process: what ails the process of each replica by and by: its heap fills and has to be collected,
// it leaks memory or workers, it works more slowly the more it works on at once; and a watchdog
// that restarts it in time.
//
// Parameters   heap        bytes > 0; where more than that is live, the process dies and starts
//                          anew
//              base        bytes live at rest
//              request     bytes that each request allocates: live while it is in the system,
//                          garbage from then on, if it was not refused
//              leak        bytes of each request that stay live for ever, likewise
//              pause-per-gb  with garbage collection: when the heap is full everything stands still
//                          for this long per 10^9 live bytes, and the garbage is gone; absent:
//                          garbage is freed at once, as where there is no collector
//              worker-leak  share of requests whose worker never comes back
//              contention  serial sigma and crosstalk kappa: of n requests that are worked on each
//                          goes at 1 / (1 + sigma (n - 1) + kappa n (n - 1)) of its speed
//              watchdog    when the process is restarted before it dies
// Source       a stop-the-world collector that copies or marks takes time in proportion to what is
//              live: Jones, Hosking and Moss, "The Garbage Collection Handbook", 2012; contention:
//              Gunther, "Guerrilla Capacity Planning", 2007 (universal scalability law)
// Not modelled generations, concurrent collection, and what a collection costs besides its pause
#pragma once

#include <cstdint>
#include <optional>

#include "models/fields.h"
#include "sim/distribution.h"
#include "sim/time.h"

namespace faultline::models {

struct HeapSettings {
  sim::Distribution size;  // bytes, constant, as are those below
  sim::Distribution base;
  sim::Distribution request;
  sim::Distribution leak;
  std::optional<sim::Duration> pause_per_gb;

  void describe(Fields& fields);
};

struct WatchdogSettings {
  std::optional<double> heap_above;
  std::optional<sim::Duration> stuck_for;
  sim::Duration interval = sim::Duration::from_seconds(1);
  sim::Duration drain;

  void describe(Fields& fields);
};

struct ContentionSettings {
  double serial = 0;
  double crosstalk = 0;

  void describe(Fields& fields);
  // Of each, where `n` are worked on; 1 for up to one.
  double speed(std::uint64_t n) const;
};

struct ProcessSettings {
  std::optional<HeapSettings> heap;
  double worker_leak = 0;
  std::optional<ContentionSettings> contention;
  std::optional<WatchdogSettings> watchdog;

  void describe(Fields& fields);
};

// Of a size that is given as a constant.
std::uint64_t size_of(const sim::Distribution& bytes);

// The heap of one process.
class Heap {
 public:
  explicit Heap(const HeapSettings& settings);

  void come() { in_requests_ += request_; }
  // What it leaves behind for good besides the leak that all have.
  void go(std::uint64_t leak_of_version);
  void turn_away() { in_requests_ -= request_; }
  // It has no room for another request without a collection.
  bool full() const { return live() + garbage_ + request_ > size_; }
  bool exhausted() const { return live() > size_; }
  std::uint64_t live() const { return base_ + leaked_ + in_requests_; }
  // Live of the whole.
  double occupied() const { return static_cast<double>(live()) / static_cast<double>(size_); }
  sim::Duration pause() const;
  void collect() { garbage_ = 0; }
  // A new process.
  void clear() { leaked_ = garbage_ = in_requests_ = 0; }

 private:
  std::uint64_t size_;
  std::uint64_t base_;
  std::uint64_t request_;
  std::uint64_t leak_;
  std::optional<sim::Duration> pause_per_gb_;
  std::uint64_t in_requests_ = 0;
  std::uint64_t leaked_ = 0;
  std::uint64_t garbage_ = 0;
};

}  // namespace faultline::models
