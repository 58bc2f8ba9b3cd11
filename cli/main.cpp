// The command `faultline`.
#include <cstdio>

int main() {
  std::fprintf(stderr, "usage: faultline run SCENARIO\n");
  return 2;
}
