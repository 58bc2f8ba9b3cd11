// three_tier_limit [SIMULATED_SECONDS] [SEED]: how fast the three-tier model can run at all.
//
// The model of the library scenario `three-tier`, written by hand for nothing but speed: handlers
// that run to completion, one switch, events of 16 bytes in a monotone radix queue, pooled request
// records. No policies, no metrics but the latency histogram, no digest, no observers. It is the
// yardstick for the product: what generality costs is the ratio to this program.
//
// Every hop, every service and every timer is an event of its own, as in the product; nothing is
// folded away because its delay happens to be constant. Only the balancer's hop of length zero is a
// plain call.
#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <memory>

#include "bench/three_tier_parts.h"

namespace faultline::bench {
namespace {

using namespace three_tier;

enum class Kind : std::uint8_t {
  arrival,        // a user issues a request
  at_balancer,    // ... which reaches the balancer, and with it a server
  computed,       // a worker of the server is done with it
  at_cache,       // the look-up reaches the cache
  looked_up,      // the cache has served it
  at_web_hit,     // the hit is back at the server
  at_web_miss,    // the miss is back at the server
  at_database,    // the query reaches the database
  queried,        // a worker of the database is done with it
  at_web_row,     // the row is back at the server
  at_cache_fill,  // the row, on its own way, reaches the cache
  at_user,        // the answer reaches the user
  timeout         // the user gives up
};

// 16 bytes: the time, and kind (8 bits), slot or key (24 bits), generation (32 bits) in one word.
struct Event {
  std::uint64_t time;
  std::uint64_t word;

  static std::uint64_t pack(Kind kind, std::uint32_t slot, std::uint32_t generation) {
    return static_cast<std::uint64_t>(kind) << 56 | static_cast<std::uint64_t>(slot) << 32 |
           generation;
  }
  Kind kind() const { return static_cast<Kind>(word >> 56); }
  std::uint32_t slot() const { return static_cast<std::uint32_t>(word >> 32) & 0xffffffU; }
  std::uint32_t generation() const { return static_cast<std::uint32_t>(word); }
};

// A monotone radix queue (Ahuja, Mehlhorn, Orlin, Tarjan, "Faster algorithms for the shortest path
// problem", JACM 37, 1990) with digits of 5 bits. An event sits in the bucket of the highest digit
// in which its time differs from the last popped time, and of that digit's value; one at the last
// popped time itself sits in a FIFO. The first bucket is split around its minimum in order of
// insertion: so ties are first in, first out. Dead timers are dropped then.
class RadixQueue {
 public:
  RadixQueue() : buckets_(levels * fan_out) {}

  void push(std::uint64_t time, std::uint64_t word) {
    const std::uint64_t difference = time ^ last_;
    if (difference == 0) [[unlikely]]
      return now_.push_back({time, word});
    const auto level = static_cast<unsigned>(std::bit_width(difference) - 1) / digit_bits;
    const auto digit = static_cast<unsigned>(time >> (level * digit_bits)) & (fan_out - 1);
    occupied_[level] |= 1U << digit;
    occupied_levels_ |= 1U << level;
    buckets_[level * fan_out + digit].push({time, word});
  }

  // The earliest event for which `is_dead` is false; the queue must hold one.
  template <typename IsDead>
  Event pop(IsDead is_dead) {
    for (;;) {
      if (now_head_ < now_.size()) [[unlikely]] {
        const Event event = take_now();
        if (!is_dead(event)) return event;
        continue;
      }
      Bucket& bucket = take_first_bucket();
      if (bucket.size == 1) {
        bucket.size = 0;
        const Event event = bucket.events[0];
        if (is_dead(event)) continue;
        last_ = event.time;
        return event;
      }
      const std::uint32_t live = drop_dead(bucket, is_dead);
      bucket.size = 0;
      if (live > 0) return split(bucket.events.get(), live);
    }
  }

 private:
  static constexpr unsigned digit_bits = 5;
  static constexpr unsigned fan_out = 1U << digit_bits;
  static constexpr unsigned levels = (63 + digit_bits - 1) / digit_bits;

  struct Bucket {
    std::unique_ptr<Event[]> events = std::make_unique<Event[]>(8);
    std::uint32_t size = 0;
    std::uint32_t capacity = 8;

