// How unequal popularity is: Zipf's exponent s by maximum likelihood.
//
// The k-th most popular of N objects is asked for with probability k^-s / H, H the sum of all k^-s.
// The likelihood is greatest where the mean of ln k under the law is that of the requests; the
// standard error is from Fisher's information, the variance of ln k. Ranks are those of the log
// itself and N is what it shows, so that s comes out somewhat too high where many objects were
// asked for once or twice.
//
// Source       A. Clauset, C. R. Shalizi, M. E. J. Newman: Power-law distributions in
//              empirical data (2009)
#pragma once

#include <cstdint>
#include <span>

namespace faultline::analysis {

struct ZipfFit {
  double exponent = 0;
  double standard_error = 0;
  double ks = 0;  // greatest distance between its and the measured share of the k most popular
};

// `counts` of requests by object, the greatest first, none 0; at least two objects.
ZipfFit fit_zipf(std::span<const std::uint64_t> counts);

}  // namespace faultline::analysis
