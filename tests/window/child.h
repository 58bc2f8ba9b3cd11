// Child: another program, started by a test, with its output caught. It does not outlive the test.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "tests/scenarios/scratch_folder.h"

namespace faultline::viz {

// How long anything may take before a test gives up on it. Nothing should come near to it.
constexpr std::chrono::seconds patience{20};

// Asks again and again, for `patience`; false: it was never so.
bool comes_true(const std::function<bool()>& condition);

struct Ended {
  int status = 0;  // of the exit; 128 and the signal, where one ended it
  std::string out;
  std::string err;
};

class Child {
 public:
  struct Surroundings {
    std::filesystem::path folder = ".";                               // where it works
    std::map<std::string, std::optional<std::string>> environment{};  // nullopt: taken away
  };

  explicit Child(const std::vector<std::string>& words);
  Child(const std::vector<std::string>& words, const Surroundings& surroundings);
  ~Child();
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  bool running();
  std::string said() const;        // on standard output, so far
  std::string complaints() const;  // on standard error, so far
  // Fails the test when it does not end, and ends it.
  Ended wait();

 private:
  void end();

  scenarios::ScratchFolder caught_;
  pid_t process_ = 0;
  std::optional<int> status_;
};

inline Ended run(const std::vector<std::string>& words,
                 const Child::Surroundings& surroundings = {}) {
  return Child(words, surroundings).wait();
}

// The window's own program with these arguments.
inline std::vector<std::string> viz(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), FAULTLINE_VIZ_BINARY);
  return arguments;
}

}  // namespace faultline::viz
