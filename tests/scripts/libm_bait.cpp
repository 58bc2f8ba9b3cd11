// Calls libm on purpose, so that the test which forbids it is seen to catch it.
#include <cmath>

double faultline_libm_bait(double x) { return std::log(x) + std::exp(x); }
