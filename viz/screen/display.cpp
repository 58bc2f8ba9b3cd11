#include "viz/screen/display.h"

#include <dlfcn.h>
#include <fmt/format.h>

#include <cstdlib>

namespace faultline::viz {
namespace {

std::string with_cure(const std::string& problem) {
  return fmt::format(
      "{}; on a machine without a screen, start it as: "
      "xvfb-run -a -s \"-screen 0 1920x1080x24\" faultline-viz ...",
      problem);
}

// SFML has loaded the library anyway; asking it by name spares us its headers.
bool opens(void* x11) {
  using Open = void* (*)(const char*);
  using Close = int (*)(void*);
  const auto open = reinterpret_cast<Open>(dlsym(x11, "XOpenDisplay"));
  const auto close = reinterpret_cast<Close>(dlsym(x11, "XCloseDisplay"));
  if (open == nullptr || close == nullptr) return false;
  void* const display = open(nullptr);
  if (display == nullptr) return false;
  close(display);
  return true;
}

}  // namespace

std::optional<std::string> display_problem() {
  const char* const name = std::getenv("DISPLAY");
  if (name == nullptr || *name == '\0') {
    return with_cure("there is no display: DISPLAY is not set");
  }
  void* const x11 = dlopen("libX11.so.6", RTLD_LAZY);
  if (x11 == nullptr) return "libX11.so.6 is missing: install the package libx11-6";
  const bool opened = opens(x11);
  dlclose(x11);
  if (opened) return std::nullopt;
  return with_cure(fmt::format("the display {} cannot be opened", name));
}

}  // namespace faultline::viz
