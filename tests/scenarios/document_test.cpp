#include "scenarios/document.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "scenarios/find_scenario.h"
#include "tests/scenarios/scratch_folder.h"

namespace faultline::scenarios::document_test {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;

class DocumentTest : public testing::Test {
 protected:
  // Problems' text without the scratch folder's path.
  std::string messages() const {
    std::string text = problems_.text();
    const std::string prefix = folder_.path().string() + "/";
    for (std::size_t at; (at = text.find(prefix)) != text.npos;) text.erase(at, prefix.size());
    return text;
  }

  Document load(std::string_view name, const std::vector<std::string>& settings = {}) {
    std::vector<Override> overrides;
    for (const std::string& setting : settings) {
      if (auto parsed = parse_override(setting, problems_)) overrides.push_back(*parsed);
    }
    return load_document(folder_.path() / name, overrides, folder_.path() / "library", problems_);
  }

  std::string message_for_set(const std::string& setting) {
    problems_ = {};
    load("base.json", {setting});
    return messages();
  }

  std::string origin(const Document& document, std::string_view pointer) const {
    return Problem{document.origin_of(pointer), "", "", {}, {}}.text();
  }

  std::string path(const std::string& name) const { return (folder_.path() / name).string(); }

  void write_base() {
    folder_.write("base.json", R"({
  "$schema": "../schema.json",
  "name": "base", "about": "x", "lesson": {"watch": "y"}, "expect": {"e": {"above": 1}},
  "run": {"seed": 1, "duration": "3m"},
  "components": {"web": {"workers": 5, "zones": ["a", "b"], "log": "base.log"},
                 "db.main": {"replicas": 2}}
})");
  }

  ScratchFolder folder_;
  Problems problems_;
};

// A variant is a merge patch: it adds, replaces and removes; and it does not inherit what is about
// the base itself.
TEST_F(DocumentTest, VariantPatchesItsBase) {
  write_base();
  folder_.write("variant.json", R"({"extends": "base.json", "name": "variant",
    "run": {"seed": null}, "components": {"web": {"workers": 8, "zones": ["c"]},
    "cache": {"nodes": 1}}})");
  const Document document = load("variant.json");
  EXPECT_EQ(messages(), "");
  EXPECT_EQ(document.value(), json::parse(R"({"name": "variant", "run": {"duration": "3m"},
    "components": {"web": {"workers": 8, "zones": ["c"], "log": "base.log"},
    "db.main": {"replicas": 2}, "cache": {"nodes": 1}}})"));
  EXPECT_THAT(document.chain(), ElementsAre(path("variant.json"), path("base.json")));
}

// Each value remembers file and line through the merge, so that a mistake is reported where it was
// written, and a file name is looked up beside the file that names it.
TEST_F(DocumentTest, ValuesRememberTheirFile) {
  write_base();
  folder_.write("sub/variant.json",
                "{\"extends\": \"../base.json\",\n\"components\": {\n \"web\": {\"workers\": 8}}}");
  const Document document = load("sub/variant.json", {"/run/seed=7", "/run/trace=t.log"});
  EXPECT_EQ(messages(), "");
  EXPECT_EQ(origin(document, "/components/web/workers"), path("sub/variant.json") + ":3:10: ");
  EXPECT_EQ(origin(document, "/components/web"), path("sub/variant.json") + ":3:2: ");
  EXPECT_EQ(origin(document, "/components/web/nothing"), path("sub/variant.json") + ":3:2: ");
  EXPECT_EQ(origin(document, "/components/web/zones/1"), path("base.json") + ":5:55: ");
  EXPECT_EQ(origin(document, "/run/duration"), path("base.json") + ":4:22: ");
  EXPECT_EQ(origin(document, "/run/seed"), "--set: ");
  EXPECT_EQ(document.resolve("/components/web/log", "base.log"), path("base.log"));
  EXPECT_EQ(document.resolve("/components/web/workers", "x.log"), path("sub/x.log"));
  EXPECT_EQ(document.resolve("/run/trace", "t.log"), "t.log");

  Document copy = document;
  copy.set({"/run/seed", "8"}, problems_);
  EXPECT_EQ(copy.value()["run"]["seed"], 8);
  EXPECT_EQ(document.value()["run"]["seed"], 7);
}

