// OutputFolder: what `--out DIR` leaves behind: result.json, series.csv (a row per window, subject
// and metric, as the windows close) and events.csv (what the timeline did and how replicas
// changed).
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "analysis/atomic_file.h"
#include "analysis/event_log.h"
#include "analysis/run.h"

namespace faultline::analysis {

// The folder, made if need be. Throws WriteError.
std::filesystem::path made_folder(const std::filesystem::path& folder);

// RFC 4180: quoted when it holds what separates.
std::string csv_cell(std::string_view text);

class OutputFolder {
 public:
  // Makes the folder and begins all files, so that what cannot be written is known before the run.
  // Throws WriteError.
  explicit OutputFolder(const std::filesystem::path& folder);

  Recorder::OnValue series_writer();
  // Writes the rest and lets the files appear. Throws WriteError.
  void finish(const Run& run, const EventLog& events);

 private:
  AtomicFile result_;
  AtomicFile series_;
  AtomicFile events_;
};

}  // namespace faultline::analysis
