#include "sim/check.h"

#include <cstdio>
#include <cstdlib>

namespace faultline::sim {
namespace {

thread_local CheckContext::Describe current_describe = nullptr;
thread_local const void* current_subject = nullptr;

}  // namespace

CheckContext::CheckContext(Describe describe, const void* subject)
    : previous_describe_(current_describe), previous_subject_(current_subject) {
  current_describe = describe;
  current_subject = subject;
}

CheckContext::~CheckContext() {
  current_describe = previous_describe_;
  current_subject = previous_subject_;
}

void check_failed(const char* condition, const char* file, int line) {
  std::fprintf(stderr, "faultline: internal error: CHECK(%s) failed at %s:%d\n", condition, file,
               line);
  if (current_describe != nullptr) {
    const std::string what = current_describe(current_subject);
    std::fprintf(stderr, "  while %s\n", what.c_str());
  }
  std::fprintf(stderr, "  This is a bug in Faultline, not in your scenario; please report it.\n");
  std::fflush(stderr);
  std::_Exit(70);
}

}  // namespace faultline::sim
