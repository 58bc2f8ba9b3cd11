#include "cli/interrupt.h"

#include <csignal>

namespace faultline::cli {
namespace {

std::atomic<bool> interrupted = false;

void on_signal(int) { interrupted.store(true); }

}  // namespace

const std::atomic<bool>* watch_signals() {
  std::signal(SIGINT, on_signal);
  std::signal(SIGTERM, on_signal);
  return &interrupted;
}

}  // namespace faultline::cli