// A base may be named without its suffix, and may be one of the library.
TEST_F(DocumentTest, BaseMayComeFromTheLibrary) {
  folder_.write("library/retry-storm.json", R"({"run": {"seed": 4}})");
  folder_.write("a.json", R"({"extends": "retry-storm", "name": "a"})");
  folder_.write("b.json", R"({"extends": "retry-storm.json", "name": "b"})");
  EXPECT_EQ(load("a.json").value()["run"]["seed"], 4);
  EXPECT_EQ(load("b.json").value()["run"]["seed"], 4);
  EXPECT_EQ(messages(), "");
}

// A cycle is shown as one goes round it, under whatever names the files call each other.
TEST_F(DocumentTest, CycleIsShown) {
  folder_.write("start.json", R"({"extends": "a"})");
  folder_.write("a.json", "{\n  \"extends\": \"b.json\"}");
  folder_.write("b.json", R"({"extends": "sub/../a.json"})");
  folder_.write("sub/x.json", "{}");
  EXPECT_EQ(load("start.json").value(), json::object());
  EXPECT_EQ(messages(), "b.json:1:2: /extends: a cycle: a.json -> b.json -> a.json\n");
  problems_ = {};
  folder_.write("self.json", R"({"extends": "self.json"})");
  load("self.json");
  EXPECT_EQ(messages(), "self.json:1:2: /extends: a cycle: self.json -> self.json\n");
}

// A chain of bases has an end, and a base must exist and be named by a string.
TEST_F(DocumentTest, BadBasesAreReported) {
  for (int i = 0; i < 20; ++i) {
    folder_.write("c" + std::to_string(i) + ".json",
                  "{\"extends\": \"c" + std::to_string(i + 1) + ".json\"}");
  }
  load("c0.json");
  EXPECT_EQ(messages(),
            "c15.json:1:2: /extends: too long a chain: at most 16 files may extend "
            "each other\n");
  problems_ = {};
  write_base();
  folder_.write("typo.json", R"({"extends": "bsae.json"})");
  load("typo.json");
  EXPECT_EQ(messages(),
            "typo.json:1:2: /extends: expected a scenario file beside this one or in "
            "the library, got \"bsae.json\"; did you mean \"base.json\"?\n");
  problems_ = {};
  folder_.write("number.json", R"({"extends": 3})");
  load("number.json");
  EXPECT_EQ(messages(),
            "number.json:1:2: /extends: expected a file name in double quotes, got 3\n");
}

// Removing what the base does not have is a mistake, and the nearest name is offered.
TEST_F(DocumentTest, RemovingNothingIsAProblem) {
  write_base();
  folder_.write("variant.json",
                R"({"extends": "base", "components": {"wbe": null}, "expect": {"e": null}})");
  load("variant.json");
  EXPECT_EQ(messages(),
            "variant.json:1:36: /components/wbe: nothing to remove: the base has no \"wbe\" here; "
            "did you mean \"web\"?\n"
            "variant.json:1:61: /expect/e: nothing to remove: the base has no \"e\" here\n");
}

// Mistakes of reading in the base are reported under the base's name.
TEST_F(DocumentTest, MistakesInTheBaseNameTheBase) {
  folder_.write("base.json", R"({"a": 1, "a": 2})");
  folder_.write("variant.json", R"({"extends": "base", "b": 1, "b": 2})");
  load("variant.json");
  EXPECT_EQ(messages(),
            "variant.json:1:29: /b: duplicate key \"b\", first on line 1\n"
            "base.json:1:10: /a: duplicate key \"a\", first on line 1\n");
}

// --set replaces and creates values, in arrays only where there is one; JSON if it parses, else a
// string; null removes.
TEST_F(DocumentTest, SetOverridesValues) {
  write_base();
  const Document document =
      load("base.json", {"/components/web/workers=8", "/components/web/zones/1=z",
                         "/components/web/call/timeout=25ms", "components.web.log=\"x=y\"",
                         "components.db.main.replicas=[1, {\"a\": 2}]", "/lesson=null",
                         "run.warmup.new=5 // five"});
  EXPECT_EQ(messages(), "");
  const json web = document.value()["components"]["web"];
  EXPECT_EQ(web, json::parse(R"({"workers": 8, "zones": ["a", "z"], "log": "x=y",
                                 "call": {"timeout": "25ms"}})"));
  EXPECT_EQ(document.value()["components"]["db.main"]["replicas"], json::parse(R"([1,{"a":2}])"));
  EXPECT_FALSE(document.value().contains("lesson"));
  EXPECT_EQ(document.value()["run"]["warmup"]["new"], "5 // five");
  EXPECT_EQ(document.origin_of("/components/db.main/replicas/1/a").file, "--set");
}