    void push(Event event) {
      if (size == capacity) [[unlikely]]
        grow();
      events[size++] = event;
    }
    void grow() {
      auto larger = std::make_unique<Event[]>(capacity * 2);
      std::copy_n(events.get(), size, larger.get());
      events = std::move(larger);
      capacity *= 2;
    }
  };

  Event take_now() {
    const Event event = now_[now_head_++];
    if (now_head_ == now_.size()) {
      now_head_ = 0;
      now_.clear();
    }
    return event;
  }

  Bucket& take_first_bucket() {
    const auto level = static_cast<unsigned>(std::countr_zero(occupied_levels_));
    const auto digit = static_cast<unsigned>(std::countr_zero(occupied_[level]));
    occupied_[level] &= occupied_[level] - 1;
    occupied_levels_ &= ~(static_cast<std::uint32_t>(occupied_[level] == 0) << level);
    return buckets_[level * fan_out + digit];
  }

  template <typename IsDead>
  static std::uint32_t drop_dead(Bucket& bucket, IsDead is_dead) {
    std::uint32_t live = 0;
    for (std::uint32_t i = 0; i < bucket.size; ++i) {
      const Event event = bucket.events[i];
      bucket.events[live] = event;
      live += is_dead(event) ? 0 : 1;
    }
    return live;
  }

  // Takes the first of the earliest events out and pushes the others again, against its time.
  Event split(const Event* events, std::uint32_t count) {
    std::uint32_t first = 0;
    for (std::uint32_t i = 1; i < count; ++i) {
      if (events[i].time < events[first].time) first = i;
    }
    last_ = events[first].time;
    for (std::uint32_t i = 0; i < count; ++i) {
      if (i != first) push(events[i].time, events[i].word);
    }
    return events[first];
  }

  std::uint64_t last_ = 0;
  std::uint32_t occupied_levels_ = 0;
  std::array<std::uint32_t, levels> occupied_{};
  std::vector<Event> now_;
  std::size_t now_head_ = 0;
  std::vector<Bucket> buckets_;
};

constexpr std::uint32_t nobody = 0xffffffU;

struct Request {
  std::int64_t issued = 0;
  std::uint32_t key = 0;
  std::uint32_t generation = 0;
  std::uint32_t next_waiting = nobody;
  std::uint16_t server = 0;
  bool given_up = false;
};

struct Station {
  std::uint32_t idle = 0;
  std::uint32_t first_waiting = nobody;
  std::uint32_t last_waiting = nobody;
};

class Model {
 public:
  explicit Model(std::uint64_t seed) : random_(seed), cache_(cache_capacity) {
    for (auto& server : servers_) server.idle = workers_per_server;
    database_.idle = database_workers;
    for (std::uint32_t key = 0; key < cache_capacity; ++key) cache_.fill(key);
    requests_.reserve(4096);
    after(random_.exponential_ns(mean_gap), Kind::arrival, 0);
  }

  const Tally& run(std::int64_t horizon) {
    const auto is_dead = [this](const Event& event) {
      return event.kind() == Kind::timeout &&
             requests_[event.slot()].generation != event.generation();
    };
    for (;;) {
      const Event event = queue_.pop(is_dead);
      now_ = static_cast<std::int64_t>(event.time);
      if (now_ > horizon) return tally_;
      ++tally_.events;
      handle(event.kind(), event.slot());
    }
  }

 private:
  void after(std::int64_t delay, Kind kind, std::uint32_t slot, std::uint32_t generation = 0) {
    queue_.push(static_cast<std::uint64_t>(now_ + delay), Event::pack(kind, slot, generation));
  }

  void handle(Kind kind, std::uint32_t slot) {
    switch (kind) {
      case Kind::arrival:
        return issue();
      case Kind::at_balancer:
        return balance(slot);
      case Kind::computed:
        return finish_compute(slot);
      case Kind::at_cache:
        return after(cache_service, Kind::looked_up, slot);
      case Kind::looked_up:
        return look_up(slot);
      case Kind::at_web_hit:
        return after(hop_user, Kind::at_user, slot);
      case Kind::at_web_miss:
        return after(hop_database, Kind::at_database, slot);
      case Kind::at_database:
        return enter(database_, slot, Kind::queried, database_service);
      case Kind::queried:
        return finish_query(slot);
      case Kind::at_web_row:
        return take_row(slot);
      case Kind::at_cache_fill:
        return cache_.fill(slot);
      case Kind::at_user:
        return answer(slot);
      case Kind::timeout:
        return give_up(slot);
    }
  }

