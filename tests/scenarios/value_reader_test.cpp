#include "scenarios/value_reader.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/scenarios/scratch_folder.h"

namespace faultline::scenarios::value_reader_test {
namespace {

using sim::Quantity;
using namespace sim::literals;

// One value `v` in a document of its own, in line 2 of the file.
class ValueReaderTest : public testing::Test {
 protected:
  ValueAt at(const std::string& value) {
    problems_ = {};
    file_ = folder_.write("a.json", "{\n\"v\": " + value + "}");
    document_ = load_document(file_, {}, folder_.path(), problems_);
    return ValueAt{document_.value(), "", document_, problems_}.child("v");
  }

  // What was said, without the file, line and pointer that every message has.
  std::string message() const {
    const std::string text = problems_.text();
    const std::string prefix = file_.string() + ":2:1: /v: ";
    EXPECT_EQ(text.substr(0, prefix.size()), prefix);
    return text.substr(std::min(text.size(), prefix.size()));
  }

  ScratchFolder folder_;
  std::filesystem::path file_;
  Document document_;
  Problems problems_;
};

// Values written as people write them come out in base units.
TEST_F(ValueReaderTest, ReadsQuantities) {
  EXPECT_EQ(read_duration(at("\"25ms\"")), 25_ms);
  EXPECT_EQ(read_bytes(at("\"64KiB\"")), 65536);
  EXPECT_EQ(read_rate(at("\"2k/s\"")), 2000.0);
  EXPECT_EQ(read_bandwidth(at("\"10Gbps\"")), 1e10);
  EXPECT_EQ(read_ratio(at("\"99.9%\"")), 0.999);
  EXPECT_EQ(read_ratio(at("0.5")), 0.5);
  EXPECT_EQ(read_count(at("\"10k\"")), 10000);
  EXPECT_EQ(read_count(at("8.0")), 8);
  EXPECT_EQ(read_number(at("-2.5")), -2.5);
  EXPECT_EQ(read_bool(at("true")), true);
  EXPECT_EQ(read_string(at("\"x\"")), "x");
  EXPECT_EQ(read_choice(at("\"fifo\""), {"lifo", "fifo"}), 1U);
  EXPECT_TRUE(problems_.empty());
}

// A bare number where a unit is needed: the message shows how to write it.
TEST_F(ValueReaderTest, BareNumbersNeedUnits) {
  EXPECT_EQ(read_duration(at("25")), std::nullopt);
  EXPECT_EQ(message(), "expected a duration with its unit, such as \"25ms\", got 25\n");
  EXPECT_EQ(read_rate(at("70")), std::nullopt);
  EXPECT_EQ(message(), "expected a rate with its unit, such as \"70/s\", got 70\n");
  EXPECT_EQ(read_bytes(at("64")), std::nullopt);
  EXPECT_EQ(message(), "expected a size with its unit, such as \"64KiB\", got 64\n");
  EXPECT_EQ(read_bandwidth(at("1")), std::nullopt);
  EXPECT_EQ(message(), "expected a bandwidth with its unit, such as \"10Gbps\", got 1\n");
}

// A wrong unit and a negative rate are shown with the place inside the text.
TEST_F(ValueReaderTest, WrongUnitsAndSignsAreShown) {
  EXPECT_EQ(read_duration(at("\"25mb\"")), std::nullopt);
  EXPECT_TRUE(
      message().starts_with("expected a duration such as \"25ms\", got \"25mb\" (at "
                            "character 3: expected "))
      << message();
  EXPECT_EQ(read_rate(at("\"-70/s\"")), std::nullopt);
  EXPECT_TRUE(
      message().starts_with("expected a rate such as \"70/s\", got \"-70/s\" (at "
                            "character 1: expected "))
      << message();
  EXPECT_EQ(read_duration(at("[1]")), std::nullopt);
  EXPECT_EQ(message(), "expected a duration such as \"25ms\", got an array of 1 item\n");
}

// Ranges are part of the expectation.
TEST_F(ValueReaderTest, RangesAreHeld) {
  EXPECT_EQ(read_ratio(at("1.5")), std::nullopt);
  EXPECT_EQ(message(),
            "expected a ratio from 0 to 1, or a percentage such as \"99.9%\", got 1.5\n");
  EXPECT_EQ(read_ratio(at("\"150%\"")), std::nullopt);
  EXPECT_TRUE(
      message().starts_with("expected a ratio from 0 to 1, or a percentage such as "
                            "\"99.9%\", got \"150%\" (at character "))
      << message();
  EXPECT_EQ(read_count(at("-3"), {1, 1000}), std::nullopt);
  EXPECT_EQ(message(), "expected a whole number from 1 to 1000, got -3\n");
  EXPECT_EQ(read_count(at("2.5")), std::nullopt);
  EXPECT_EQ(message(), "expected a whole number of at least 0, got 2.5\n");
  EXPECT_EQ(read_count(at("18446744073709551615")), std::nullopt);
  EXPECT_EQ(read_number(at("\"7\""), {.max = 9}), std::nullopt);
  EXPECT_EQ(message(), "expected a number of at most 9, got \"7\"\n");
  EXPECT_EQ(read_duration(at("\"1ms\""), {.min = 5_ms, .max = 1_s}), std::nullopt);
  EXPECT_EQ(message(), "expected a duration from 5ms to 1s, got \"1ms\"\n");
  EXPECT_EQ(read_bytes(at("\"1KiB\""), {.min = 0, .max = 1000}), std::nullopt);
  EXPECT_EQ(message(), "expected a size from 0B to 1000B, got \"1KiB\"\n");
}

// A choice lists what there is and offers the nearest; an unknown key offers the nearest key.
TEST_F(ValueReaderTest, ChoicesOfferTheNearest) {
  EXPECT_EQ(read_choice(at("\"round-robbin\""), {"random", "round-robin"}), std::nullopt);
  EXPECT_EQ(message(),
            "expected one of \"random\", \"round-robin\", got \"round-robbin\"; did you "
            "mean \"round-robin\"?\n");
  EXPECT_EQ(read_choice(at("3"), {"random"}), std::nullopt);
  EXPECT_EQ(message(), "expected one of \"random\", got 3\n");
  const ValueAt object = at("{\n\"workrs\": 3}");
  object.refuse_key("workrs", {"workers", "zones"});
  EXPECT_EQ(problems_.text(), file_.string() +
                                  ":3:1: /v/workrs: unknown key \"workrs\"; did you "
                                  "mean \"workers\"?\n");
  EXPECT_EQ(read_bool(at("\"yes\"")), std::nullopt);
  EXPECT_EQ(message(), "expected true or false, got \"yes\"\n");
  EXPECT_EQ(read_string(at("null")), std::nullopt);
  EXPECT_EQ(message(), "expected a text in double quotes, got null\n");
}

// A distribution is text in the unit of its quantity; plain ones may be bare numbers.
TEST_F(ValueReaderTest, ReadsDistributions) {
  const auto exponential = read_distribution(at("\"exp(5ms)\""), Quantity::duration);
  ASSERT_TRUE(exponential);
  EXPECT_EQ(exponential->mean(), 5e6);
  EXPECT_EQ(read_distribution(at("3"), Quantity::plain)->mean(), 3.0);
  EXPECT_FALSE(read_distribution(at("3"), Quantity::duration));
  EXPECT_EQ(message(), "expected a distribution such as \"25ms\" or \"exp(25ms)\", got 3\n");
  EXPECT_FALSE(read_distribution(at("-3"), Quantity::plain));
  EXPECT_FALSE(read_distribution(at("\"expo(5ms)\""), Quantity::duration));
  EXPECT_TRUE(
      message().starts_with("expected a distribution such as \"25ms\" or \"exp(25ms)\", "
                            "got \"expo(5ms)\" (at character 1: "))
      << message();
}

// empirical(FILE) reads the values of a file beside the scenario; a bad line is named.
TEST_F(ValueReaderTest, EmpiricalReadsAFileBesideTheScenario) {
  folder_.write("times.txt", "# measured\n1ms\r\n\n  3ms\n");
  const auto measured = read_distribution(at("\"empirical(times.txt)\""), Quantity::duration);
  ASSERT_TRUE(measured) << problems_.text();
  EXPECT_EQ(measured->mean(), 2e6);
  folder_.write("times.txt", "1ms\n3\n");
  EXPECT_FALSE(read_distribution(at("\"empirical(times.txt)\""), Quantity::duration));
  EXPECT_NE(message().find("times.txt:2: \"3\": expected "), std::string::npos) << message();
  EXPECT_FALSE(read_distribution(at("\"empirical(none.txt)\""), Quantity::duration));
  EXPECT_NE(message().find("none.txt: no such file"), std::string::npos) << message();
}

}  // namespace
}  // namespace faultline::scenarios::value_reader_test
