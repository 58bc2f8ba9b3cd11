// Shows that a scenario can be chosen from a list: by typing, by moving, by pointing.
#include "viz/view/session/chooser.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace faultline::viz::chooser_test {
namespace {

using testing::ElementsAre;
using testing::Optional;

std::vector<std::string> names_of(const Chooser& chooser) {
  std::vector<std::string> names;
  for (const Chooser::Entry& entry : chooser.offered()) names.push_back(entry.name);
  return names;
}

void type(Chooser& chooser, const std::string& text) {
  for (const char letter : text) chooser.type(letter);
}

Chooser of_four() {
  return Chooser({{"cache-outage", "The database cannot cope."},
                  {"hot-key", "One key too many."},
                  {"retry-storm", "Retries keep the shop down."},
                  {"stampede", "All miss the cache at once."}});
}

Chooser of(int entries) {
  std::vector<Chooser::Entry> all;
  for (int i = 0; i < entries; ++i) all.push_back({std::to_string(i), ""});
  return Chooser(all);
}

// By name or by what it shows.
TEST(ChooserTest, TypingNarrowsDown) {
  Chooser chooser = of_four();
  EXPECT_EQ(names_of(chooser).size(), 4U);
  type(chooser, "cache");
  EXPECT_EQ(chooser.typed(), "cache");
  EXPECT_THAT(names_of(chooser), ElementsAre("cache-outage", "stampede"));
  EXPECT_EQ(chooser.offered()[1].about, "All miss the cache at once.");
  type(chooser, "-");
  EXPECT_THAT(names_of(chooser), ElementsAre("cache-outage"));
  chooser.erase();
  EXPECT_THAT(names_of(chooser), ElementsAre("cache-outage", "stampede"));
  for (int i = 0; i < 9; ++i) chooser.erase();
  EXPECT_EQ(chooser.typed(), "");
  EXPECT_EQ(names_of(chooser).size(), 4U);
}

TEST(ChooserTest, WhatNothingContainsOffersNothing) {
  Chooser chooser = of_four();
  chooser.move(3);
  type(chooser, "xyz");
  EXPECT_TRUE(chooser.offered().empty());
  EXPECT_FALSE(chooser.chosen());
  chooser.move(1);
  chooser.point_at(0, 5);
  EXPECT_EQ(chooser.cursor(), 0U);
  EXPECT_EQ(chooser.first(5), 0U);
  for (int i = 0; i < 3; ++i) chooser.erase();
  EXPECT_THAT(chooser.chosen(), Optional(std::string("cache-outage")));
}

TEST(ChooserTest, TheCursorStaysInTheList) {
  Chooser chooser = of_four();
  EXPECT_THAT(chooser.chosen(), Optional(std::string("cache-outage")));
  chooser.move(-1);
  EXPECT_EQ(chooser.cursor(), 0U);
  chooser.move(2);
  EXPECT_THAT(chooser.chosen(), Optional(std::string("retry-storm")));
  chooser.move(10);
  EXPECT_THAT(chooser.chosen(), Optional(std::string("stampede")));
  chooser.move(-1);
  EXPECT_THAT(chooser.chosen(), Optional(std::string("retry-storm")));
}

// At the last of four: once two are left, it is at the last of these.
TEST(ChooserTest, TheCursorComesBackIntoAShorterList) {
  Chooser chooser = of_four();
  chooser.move(3);
  type(chooser, "cache");
  EXPECT_EQ(chooser.cursor(), 1U);
  EXPECT_THAT(chooser.chosen(), Optional(std::string("stampede")));
}

// Of twenty, six fit: the cursor is in their middle, but for the beginning and the end of the list.
TEST(ChooserTest, TheListGoesAlongWithTheCursor) {
  Chooser chooser = of(20);
  const std::vector<std::size_t> first = {0, 0, 0, 0,  1,  2,  3,  4,  5,  6,
                                          7, 8, 9, 10, 11, 12, 13, 14, 14, 14};
  for (std::size_t i = 0; i < first.size(); ++i) {
    EXPECT_EQ(chooser.cursor(), i);
    EXPECT_EQ(chooser.first(6), first[i]) << i;
    chooser.move(1);
  }
  Chooser all_fit = of(5);
  all_fit.move(4);
  EXPECT_EQ(all_fit.first(6), 0U);
}

// By its row on the screen, and nowhere below the list.
TEST(ChooserTest, PointingMovesTheCursor) {
  Chooser chooser = of(20);
  chooser.point_at(4, 6);
  EXPECT_EQ(chooser.cursor(), 4U);
  EXPECT_EQ(chooser.first(6), 1U);
  chooser.point_at(0, 6);
  EXPECT_EQ(chooser.cursor(), 1U);
  chooser.point_at(6, 6);
  EXPECT_EQ(chooser.cursor(), 1U);
  Chooser few = of(3);
  few.point_at(3, 6);
  EXPECT_EQ(few.cursor(), 0U);
  few.point_at(2, 6);
  EXPECT_EQ(few.cursor(), 2U);
}

TEST(ChooserTest, TheLibraryIsOffered) {
  const std::vector<Chooser::Entry> entries = entries_of_library();
  EXPECT_GT(entries.size(), 50U);
  EXPECT_TRUE(std::is_sorted(entries.begin(), entries.end(),
                             [](const auto& a, const auto& b) { return a.name < b.name; }));
  const auto storm = std::find_if(entries.begin(), entries.end(),
                                  [](const auto& entry) { return entry.name == "retry-storm"; });
  ASSERT_NE(storm, entries.end());
  EXPECT_EQ(storm->about, "A five-second crash is over, yet retries keep the shop down.");
}

// In 1280 x 720: (720 - 140) / 26 rows; in the smallest window one at least.
TEST(ChooserTest, RowsFillTheWindow) {
  const ChooserRows rows = chooser_rows({1280, 720}, 1);
  EXPECT_EQ(rows.fitting, 22U);
  EXPECT_EQ(rows.row_height, 26);
  EXPECT_LE(rows.box.right(), 1280);
  EXPECT_LE(rows.box.bottom(), 720);
  EXPECT_EQ(chooser_rows({2560, 1440}, 2).fitting, 22U);
  EXPECT_EQ(chooser_rows({320, 100}, 1).fitting, 1U);
}

}  // namespace
}  // namespace faultline::viz::chooser_test