  void issue() {
    after(random_.exponential_ns(mean_gap), Kind::arrival, 0);
    std::uint32_t slot;
    if (free_.empty()) {
      slot = static_cast<std::uint32_t>(requests_.size());
      requests_.emplace_back();
    } else {
      slot = free_.back();
      free_.pop_back();
    }
    Request& request = requests_[slot];
    request.issued = now_;
    request.key = random_.below(keys);
    request.given_up = false;
    ++tally_.requests;
    after(timeout, Kind::timeout, slot, request.generation);
    after(hop_user, Kind::at_balancer, slot);
  }

  void balance(std::uint32_t slot) {
    const std::uint32_t server = next_server_;
    next_server_ = (next_server_ + 1) % servers;
    requests_[slot].server = static_cast<std::uint16_t>(server);
    enter(servers_[server], slot, Kind::computed, web_service);
  }

  void finish_compute(std::uint32_t slot) {
    leave(servers_[requests_[slot].server], Kind::computed, web_service);
    after(hop_cache, Kind::at_cache, slot);
  }

  void look_up(std::uint32_t slot) {
    const bool hit = cache_.look_up(requests_[slot].key);
    ++(hit ? tally_.hits : tally_.misses);
    after(hop_cache, hit ? Kind::at_web_hit : Kind::at_web_miss, slot);
  }

  void finish_query(std::uint32_t slot) {
    leave(database_, Kind::queried, database_service);
    after(hop_database, Kind::at_web_row, slot);
  }

  void take_row(std::uint32_t slot) {
    after(hop_cache, Kind::at_cache_fill, requests_[slot].key);
    after(hop_user, Kind::at_user, slot);
  }

  void answer(std::uint32_t slot) {
    Request& request = requests_[slot];
    if (request.issued >= warm_up && !request.given_up) {
      tally_.latency.record(now_ - request.issued);
    }
    ++request.generation;  // Cancels the timer.
    free_.push_back(slot);
  }

  // The work goes on without the user; the record is freed when the late answer arrives.
  void give_up(std::uint32_t slot) {
    requests_[slot].given_up = true;
    ++tally_.timeouts;
  }

  void enter(Station& station, std::uint32_t slot, Kind done, double mean) {
    if (station.idle > 0) {
      --station.idle;
      return after(random_.exponential_ns(mean), done, slot);
    }
    requests_[slot].next_waiting = nobody;
    if (station.first_waiting == nobody) {
      station.first_waiting = slot;
    } else {
      requests_[station.last_waiting].next_waiting = slot;
    }
    station.last_waiting = slot;
  }

  void leave(Station& station, Kind done, double mean) {
    const std::uint32_t slot = station.first_waiting;
    if (slot == nobody) {
      ++station.idle;
      return;
    }
    station.first_waiting = requests_[slot].next_waiting;
    after(random_.exponential_ns(mean), done, slot);
  }

  std::int64_t now_ = 0;
  Random random_;
  RadixQueue queue_;
  std::vector<Request> requests_;
  std::vector<std::uint32_t> free_;
  std::array<Station, servers> servers_;
  Station database_;
  std::uint32_t next_server_ = 0;
  LruCache cache_;
  Tally tally_;
};

}  // namespace
}  // namespace faultline::bench

int main(int argc, char** argv) {
  using namespace faultline::bench;
  const double seconds = argc > 1 ? std::atof(argv[1]) : 600;
  const std::uint64_t seed = argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 1;
  if (!(seconds > 1)) {
    std::fputs("three_tier_limit [SIMULATED_SECONDS > 1] [SEED]\n", stderr);
    return 2;
  }
  const auto start = std::chrono::steady_clock::now();
  Model model(seed);
  const Tally& tally = model.run(static_cast<std::int64_t>(seconds * 1e9));
  const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - start;
  tally.print("limit", seconds, wall.count());
}
