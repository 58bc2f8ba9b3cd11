// Units: quantities read exactly, strictly, and written so that they read back.
#include "sim/units.h"

#include <gtest/gtest.h>

#include <limits>

#include "sim/draw.h"

namespace faultline::sim::units_test {
namespace {

template <class T>
std::string error_of(const Parsed<T>& parsed) {
  if (parsed) return "read";
  return std::to_string(parsed.error().position) + ": " + parsed.error().message;
}

// Shows durations in every unit, exact to the nanosecond however they are written.
TEST(Units, DurationsAreExact) {
  EXPECT_EQ(parse_duration("25ms")->ns, 25'000'000);
  EXPECT_EQ(parse_duration("7ns")->ns, 7);
  EXPECT_EQ(parse_duration("1.5us")->ns, 1500);
  EXPECT_EQ(parse_duration("0.25ms")->ns, 250'000);
  EXPECT_EQ(parse_duration("3m")->ns, 180'000'000'000);
  EXPECT_EQ(parse_duration("3min")->ns, 180'000'000'000);
  EXPECT_EQ(parse_duration("1.5h")->ns, 5'400'000'000'000);
  EXPECT_EQ(parse_duration("10d")->ns, 864'000'000'000'000);
  EXPECT_EQ(parse_duration("0s")->ns, 0);
  EXPECT_EQ(parse_duration("1e3ms")->ns, 1'000'000'000);
  EXPECT_EQ(parse_duration("123456789.123456789s")->ns, 123'456'789'123'456'789);
  EXPECT_EQ(parse_duration("0.100000000000000000000000s")->ns, 100'000'000);
  EXPECT_EQ(parse_duration("1.4ns")->ns, 1);
  EXPECT_EQ(parse_duration("1.5ns")->ns, 2);
  EXPECT_EQ(parse_duration("1e-400s")->ns, 0);
}

// Shows durations of several units, the larger first.
TEST(Units, DurationsAddUp) {
  EXPECT_EQ(parse_duration("5m30s")->ns, 330'000'000'000);
  EXPECT_EQ(parse_duration("1h0.5m250ms")->ns, 3'630'250'000'000);
  EXPECT_EQ(parse_duration("1e1m1s")->ns, 601'000'000'000);
  EXPECT_EQ(error_of(parse_duration("30s5m")),
            "3: expected a smaller unit than the one before, got \"5m\"");
  EXPECT_EQ(error_of(parse_duration("1m1min")),
            "2: expected a smaller unit than the one before, got \"1min\"");
  EXPECT_FALSE(parse_duration("5m30").ok());
  EXPECT_FALSE(parse_duration("5m 30s").ok());
  EXPECT_FALSE(parse_duration("106751d86400s").ok());
}

// Shows the other quantities in their base units.
TEST(Units, OtherQuantitiesAreRead) {
  EXPECT_EQ(*parse_bytes("64KiB"), 65536);
  EXPECT_EQ(*parse_bytes("1.5KB"), 1500);
  EXPECT_EQ(*parse_bytes("2GiB"), std::int64_t{1} << 31);
  EXPECT_EQ(*parse_count("10k"), 10'000);
  EXPECT_EQ(*parse_count("1.5M"), 1'500'000);
  EXPECT_EQ(*parse_count("9223372036854775807"), std::numeric_limits<std::int64_t>::max());
  EXPECT_FALSE(parse_count("9223372036854775808").ok());
  EXPECT_EQ(*parse_rate("2k/s"), 2000);
  EXPECT_EQ(*parse_rate("70/s"), 70);
  EXPECT_EQ(*parse_rate("120/min"), 2);
  EXPECT_EQ(*parse_rate("1M/h"), 1e6 / 3600);
  EXPECT_EQ(*parse_rate("0.5/s"), 0.5);
  EXPECT_EQ(*parse_bandwidth("10Gbps"), 1e10);
  EXPECT_EQ(*parse_ratio("99.9%"), 0.999);
  EXPECT_EQ(*parse_ratio("0.25"), 0.25);
  EXPECT_EQ(*parse_ratio("100%"), 1);
  EXPECT_EQ(*parse_number("1.5"), 1.5);
  EXPECT_EQ(*parse_quantity("0.5ns", Quantity::duration), 0.5);
  EXPECT_EQ(*parse_quantity("1.5KiB", Quantity::bytes), 1536);
}

// Shows that what is not exactly a quantity is refused, with the place and what was expected.
TEST(Units, MistakesSayWhereAndWhat) {
  EXPECT_EQ(error_of(parse_duration("")), "0: expected a duration such as \"25ms\", got nothing");
  EXPECT_EQ(error_of(parse_duration("25")),
            "2: expected a unit of time (ns, us, ms, s, m, min, h or d), got nothing");
  EXPECT_EQ(error_of(parse_duration("25 ms")),
            "2: expected a unit of time (ns, us, ms, s, m, min, h or d), got \" ms\"");
  EXPECT_EQ(error_of(parse_duration("-5ms")),
            "0: expected a duration such as \"25ms\", got \"-5ms\"");
  EXPECT_EQ(error_of(parse_duration("5.ms")), "2: expected a digit after the point, got \"ms\"");
  EXPECT_EQ(error_of(parse_duration("5MS")),
            "1: expected a unit of time (ns, us, ms, s, m, min, h or d), got \"MS\"");
  EXPECT_EQ(error_of(parse_duration("300000d")),
            "0: expected a duration below 292 years, got \"300000d\"");
  EXPECT_EQ(error_of(parse_duration("1e300s")),
            "0: expected a duration below 292 years, got \"1e300s\"");
  EXPECT_EQ(error_of(parse_count("12345678901234567891")),
            "19: expected at most 19 significant digits");
  EXPECT_EQ(error_of(parse_bytes("1.5B")), "0: expected a whole number of bytes, got \"1.5B\"");
  EXPECT_EQ(error_of(parse_count("1.5")), "0: expected a whole number, got \"1.5\"");
  EXPECT_EQ(error_of(parse_count("1e-1")), "0: expected a whole number, got \"1e-1\"");
  EXPECT_EQ(error_of(parse_rate("70")),
            "2: expected \"/s\", \"/m\", \"/min\", \"/h\" or \"/d\", got nothing");
  EXPECT_EQ(error_of(parse_rate("70/week")), "3: expected s, m, min, h or d, got \"week\"");
  EXPECT_EQ(error_of(parse_rate("x/s")), "0: expected a rate such as \"2k/s\", got \"x\"");
  EXPECT_EQ(error_of(parse_ratio("150%")),
            "0: expected a ratio from 0 to 1 (0% to 100%), got \"150%\"");
  EXPECT_EQ(error_of(parse_number("1,5")), "1: expected the end, got \",5\"");
  EXPECT_EQ(error_of(parse_number("nan")), "0: expected a number such as \"1.5\", got \"nan\"");
  EXPECT_EQ(error_of(parse_number("1e400")), "0: expected a number within the range of a double");
  EXPECT_EQ(ParseError({2, "expected the end"}).describe("1 2"),
            "at character 3 of \"1 2\": expected the end");
}

// Shows that what is written is short and reads back to the same value.
TEST(Units, WrittenQuantitiesReadBack) {
  EXPECT_EQ(format_duration({8'000'000}), "8ms");
  EXPECT_EQ(format_duration({1'500'000'000}), "1.5s");
  EXPECT_EQ(format_duration({-250'000}), "-250us");
  EXPECT_EQ(format_duration({0}), "0s");
  EXPECT_EQ(format_duration({123'456'789'123'456'789}), "123456789.123456789s");
  EXPECT_EQ(format_quantity(65536, Quantity::bytes), "64KiB");
  EXPECT_EQ(format_quantity(10000, Quantity::bytes), "10KB");
  EXPECT_EQ(format_quantity(0.7, Quantity::plain), "0.7");
  Draw draw(5);
  for (int i = 0; i < 20000; ++i) {
    const Duration duration{static_cast<std::int64_t>(draw.bits() >> (1 + draw.below(60)))};
    const std::string text = format_duration(duration);
    const Parsed<Duration> back = parse_duration(text);
    ASSERT_TRUE(back.ok()) << text;
    ASSERT_EQ(back->ns, duration.ns) << text;
    for (const Quantity quantity : {Quantity::duration, Quantity::bytes, Quantity::plain}) {
      const double value = static_cast<double>(duration.ns) * draw.uniform();
      const std::string written = format_quantity(value, quantity);
      const Parsed<double> read = parse_quantity(written, quantity);
      ASSERT_TRUE(read.ok()) << written;
      ASSERT_EQ(*read, value) << written;
    }
  }
}

}  // namespace
}  // namespace faultline::sim::units_test
