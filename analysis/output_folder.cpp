#include "analysis/output_folder.h"

#include <fmt/format.h>
#include <fmt/ostream.h>

#include <system_error>

namespace faultline::analysis {

std::filesystem::path made_folder(const std::filesystem::path& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) throw WriteError("cannot make the folder " + folder.string() + ": " + error.message());
  if (!std::filesystem::is_directory(folder)) {
    throw WriteError("cannot write into " + folder.string() + ": it is not a folder");
  }
  return folder;
}

std::string csv_cell(std::string_view text) {
  if (text.find_first_of(",\"\n\r") == std::string_view::npos) return std::string(text);
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + "\"";
}

OutputFolder::OutputFolder(const std::filesystem::path& folder)
    : result_(made_folder(folder) / "result.json"),
      series_(folder / "series.csv"),
      events_(folder / "events.csv") {
  series_.stream() << "begin_s,end_s,subject,metric,value\n";
  events_.stream() << "at_s,kind,subject,what\n";
}

Recorder::OnValue OutputFolder::series_writer() {
  return [this](sim::Time begin, sim::Time end, std::string_view subject, std::string_view metric,
                std::optional<double> value) {
    fmt::print(series_.stream(), "{:.9g},{:.9g},{},{},", begin.seconds(), end.seconds(),
               csv_cell(subject), metric);
    if (value) fmt::print(series_.stream(), "{:.9g}", *value);
    series_.stream() << '\n';
  };
}

void OutputFolder::finish(const Run& run, const EventLog& events) {
  nlohmann::ordered_json json = run.result.json;
  json["series"] = series_json(*run.recorder);
  result_.stream() << json.dump(2) << '\n';
  for (const LoggedEvent& event : events.events()) {
    fmt::print(events_.stream(), "{:.9f},{},{},{}\n", event.at.seconds(), event.kind,
               csv_cell(event.subject), csv_cell(event.what));
  }
  series_.commit();
  events_.commit();
  result_.commit();
}

}  // namespace faultline::analysis
