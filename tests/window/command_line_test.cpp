// Shows what the program makes without a window: pictures, recordings, and what a script asks for.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "tests/window/child.h"
#include "tests/window/on_screen.h"

namespace faultline::viz::command_line_test {
namespace {

using nlohmann::ordered_json;
using testing::IsEmpty;

class CommandLine : public testing::Test {
 protected:
  // Fails the test unless all goes well and it is silent on standard output.
  void viz_with(std::vector<std::string> arguments,
                std::map<std::string, std::optional<std::string>> environment = {}) const {
    const Ended ended = run(viz(std::move(arguments)),
                            {.folder = scratch_.path(), .environment = std::move(environment)});
    EXPECT_EQ(ended.status, 0) << ended.err;
    EXPECT_THAT(ended.out, IsEmpty());
  }

  std::string bytes_of(const std::string& name) const {
    std::ostringstream text;
    text << std::ifstream(scratch_.path() / name, std::ios::binary).rdbuf();
    return text.str();
  }

  sf::Image image_in(const std::string& name) const {
    sf::Image image;
    EXPECT_TRUE(image.loadFromFile((scratch_.path() / name).string())) << name;
    return image;
  }

  // What `faultline run` makes of a file.
  ordered_json result_of(const std::string& name) const {
    const Ended ended =
        run({FAULTLINE_BINARY, "run", name, "--format", "json"}, {.folder = scratch_.path()});
    EXPECT_EQ(ended.status, 0) << ended.err;
    return ended.status == 0 ? ordered_json::parse(ended.out) : ordered_json{};
  }

