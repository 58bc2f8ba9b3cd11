#include "viz/screen/display.h"

#include <dlfcn.h>
#include <fmt/format.h>

#include <chrono>
#include <cstdlib>
#include <thread>

namespace faultline::viz {
namespace {

std::string with_cure(const std::string& problem) {
  return fmt::format(
      "{}; on a machine without a screen, start it as: "
      "xvfb-run -a -s \"-screen 0 1920x1080x24\" faultline-viz ...",
      problem);
}

// SFML has loaded the library anyway; asking it by name spares us its headers. The connection stays
// open for as long as the process lives: a server whose only client leaves starts anew, and who
// asks it just then, as SFML would, is refused. That may be another one's doing, too: hence a few
// tries.
bool opens(void* x11) {
  using Open = void* (*)(const char*);
  const auto open = reinterpret_cast<Open>(dlsym(x11, "XOpenDisplay"));
  for (int tries = 0; open != nullptr && tries < 3; ++tries) {
    if (tries > 0) std::this_thread::sleep_for(std::chrono::milliseconds(100));
    if (open(nullptr) != nullptr) return true;
  }
  return false;
}

}  // namespace

std::optional<std::string> display_problem() {
  const char* const name = std::getenv("DISPLAY");
  if (name == nullptr || *name == '\0') {
    return with_cure("there is no display: DISPLAY is not set");
  }
  void* const x11 = dlopen("libX11.so.6", RTLD_LAZY);
  if (x11 == nullptr) return "libX11.so.6 is missing: install the package libx11-6";
  if (opens(x11)) return std::nullopt;
  return with_cure(fmt::format("the display {} cannot be opened", name));
}

}  // namespace faultline::viz
