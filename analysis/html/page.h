// Page: a report as one HTML file that needs nothing else. It fetches nothing, and its own content
// security policy forbids that it does: only the style and the scripts that Faultline put in, known
// by their hashes, have any effect.
//
// A page is a title, cards with the main figures, and sections of paragraphs, tables, charts and
// pictures, in the order in which they are added. All texts given are escaped; pictures are SVG.
#pragma once

#include <iosfwd>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/html/chart.h"
#include "analysis/result.h"
#include "analysis/table.h"

namespace faultline::analysis::html {

// What one can do with charts; stands above the first.
inline constexpr std::string_view how_to_look =
    "Drag across a chart to look closer, double-click to see all. By keyboard: "
    "arrows read the figures, + and - zoom, Escape shows all.";

enum class Tone { plain, good, bad };

struct Card {
  std::string title;
  std::string figure;
  std::string note = {};
  Tone tone = Tone::plain;
};

// Something that happened, which charts over time show; `end` where it lasted.
struct Mark {
  double at_s = 0;
  std::optional<double> end_s = {};
  std::string text;
};

// An assertion, and what became of it.
struct Finding {
  Tone tone = Tone::plain;
  std::string status;  // "held", "not reached", "3 of 20"
  std::string label;
  std::string text;
  std::string measured = {};
};

class Page {
 public:
  // `about`: a sentence below the title; `facts`: short ones in one line, such as "seed 1".
  Page(std::string title, std::string_view about, const std::vector<std::string>& facts);

  void cards(const std::vector<Card>& cards);
  // What follows, under a heading that is listed at the top.
  void section(std::string_view title);
  void subsection(std::string_view title);
  void paragraph(std::string_view text);
  // A warning: something that the reader must know to read the rest.
  void notice(std::string_view text);
  void table(std::string_view caption, const Table& table);
  void chart(const Chart& chart);
  // `svg` as it is; `caption` says what it shows.
  void picture(std::string_view caption, std::string_view svg);
  void findings(const std::vector<Finding>& findings);
  // Lines of text whose blanks matter, but for the indent of the first.
  void lines(std::string_view text);
  // What happened, in order of time: a list, and marks on every chart over time.
  void events(const std::vector<Mark>& marks);
  // How to make the same again: the command, and what it then prints as its digest, if one.
  void reproduction(std::string_view command, std::string_view digest);

  void write(std::ostream& out) const;

 private:
  void close_section();

  std::string title_;
  std::string header_;
  std::string contents_;
  std::string body_;
  std::size_t sections_ = 0;
  std::size_t tables_ = 0;
  bool in_section_ = false;
  std::vector<std::vector<double>> xs_;  // charts share most of them
  nlohmann::ordered_json data_;
};

// Of a result: its objectives or expectations.
std::vector<Finding> findings_of(const std::vector<Verdict>& verdicts);
// "3 of 4 held".
Card held_card(std::string title, const std::vector<Verdict>& verdicts);

}  // namespace faultline::analysis::html