  const scenarios::ScratchFolder scratch_;
};

// Two processes make the same picture of the same moment, byte for byte.
TEST_F(CommandLine, PicturesOfOneMomentAreTheSameFile) {
  for (const char* name : {"one.png", "two.png"}) {
    viz_with({"cache-outage", "--at", "40.5s", "--select", "web/1", "--screenshot", name});
  }
  viz_with({"cache-outage", "--at", "40.6s", "--select", "web/1", "--screenshot", "three.png"});
  EXPECT_GT(bytes_of("one.png").size(), 10'000U);
  EXPECT_EQ(bytes_of("one.png"), bytes_of("two.png"));
  EXPECT_NE(bytes_of("one.png"), bytes_of("three.png"));
}

// A folder is filled with one whole picture for each moment: four a second, the first of --from,
// none of --to.
TEST_F(CommandLine, RecordsIntoAFolder) {
  viz_with({"retry-storm", "--size", "640x360", "--record", "film", "--from", "20s", "--to", "21s",
            "--fps", "4"});
  std::set<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(scratch_.path() / "film")) {
    names.insert(entry.path().filename().string());
  }
  EXPECT_THAT(names, testing::ElementsAre("frame-00001.png", "frame-00002.png", "frame-00003.png",
                                          "frame-00004.png"));
  std::set<std::string> different;
  for (const std::string& name : names) {
    EXPECT_EQ(image_in("film/" + name).getSize(), sf::Vector2u(640, 360)) << name;
    different.insert(bytes_of("film/" + name));
  }
  EXPECT_EQ(different.size(), 4U);
  viz_with({"retry-storm", "--size", "640x360", "--at", "20s", "--screenshot", "begin.png"});
  const sf::Image begin = image_in("begin.png");
  EXPECT_EQ(differing(begin, image_in("film/frame-00001.png"), whole(begin)), 0U);
}

// A film has as many pictures, of that size.
TEST_F(CommandLine, RecordsAFilm) {
  viz_with({"retry-storm", "--size", "640x360", "--record", "film.mp4", "--from", "20s", "--to",
            "21s", "--fps", "4"});
  const Ended probe = run({"ffprobe", "-v", "error", "-count_frames", "-show_entries",
                           "stream=codec_name,width,height,nb_read_frames", "-of", "csv=p=0",
                           (scratch_.path() / "film.mp4").string()});
  EXPECT_EQ(probe.out, "h264,640,360,4\n") << probe.err;
}

// A script does what keys and mouse do, writes what it is told to where it is told to, and paints
// the same as the options would.
TEST_F(CommandLine, FollowsAScript) {
  scratch_.write("script.txt",
                 "at 12s            # before the crash\n"
                 "screenshot plain.png\n"
                 "select web/1\n"
                 "key C\n"
                 "key Escape\n"
                 "dump broken.json\n"
                 "screenshot broken.png\n"
                 "resize 640 480\n"
                 "screenshot small.png\n");
  viz_with({"retry-storm", "--script", "script.txt"});
  viz_with({"retry-storm", "--at", "12s", "--screenshot", "by-options.png"});
  EXPECT_EQ(bytes_of("plain.png"), bytes_of("by-options.png"));
  const ordered_json dump = ordered_json::parse(bytes_of("broken.json"));
  EXPECT_EQ(cell_in(dump, "web", 1)["state"], "down");
  const Box cell = cell_box(dump, "web", 1);
  EXPECT_TRUE(is_crossed(image_in("broken.png"), cell, theme(ThemeName::light)));
  EXPECT_FALSE(is_crossed(image_in("plain.png"), cell, theme(ThemeName::light)));
  EXPECT_EQ(image_in("small.png").getSize(), sf::Vector2u(640, 480));
}

// A server that has no other clients, as under xvfb-run, begins anew when the last one leaves, and
// cannot be reached meanwhile: a program that looks whether it is there must not let go of it.
// Shown with a server that then ends for good.
TEST_F(CommandLine, StaysWithADisplayOfItsOwn) {
  Child server({"Xvfb", "-displayfd", "1", "-screen", "0", "800x600x24", "-terminate", "-ac"});
  ASSERT_TRUE(comes_true([&] { return server.said().ends_with('\n'); })) << server.complaints();
  const std::string number = server.said().substr(0, server.said().size() - 1);
  viz_with({"retry-storm", "--size", "640x360", "--screenshot", "x.png"},
           {{"DISPLAY", ":" + number}});
  server.wait();  // it clears its place away
}

// What is saved is run again as it was shown, with the values that --set gave it.
TEST_F(CommandLine, SavesWhatWasSet) {
  scratch_.write("script.txt", "at 12s\nselect web/1\nkey C\nsave .\nkey End\ndump end.json\n");
  viz_with({"retry-storm", "--set", "run.duration=40s", "--set", "components.web.workers=6",
            "--script", "script.txt"});
  const ordered_json shown = ordered_json::parse(bytes_of("end.json"));
  EXPECT_EQ(shown["now_s"], 40.0);
  const ordered_json result = result_of("retry-storm-by-hand.json");
  EXPECT_EQ(result["simulated_seconds"], 40.0);
  EXPECT_EQ(result["digest"], shown["runs"][0]["digest"]);
}

// A scenario that lies in a folder of its own is saved with a way back to it, and where its cards
// were put; opened in its turn, it is broken further and saved again.
TEST_F(CommandLine, SavesWhatWasSaved) {
  scratch_.write("mine/storm.json", R"({ "extends": "retry-storm", "name": "storm" })");
  scratch_.write("first.txt",
                 "at 12s\nselect web/1\nkey C\ndrag 470 350 470 450\nsave mine\n"
                 "dump first.json\n");
  viz_with({"mine/storm.json", "--script", "first.txt"});
  scratch_.write("second.txt",
                 "at 14s\nselect web/1\nkey B\nsave mine\nkey End\ndump second.json\n");
  viz_with({"mine/storm-by-hand.json", "--script", "second.txt"});
  const ordered_json first = ordered_json::parse(bytes_of("first.json"));
  const ordered_json second = ordered_json::parse(bytes_of("second.json"));
  const auto below = [](const ordered_json& dump) {
    return card_box(dump, "lb").y - card_box(dump, "shoppers").y;
  };
  EXPECT_GT(below(first), 40);
  EXPECT_GT(below(second), 40);
  const ordered_json result = result_of("mine/storm-by-hand-by-hand.json");
  EXPECT_EQ(result["digest"], second["runs"][0]["digest"]);
}

}  // namespace
}  // namespace faultline::viz::command_line_test
