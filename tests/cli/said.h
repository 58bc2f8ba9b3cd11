// What a command says: its exit status and what it printed.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <utility>

namespace faultline::cli {

struct Said {
  int status;
  std::string out;
  std::string err;
};

// `command` is called with `arguments`, such as `say(explain, retry_storm())`.
template <class... Arguments>
Said say(int (*command)(const Arguments&...), const Arguments&... arguments) {
  testing::internal::CaptureStdout();
  testing::internal::CaptureStderr();
  const int status = command(arguments...);
  std::string out = testing::internal::GetCapturedStdout();
  return {status, std::move(out), testing::internal::GetCapturedStderr()};
}

}  // namespace faultline::cli
