#include "analysis/html/page.h"

#include <fmt/format.h>
#include <fmt/ostream.h>

#include <algorithm>
#include <cmath>

#include "analysis/format.h"
#include "analysis/html/escape.h"
#include "analysis/html/page_files.h"
#include "analysis/report.h"

namespace faultline::analysis::html {
namespace {

std::string_view tone_class(Tone tone) {
  switch (tone) {
    case Tone::plain:
      return "plain";
    case Tone::good:
      return "good";
    case Tone::bad:
      return "bad";
  }
  return "";
}

// The first column with a title names the rows, if it holds words.
std::string table_row(const Table& table, const std::vector<std::string>& cells) {
  std::string row = "<tr>";
  bool first = true;
  for (std::size_t c = 0; c < cells.size(); ++c) {
    if (table.is_empty(c)) continue;
    const bool right = table.columns()[c].align == Align::right;
    const bool titled = !table.columns()[c].title.empty();
    const std::string_view tag = first && titled && !right ? "th scope=\"row\"" : "td";
    row += fmt::format("<{}{}>{}</{}>", tag, right ? " class=\"number\"" : "", html_text(cells[c]),
                       tag.substr(0, 2));
    first = first && !titled;
  }
  return row + "</tr>\n";
}

std::string source_of(const PageFile& file) {
  return fmt::format("'sha256-{}'", base64_of_hex(file.sha256));
}

}  // namespace

Page::Page(std::string title, std::string_view about, const std::vector<std::string>& facts)
    : title_(std::move(title)), data_(nlohmann::ordered_json::object()) {
  header_ =
      fmt::format("<h1>{}</h1>\n<p class=\"about\">{}</p>\n", html_text(title_), html_text(about));
  header_ += "<ul class=\"facts\">";
  for (const std::string& fact : facts) header_ += fmt::format("<li>{}</li>", html_text(fact));
  header_ += "</ul>\n";
  data_["marks"] = nlohmann::ordered_json::array();
  data_["charts"] = nlohmann::ordered_json::array();
}

void Page::cards(const std::vector<Card>& cards) {
  body_ += "<dl class=\"cards\">\n";
  for (const Card& card : cards) {
    body_ += fmt::format("<div class=\"{}\"><dt>{}</dt><dd class=\"figure\">{}</dd>",
                         tone_class(card.tone), html_text(card.title), html_text(card.figure));
    if (!card.note.empty()) body_ += fmt::format("<dd>{}</dd>", html_text(card.note));
    body_ += "</div>\n";
  }
  body_ += "</dl>\n";
}

void Page::close_section() {
  if (in_section_) body_ += "</section>\n";
  in_section_ = false;
}

void Page::section(std::string_view title) {
  close_section();
  in_section_ = true;
  const std::size_t number = ++sections_;
  const std::string text = html_text(title);
  contents_ += fmt::format("<li><a href=\"#section-{}\">{}</a></li>\n", number, text);
  body_ += fmt::format(
      "<section aria-labelledby=\"section-{0}\">\n<h2 id=\"section-{0}\">{1}</h2>\n", number, text);
}

void Page::subsection(std::string_view title) {
  body_ += fmt::format("<h3>{}</h3>\n", html_text(title));
}

void Page::paragraph(std::string_view text) {
  body_ += fmt::format("<p>{}</p>\n", html_text(text));
}

void Page::notice(std::string_view text) {
  body_ += fmt::format("<p class=\"notice\">{}</p>\n", html_text(text));
}

void Page::table(std::string_view caption, const Table& table) {
  if (table.rows() == 0) return;
  const std::size_t number = ++tables_;
  body_ += fmt::format(
      "<p class=\"caption\" id=\"table-{0}\">{1}</p>\n"
      "<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-labelledby=\"table-{0}\">\n"
      "<table aria-labelledby=\"table-{0}\"><thead><tr>",
      number, html_text(caption));
  for (std::size_t c = 0; c < table.columns().size(); ++c) {
    if (table.is_empty(c)) continue;
    body_ += fmt::format("<th scope=\"col\"{}>{}</th>",
                         table.columns()[c].align == Align::right ? " class=\"number\"" : "",
                         html_text(table.columns()[c].title));
  }
  body_ += "</tr></thead>\n<tbody>\n";
  for (const auto& cells : table.cells()) body_ += table_row(table, cells);
  body_ += "</tbody></table></div>\n";
}

void Page::chart(const Chart& chart) {
  if (chart.lines.empty()) return;
  auto x = std::find(xs_.begin(), xs_.end(), chart.x);
  if (x == xs_.end()) x = xs_.insert(x, chart.x);
  nlohmann::ordered_json json = chart_json(chart);
  json["x"] = x - xs_.begin();
  body_ += fmt::format(
      "<figure class=\"chart\" data-chart=\"{}\"><figcaption><b>{}</b> {}</figcaption>\n"
      "<div class=\"plot\"></div>\n"
      "<details class=\"data\"><summary>The figures as a table</summary></details></figure>\n",
      data_["charts"].size(), html_text(chart.title), html_text(chart.caption));
  data_["charts"].push_back(std::move(json));
}

void Page::picture(std::string_view caption, std::string_view svg) {
  const std::string about = html_text(caption);
  body_ += fmt::format(
      "<figure class=\"picture\"><div class=\"scroll\" role=\"img\" aria-label=\"{0}\" "
      "tabindex=\"0\">\n{1}</div>\n<figcaption>{0}</figcaption></figure>\n",
      about, svg);
}

void Page::findings(const std::vector<Finding>& findings) {
  body_ += "<ul class=\"findings\">\n";
  for (const Finding& finding : findings) {
    body_ +=
        fmt::format("<li class=\"{}\"><b>{}</b> <span><i>{}</i> {}", tone_class(finding.tone),
                    html_text(finding.status), html_text(finding.label), html_text(finding.text));
    if (!finding.measured.empty()) {
      body_ += fmt::format(" <em>{}</em>", html_text(finding.measured));
    }
    body_ += "</span></li>\n";
  }
  body_ += "</ul>\n";
}

void Page::lines(std::string_view text) {
  std::string escaped;
  const std::size_t indent = std::min(text.find_first_not_of(' '), text.size());
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    const std::string_view line = text.substr(begin, end - begin);
    escaped +=
        html_text(line.substr(std::min({indent, line.find_first_not_of(' '), line.size()}))) + "\n";
    begin = end + 1;
  }
  body_ += fmt::format("<pre tabindex=\"0\">{}</pre>\n", escaped);
}