// A --set that cannot be done says which part of its path is wrong.
TEST_F(DocumentTest, BadSetsAreReported) {
  write_base();
  EXPECT_EQ(message_for_set("/components/web/zones/2=z"),
            "--set: /components/web/zones/2: expected the index of an item; the array has 2 items, "
            "got \"2\"\n");
  EXPECT_EQ(message_for_set("/components/web/zones/-=z"),
            "--set: /components/web/zones/-: expected the index of an item; the array has 2 items, "
            "got \"-\"\n");
  EXPECT_EQ(message_for_set("/run/seed/x=1"),
            "--set: /run/seed/x: nothing can be set inside a number\n");
  EXPECT_EQ(message_for_set("/run/~2=1"),
            "--set: expected a JSON pointer such as /run/duration, got \"/run/~2\"\n");
  EXPECT_EQ(message_for_set("nonsense"), "--set: expected POINTER=VALUE, got \"nonsense\"\n");
  EXPECT_EQ(message_for_set("=5"), "--set: expected POINTER=VALUE, got \"=5\"\n");
  EXPECT_EQ(message_for_set("/run/seed=1e999"), "--set:1:1: number out of range: 1e999\n");
  EXPECT_EQ(
      message_for_set("/run/sed=null"),
      "--set: /run/sed: nothing to remove: there is no \"sed\" here; did you mean \"seed\"?\n");
  EXPECT_EQ(message_for_set("/extends=x"),
            "--set: /extends: cannot be set: files are joined before --set applies\n");
  EXPECT_THAT(message_for_set("/run/seed=\xFF"), HasSubstr("--set: expected UTF-8"));
  std::string deep;
  for (int i = 0; i < 65; ++i) deep += "/a";
  EXPECT_THAT(message_for_set(deep + "=1"), HasSubstr("too deep: at most 64 levels"));
}

// A dotted path with two readings is not guessed at.
TEST_F(DocumentTest, AmbiguousDotsAreReported) {
  folder_.write("base.json", R"({"a": {"b": {"c": 1}}, "a.b": {"c": 2}})");
  EXPECT_EQ(message_for_set("a.b.c=3"),
            "--set: \"a.b.c\" is ambiguous; write one of /a/b/c /a.b/c\n");
  const json value = json::parse(R"({"latency_ms": {"p99.9": 1, "p99": 2}})");
  EXPECT_THAT(readings_of_path(value, "latency_ms.p99.9"),
              ElementsAre(PointerTokens{"latency_ms", "p99.9"}));
  EXPECT_THAT(readings_of_path(value, "/latency_ms/p99.9"),
              ElementsAre(PointerTokens{"latency_ms", "p99.9"}));
}

// A scenario is a path or a name of the library, and a folder does not hide a name.
TEST_F(DocumentTest, ScenariosAreFoundByPathOrName) {
  const auto library = folder_.path() / "library";
  folder_.write("library/retry-storm.json", "{}");
  folder_.write("library/leader-loss.json", "{}");
  folder_.write("mine.json", "{}");
  EXPECT_THAT(scenario_names(library), ElementsAre("leader-loss", "retry-storm"));
  EXPECT_TRUE(scenario_names(folder_.path() / "none").empty());
  EXPECT_EQ(find_scenario("retry-storm", library, problems_), library / "retry-storm.json");
  EXPECT_EQ(find_scenario("retry-storm.json", library, problems_), library / "retry-storm.json");
  EXPECT_EQ(find_scenario(path("mine.json"), library, problems_), path("mine.json"));
  EXPECT_EQ(find_scenario(path("library"), library, problems_), path("library"));
  EXPECT_EQ(messages(), "");
  EXPECT_EQ(find_scenario("retry-strom", library, problems_), std::nullopt);
  EXPECT_EQ(messages(),
            "retry-strom: no such file, and no scenario of that name in the library; "
            "did you mean \"retry-storm\"?\n");
  problems_ = {};
  EXPECT_EQ(find_scenario("", library, problems_), std::nullopt);
}

}  // namespace
}  // namespace faultline::scenarios::document_test
