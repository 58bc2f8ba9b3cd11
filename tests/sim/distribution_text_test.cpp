// Distributions as text: every form is read, written and read back; mistakes are pointed at.
#include "sim/distribution_text.h"

#include <gtest/gtest.h>

namespace faultline::sim::distribution_text_test {
namespace {

Parsed<std::vector<double>> two_values(std::string_view file) {
  if (file != "times.csv") return ParseError{0, "no such file"};
  return std::vector<double>{1e6, 3e6};
}

std::string error_of(std::string_view text, Quantity quantity = Quantity::duration) {
  const auto parsed = parse_distribution(text, quantity, two_values);
  if (parsed) return "read";
  return std::to_string(parsed.error().position) + ": " + parsed.error().message;
}

// Shows, for each form, the mean in nanoseconds and that its text reads back to the same text,
// mean, variance and draws.
TEST(DistributionText, EveryFormIsReadAndWritten) {
  struct Case {
    const char* text;
    const char* written;
    double mean;
  };
  const Case cases[] = {
      {"8ms", "8ms", 8e6},
      {"constant(8ms)", "8ms", 8e6},
      {"uniform(1ms, 5ms)", "uniform(1ms, 5ms)", 3e6},
      {"uniform(max=5ms,min=1ms)", "uniform(1ms, 5ms)", 3e6},
      {"exp(5ms)", "exp(5ms)", 5e6},
      {" exp( mean = 5ms ) ", "exp(5ms)", 5e6},
      {"erlang(k=3, mean=9ms)", "erlang(k=3, mean=9ms)", 9e6},
      {"gamma(mean=8ms, cv=0.7)", "gamma(mean=8ms, cv=0.7)", 8e6},
      {"lognormal(cv=1.5, mean=8ms)", "lognormal(mean=8ms, cv=1.5)", 8e6},
      {"weibull(mean=8ms, shape=1.7)", "weibull(mean=8ms, shape=1.7)", 8e6},
      {"pareto(min=2ms, shape=2)", "pareto(min=2ms, shape=2)", 4e6},
      {"pareto(mean=3ms, shape=3)", "pareto(min=2ms, shape=3)", 3e6},
      {"hyperexp(0.9: 5ms, 0.1: 80ms)", "hyperexp(0.9: 5ms, 0.1: 80ms)", 12.5e6},
      {"mix(90%: 5ms, 10%: exp(80ms))", "mix(0.9: 5ms, 0.1: exp(80ms))", 12.5e6},
      {"mix(0.5: mix(0.5: 1ms, 0.5: 3ms), 0.5: uniform(1ms, 3ms))",
       "mix(0.5: mix(0.5: 1ms, 0.5: 3ms), 0.5: uniform(1ms, 3ms))", 2e6},
      {"empirical(times.csv)", "empirical(times.csv)", 2e6},
  };
  for (const Case& one : cases) {
    const auto law = parse_distribution(one.text, Quantity::duration, two_values);
    ASSERT_TRUE(law.ok()) << one.text << ": " << law.error().describe(one.text);
    EXPECT_DOUBLE_EQ(law->mean(), one.mean) << one.text;
    EXPECT_EQ(law->to_text(Quantity::duration), one.written);
    const auto back = parse_distribution(one.written, Quantity::duration, two_values);
    ASSERT_TRUE(back.ok()) << one.written;
    EXPECT_EQ(back->to_text(Quantity::duration), one.written);
    EXPECT_EQ(back->mean(), law->mean());
    EXPECT_EQ(back->variance(), law->variance());
    Draw a(1), b(1);
    for (int i = 0; i < 100; ++i) EXPECT_EQ(back->sample(a), law->sample(b));
  }
}

// Shows that the unit follows the quantity.
TEST(DistributionText, ReadsOtherQuantities) {
  EXPECT_EQ(parse_distribution("exp(64KiB)", Quantity::bytes)->mean(), 65536);
  EXPECT_EQ(parse_distribution("uniform(1, 5)", Quantity::plain)->mean(), 3);
  EXPECT_EQ(parse_distribution("exp(64KiB)", Quantity::bytes)->to_text(Quantity::bytes),
            "exp(64KiB)");
  EXPECT_EQ(error_of("exp(5ms)", Quantity::plain), "5: expected the end, got \"ms\"");
}

// Shows where each mistake is seen and what is said of it.
TEST(DistributionText, MistakesSayWhereAndWhat) {
  EXPECT_EQ(error_of(""), "0: expected a duration such as \"25ms\", got nothing");
  EXPECT_EQ(error_of("exp(5)"),
            "5: expected a unit of time (ns, us, ms, s, m, min, h or d), got nothing");
  EXPECT_EQ(error_of("normal(5ms)"),
            "0: expected one of constant, uniform, exp, erlang, gamma, lognormal, weibull, pareto, "
            "hyperexp, mix, empirical, got \"normal\"");
  EXPECT_EQ(error_of("exp(5ms"), "7: expected \")\", got nothing");
  EXPECT_EQ(error_of("exp(5ms) s"), "9: expected the end, got \"s\"");
  EXPECT_EQ(error_of("exp()"), "4: exp needs mean, as in exp(5ms)");
  EXPECT_EQ(error_of("exp(5ms, 6ms)"), "9: expected no further argument, as in exp(5ms)");
  EXPECT_EQ(error_of("exp(5ms,)"), "8: expected no further argument, as in exp(5ms)");
  EXPECT_EQ(error_of("lognormal(mean=8ms)"),
            "18: lognormal needs cv, as in lognormal(mean=8ms, cv=1.5)");
  EXPECT_EQ(error_of("lognormal(8ms, 1.5)"),
            "10: expected name=value, as in lognormal(mean=8ms, cv=1.5)");
  EXPECT_EQ(error_of("gamma(mean=8ms, sd=1)"),
            "16: gamma has no parameter \"sd\"; expected its parameters, as in "
            "gamma(mean=8ms, cv=0.7)");
  EXPECT_EQ(error_of("gamma(mean=8ms, mean=9ms)"), "16: mean is given twice");
  EXPECT_EQ(error_of("gamma(mean=8ms, cv=x)"), "19: expected a number such as \"1.5\", got \"x\"");
  EXPECT_EQ(error_of("pareto(min=1ms, mean=2ms, shape=3)"), "21: expected either mean or min");
  EXPECT_EQ(error_of("pareto(mean=2ms, shape=1)"),
            "0: pareto: shape must be above 1 for the mean to exist");
  EXPECT_EQ(error_of("erlang(k=0, mean=1ms)"), "9: k must be between 1 and 1000000");
  EXPECT_EQ(error_of("uniform(5ms, 1ms)"), "0: uniform: max must be a number, min or above");
  EXPECT_EQ(error_of("mix(0.9: 5ms, 0.2: 6ms)"), "0: mix: the weights must sum to 1");
  EXPECT_EQ(error_of("mix(5ms, 6ms)"),
            "4: expected weight: value, as in mix(0.9: 5ms, 0.1: exp(80ms))");
  EXPECT_EQ(error_of("mix(0.5: 5ms, 0.5: exp(0ms))"), "19: exp: the mean must be above 0");
  EXPECT_EQ(error_of("mix()"), "0: mix: there must be at least one branch");
  EXPECT_EQ(error_of("empirical(other.csv)"), "10: no such file");
  EXPECT_EQ(parse_distribution("empirical(a)", Quantity::plain).error().message,
            "no file of values can be named here");
  std::string deep = "1ms";
  for (int i = 0; i < 9; ++i) deep = "mix(1: " + deep + ")";
  EXPECT_EQ(error_of(deep), "56: mixtures may be nested at most 8 deep");
}

}  // namespace
}  // namespace faultline::sim::distribution_text_test