void Page::events(const std::vector<Mark>& marks) {
  body_ += "<ol class=\"events\">\n";
  for (const Mark& mark : marks) {
    const auto instant = [](double s) { return clock(sim::Time{std::llround(s * 1e9)}); };
    const std::string when = instant(mark.at_s) + (mark.end_s ? " to " + instant(*mark.end_s) : "");
    body_ += fmt::format("<li><b>{}</b> {}</li>\n", when, html_text(mark.text));
    data_["marks"].push_back(
        {{"at", mark.at_s},
         {"end", mark.end_s ? nlohmann::ordered_json(*mark.end_s) : nlohmann::ordered_json()},
         {"text", mark.text}});
  }
  body_ += "</ol>\n";
}

void Page::reproduction(std::string_view command, std::string_view digest) {
  body_ += fmt::format("<pre class=\"command\">{}</pre>\n", html_text(command));
  if (digest.empty()) return;
  body_ += fmt::format(
      "<p>Any processor, compiler and number of jobs gives the same digest: <code>{}</code></p>\n",
      html_text(digest));
}

void Page::write(std::ostream& out) const {
  nlohmann::ordered_json data = data_;
  data["x"] = nlohmann::ordered_json::array();
  for (const auto& x : xs_) {
    nlohmann::ordered_json values = nlohmann::ordered_json::array();
    for (const double value : x) values.push_back(value);
    data["x"].push_back(std::move(values));
  }
  fmt::print(out,
             "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
             "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
             "style-src {}; script-src {} {}; base-uri 'none'; form-action 'none'\">\n"
             "<meta name=\"referrer\" content=\"no-referrer\">\n"
             "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
             "<meta name=\"color-scheme\" content=\"light dark\">\n"
             "<meta name=\"generator\" content=\"Faultline\">\n<title>{}</title>\n",
             source_of(style), source_of(chart_script), source_of(page_script), html_text(title_));
  out << "<style>" << style.text << "</style>\n</head>\n<body>\n"
      << "<a class=\"skip\" href=\"#main\">Skip to the report</a>\n<header>\n"
      << header_ << "</header>\n";
  out << "<nav aria-label=\"Contents\"><ul>\n" << contents_ << "</ul></nav>\n";
  out << "<main id=\"main\">\n";
  if (!data_["charts"].empty()) {
    out << "<noscript><p class=\"notice\">Without JavaScript there are no charts; everything else "
           "is here.</p></noscript>\n";
  }
  out << body_ << (in_section_ ? "</section>\n" : "") << "</main>\n";
  out << "<footer>Made by Faultline, a simulator of web architectures: what is told here was "
         "simulated, not measured.</footer>\n"
      << "<p id=\"spoken\" class=\"unseen\" aria-live=\"polite\"></p>\n"
      << "<script type=\"application/json\" id=\"data\">" << script_json(data) << "</script>\n"
      << "<script>" << chart_script.text << "</script>\n<script>" << page_script.text
      << "</script>\n</body>\n</html>\n";
}

std::vector<Finding> findings_of(const std::vector<Verdict>& verdicts) {
  std::vector<Finding> findings;
  for (const Verdict& verdict : verdicts) {
    const Tone tone = !verdict.reached ? Tone::plain : verdict.passed ? Tone::good : Tone::bad;
    findings.push_back(
        {.tone = tone,
         .status = !verdict.reached ? "not reached"
                   : verdict.passed ? "held"
                                    : "NOT HELD",
         .label = verdict.label,
         .text = verdict.text,
         .measured = verdict.value ? "measured " + measured_text(*verdict.value) : ""});
  }
  return findings;
}

Card held_card(std::string title, const std::vector<Verdict>& verdicts) {
  std::size_t held = 0, unreached = 0;
  for (const Verdict& verdict : verdicts) {
    held += verdict.passed ? 1 : 0;
    unreached += verdict.reached ? 0 : 1;
  }
  const std::size_t failed = verdicts.size() - held - unreached;
  std::string note = "held";
  if (failed > 0) note += fmt::format(", {} not", failed);
  if (unreached > 0) note += fmt::format(", {} not reached", unreached);
  return {.title = std::move(title),
          .figure = fmt::format("{} of {}", held, verdicts.size()),
          .note = std::move(note),
          .tone = failed > 0      ? Tone::bad
                  : unreached > 0 ? Tone::plain
                                  : Tone::good};
}

}  // namespace faultline::analysis::html
