// Draw: randomness by key. A draw is a pure function of what it is for, never of when it is made.
//
// A `Luck` is a 64-bit key; `with(word)` derives a key for a narrower purpose, so that
//   Luck{seed}.with(workload).with(ordinal)            is a request's luck, and
//   luck.with(salt_of("web")).with(step)               the luck of its third step at `web`.
// A `Draw` is a small generator seeded by such a key: a sampler may take as many numbers from it as
// it wants without disturbing any other draw. The generator is SplitMix64 (Steele, Lea, Flood,
// "Fast splittable pseudorandom number generators", OOPSLA 2014): period 2^64, one multiply-xor
// finaliser per number.
#pragma once

#include <cstdint>
#include <string_view>

namespace faultline::sim {

// Stafford's variant 13 of the MurmurHash3 finaliser, as in SplitMix64: a bijection on 64 bits.
constexpr std::uint64_t mix64(std::uint64_t x) {
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
  return x ^ (x >> 31);
}

__extension__ using uint128 = unsigned __int128;

inline constexpr std::uint64_t golden_gamma = 0x9e3779b97f4a7c15ULL;

class Draw {
 public:
  constexpr explicit Draw(std::uint64_t key) : state_(key) {}

  constexpr std::uint64_t bits() {
    state_ += golden_gamma;
    return mix64(state_);
  }

  // Uniform on the open interval (0, 1): never 0 and never 1, so that its logarithm exists.
  constexpr double uniform() { return (static_cast<double>(bits() >> 12) + 0.5) * 0x1.0p-52; }

  // Uniform on {0, .., n - 1}; n >= 1. The bias is below n / 2^64 (Lemire's multiply-shift).
  constexpr std::uint64_t below(std::uint64_t n) {
    return static_cast<std::uint64_t>((static_cast<uint128>(bits()) * n) >> 64);
  }

 private:
  std::uint64_t state_;
};

struct Luck {
  std::uint64_t key = 0;

  constexpr Luck with(std::uint64_t word) const { return {mix64(key + golden_gamma * (word + 1))}; }
  constexpr Draw draw() const { return Draw(key); }
  constexpr Draw draw(std::uint64_t purpose) const { return with(purpose).draw(); }
};

// A word for a name, the same on every machine (FNV-1a).
constexpr std::uint64_t salt_of(std::string_view name) {
  std::uint64_t hash = 0xcbf29ce484222325ULL;
  for (const char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
  return hash;
}

}  // namespace faultline::sim
