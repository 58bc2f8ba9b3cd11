#include "scenarios/json_text.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <nlohmann/json.hpp>
#include <thread>

#include "scenarios/sourced_json.h"
#include "tests/scenarios/scratch_folder.h"

namespace faultline::scenarios::json_text_test {
namespace {

using nlohmann::json;

struct Reading {
  bool complete = false;
  SourcedJson out;
  std::string problems;
};

Reading parse(std::string_view text, const TextLimits& limits = {}) {
  Reading reading;
  Problems problems;
  reading.complete =
      parse_json(text, "a.json", 0, Comments::allowed, limits, reading.out, problems);
  reading.problems = problems.text();
  return reading;
}

std::string message_for(std::string_view text, const TextLimits& limits = {}) {
  return parse(text, limits).problems;
}

Reading read(const std::filesystem::path& path, const TextLimits& limits = {}) {
  Reading reading;
  Problems problems;
  reading.complete = read_json_file(path, 0, limits, reading.out, problems);
  reading.problems = problems.text();
  return reading;
}

// Every kind of value is read as nlohmann reads it, and comments are blanks.
TEST(JsonText, ReadsWhatJsonAllows) {
  const std::string text = R"( // head
    { "a": [1, -2, 3.5e-1, 18446744073709551615, 1E3], /* in
      between */ "b": {"": true, "c~/": false}, "d": null,
      "e": "\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00 é // no comment", "f": [], "g": {}, "h": -0 })";
  const Reading reading = parse(text);
  EXPECT_EQ(reading.problems, "");
  ASSERT_TRUE(reading.complete);
  EXPECT_EQ(reading.out.value, json::parse(text, nullptr, true, true));
  EXPECT_TRUE(reading.out.value["a"][0].is_number_integer());
  EXPECT_TRUE(reading.out.value["a"][2].is_number_float());
}

// Each value knows the line and column of its key, counted in characters.
TEST(JsonText, RemembersWhereValuesStand) {
  const Reading reading = parse("{\n  \"é\": 1, \"b\": [5,\n   6]}");
  const Place& b = reading.out.place.children.at("b");
  EXPECT_EQ(b.line, 2);
  EXPECT_EQ(b.column, 11);
  EXPECT_EQ(b.children.at("1").line, 3);
  EXPECT_EQ(b.children.at("1").column, 4);
}

// A syntax error says line, column, where in the document, what was expected and what was found.
TEST(JsonText, SyntaxErrorsSayWhereAndWhat) {
  EXPECT_EQ(message_for("{\"run\": {\"seed\": tru}}"),
            "a.json:1:18: /run/seed: expected a value, found \"tru\"\n");
  EXPECT_EQ(message_for("{\n  \"a\": 1\n  \"b\": 2}"),
            "a.json:3:3: expected \",\" or \"}\" in the object opened on line 1, found a string\n");
  EXPECT_EQ(message_for("{a: 1}"), "a.json:1:2: expected a key in double quotes, found \"a\"\n");
  EXPECT_EQ(message_for("{'a': 1}"),
            "a.json:1:2: expected a key in double quotes, found a single quote; strings stand in "
            "double quotes\n");
  EXPECT_EQ(message_for("{\"a\" 1}"),
            "a.json:1:6: expected \":\" after the key \"a\", found \"1\"\n");
  EXPECT_EQ(message_for("{} {}"),
            "a.json:1:4: expected nothing after the document's end, found \"{\"\n");
  EXPECT_EQ(message_for("hello"), "a.json:1:1: expected a value, found \"hello\"\n");
  EXPECT_EQ(message_for("{\"a\": NaN}"), "a.json:1:7: /a: expected a value, found \"NaN\"\n");
  EXPECT_EQ(message_for("{/* a"), "a.json:1:2: the comment opened here is not closed\n");
}

// A truncated document says that it ended, and inside of what.
TEST(JsonText, TruncatedTextSaysSo) {
  EXPECT_EQ(
      message_for("{\n\"a\": [1,\n2"),
      "a.json:3:2: /a: expected \",\" or \"]\" in the array opened on line 2, found the end of "
      "the file\n");
  EXPECT_EQ(message_for("{\"a\": "),
            "a.json:1:7: /a: expected a value, found the end of the file\n");
  EXPECT_EQ(message_for("{\"a"), "a.json:1:2: the string opened here is not closed on its line\n");
  EXPECT_EQ(message_for(""), "a.json:1:1: empty: expected an object, { ... }\n");
  EXPECT_EQ(message_for(" // only this\n"), "a.json:2:1: empty: expected an object, { ... }\n");
}

// Every prefix of a document is refused with a message, never accepted and never a crash.
TEST(JsonText, NoPrefixIsAccepted) {
  const std::string text = R"({"a": [1, {"b": "x\u00e9y"}, -2.5e3, true], /* c */ "d": null})";
  for (std::size_t length = 0; length < text.size(); ++length) {
    const Reading reading = parse(std::string_view(text).substr(0, length));
    EXPECT_FALSE(reading.complete) << length;
    EXPECT_NE(reading.problems, "") << length;
  }
  EXPECT_TRUE(parse(text).complete);
}

// All duplicate keys and trailing commas are reported, each with its pointer, in one reading.
TEST(JsonText, CollectsWhatCanBeReadPast) {
  EXPECT_EQ(
      message_for("{\"a\": 1,\n\"b\": {\"c\": 1, \"c\": {\"d\": 1, \"d\": 2}},\n\"a\": [1,],}"),
      "a.json:2:15: /b/c: duplicate key \"c\", first on line 2\n"
      "a.json:2:29: /b/c/d: duplicate key \"d\", first on line 2\n"
      "a.json:3:1: /a: duplicate key \"a\", first on line 1\n"
      "a.json:3:8: /a: a trailing comma before \"]\" is not allowed\n"
      "a.json:3:10: a trailing comma before \"}\" is not allowed\n");
}

// Numbers that JSON does not know or a double cannot hold are refused.
TEST(JsonText, RefusesStrangeNumbers) {
  EXPECT_EQ(message_for("{\"a\": 1e999}"), "a.json:1:7: /a: number out of range: 1e999\n");
  EXPECT_EQ(message_for("[-1e999, 2]"), "a.json:1:2: /0: number out of range: -1e999\n");
  for (const char* text : {"[01]", "[1.]", "[-]", "[1e]", "[0x10]", "[1.2.3]", "[-Infinity]"}) {
    EXPECT_NE(message_for(text).find("a.json:1:2: /0: expected a number, found "),
              std::string::npos)
        << text << message_for(text);
  }
  EXPECT_EQ(message_for("{\"timeout\": 25ms}"),
            "a.json:1:13: /timeout: expected a number, found 25ms; a value with a unit is written "
            "in double quotes, as \"25ms\"\n");
}

// Strings are held to the letter: no raw control characters, no half surrogates, no NUL.
TEST(JsonText, RefusesStrangeStrings) {
  const auto ends = [](const std::string& text, const std::string& end) {
    EXPECT_TRUE(message_for(text).ends_with(end + "\n")) << message_for(text);
  };
  ends("[\"a\tb\"]", "a control character inside a string; write it as an escape, such as \\t");
  ends("[\"a\nb\"]", "the string opened here is not closed on its line");
  ends("[\"\\ud800\"]", "half of a surrogate pair in a string");
  ends("[\"\\ud800\\u0041\"]", "half of a surrogate pair in a string");
  ends("[\"\\udc00\"]", "half of a surrogate pair in a string");
  ends("[\"\\u0000\"]", "the character \\u0000 has no place in a scenario");
  ends("[\"\\x41\"]", "unknown escape in a string");
  ends("[\"\\u00", "unknown escape in a string");
}

// Bytes that are not UTF-8 are refused where they stand; a byte order mark is skipped.
TEST(JsonText, RefusesInvalidUtf8) {
  const std::string what = ": invalid UTF-8; expected a text file in UTF-8\n";
  EXPECT_EQ(message_for("{\n\"\xFF\": 1}"), "a.json:2:2" + what);
  EXPECT_EQ(message_for("\xC0\xAF"), "a.json:1:1" + what);
  EXPECT_EQ(message_for("\xED\xA0\x80"), "a.json:1:1" + what);
  EXPECT_EQ(message_for("\xF4\x90\x80\x80"), "a.json:1:1" + what);
  EXPECT_EQ(message_for("\xE2\x82"), "a.json:1:1" + what);
  EXPECT_EQ(message_for("\xEF\xBB\xBF{}"), "");
}

// Depth and number of values are refused as soon as the limit is passed.
TEST(JsonText, LimitsDepthAndSize) {
  EXPECT_EQ(message_for(std::string(64, '[') + std::string(64, ']')), "");
  EXPECT_TRUE(message_for(std::string(65, '[')).ends_with("nested too deep: at most 64 levels\n"));
  TextLimits limits;
  limits.values = 4;
  EXPECT_EQ(message_for("[1,2,3]", limits), "");
  EXPECT_EQ(message_for("[1,2,3,4]", limits), "a.json:1:8: /3: too many values: at most 4\n");
}

// Megabytes dense in values, keys or mistakes cost seconds at most.
TEST(JsonText, DenseInputStaysCheap) {
  const auto begin = std::chrono::steady_clock::now();
  std::string duplicates = "{\"" + std::string(100'000, 'k') + "\": {";
  for (int i = 0; i < 50'000; ++i) duplicates += "\"a\":1,";
  EXPECT_NE(message_for(duplicates + "\"a\":1}}").find("more problems"), std::string::npos);
  std::string wide = "[";
  while (wide.size() < (std::size_t{4} << 20U)) wide += "[],";
  EXPECT_NE(message_for(wide).find("too many values"), std::string::npos);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(20));
}

// Each way in which a file cannot be read has its own message, with the file's name.
TEST(JsonFile, SaysWhyItCannotBeRead) {
  const ScratchFolder folder;
  const auto message = [&](const std::filesystem::path& path) {
    const std::string text = read(path).problems;
    EXPECT_TRUE(text.starts_with(path.string() + ":")) << text;
    return text.substr(std::min(text.size(), path.string().size()));
  };
  EXPECT_EQ(message(folder.path() / "none.json"), ": no such file\n");
  EXPECT_EQ(message(folder.path()), ": is a directory; expected a file\n");
  EXPECT_EQ(message(folder.write("empty.json", "")), ":1:1: empty: expected an object, { ... }\n");
  EXPECT_EQ(message(folder.write("list.json", "\n[1, 2]")),
            ":2:1: expected an object, { ... }, at the top, got an array of 2 items\n");
  EXPECT_EQ(message(folder.write("text.json", "\"x\"")),
            ":1:1: expected an object, { ... }, at the top, got \"x\"\n");
  if (geteuid() != 0) {
    const auto secret = folder.write("secret.json", "{}");
    chmod(secret.c_str(), 0);
    EXPECT_EQ(message(secret), ": cannot be read: Permission denied\n");
  }
}

// 200 MB of brackets are refused by the file's size, before a byte is read.
TEST(JsonFile, RefusesHugeFilesBySize) {
  const ScratchFolder folder;
  const auto path = folder.write("huge.json", std::string(100, '['));
  std::filesystem::resize_file(path, 200'000'000);
  const auto begin = std::chrono::steady_clock::now();
  const Reading reading = read(path);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(1));
  EXPECT_FALSE(reading.complete);
  EXPECT_EQ(reading.problems, path.string() +
                                  ": too large: at most 16 MiB, "
                                  "this one has 190 MiB\n");
}

// A pipe has no size: it is refused once it has delivered more than the limit.
TEST(JsonFile, RefusesEndlessPipes) {
  const ScratchFolder folder;
  const auto pipe = folder.path() / "pipe";
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  std::thread writer([&] { std::ofstream(pipe) << std::string(1000, ' '); });
  TextLimits limits;
  limits.bytes = 999;
  const Reading reading = read(pipe, limits);
  writer.join();
  EXPECT_EQ(reading.problems, pipe.string() + ": too large: at most 999 bytes\n");
}

}  // namespace
}  // namespace faultline::scenarios::json_text_test
