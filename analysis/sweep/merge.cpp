#include "analysis/sweep/merge.h"

#include <fmt/format.h>
#include <unistd.h>

#include <system_error>

#include "analysis/sweep/sweep_store.h"
#include "scenarios/problems.h"

namespace faultline::analysis {
namespace {

void check_mergeable(Database& merged, const std::filesystem::path& part) {
  Statement differ = merged.prepare(
      "SELECT a.text IS NOT b.text, a.version IS NOT b.version, a.varied IS NOT b.varied, "
      "a.scenario, b.scenario, a.version, b.version, a.varied, b.varied "
      "FROM main.experiments a, part.experiments b");
  if (!differ.step()) return;
  const auto refuse = [&](std::string_view what, int column) {
    throw StoreError(fmt::format("cannot merge {}: it holds runs of {} {}, the first store of {}",
                                 part.string(), what,
                                 scenarios::printable(differ.text(column + 1), 80),
                                 scenarios::printable(differ.text(column), 80)));
  };
  if (differ.whole(0) != 0) refuse("another scenario or another text of it,", 3);
  if (differ.whole(1) != 0) refuse("Faultline", 5);
  if (differ.whole(2) != 0) refuse("a sweep over", 7);
}

constexpr std::string_view same_runs =
    " FROM part.runs r JOIN part.points p ON p.id = r.point "
    "JOIN main.points q ON q.at = p.at JOIN main.runs s ON s.point = q.id AND s.seed = r.seed ";

// The runs of `part` that are there already; throws where they are not the same.
std::size_t check_runs(Database& merged, const std::filesystem::path& part) {
  Statement conflict = merged.prepare(fmt::format(
      "SELECT q.at, r.seed, s.digest, r.digest{}WHERE s.digest IS NOT r.digest", same_runs));
  if (conflict.step()) {
    throw StoreError(fmt::format(
        "cannot merge {}: its run at {} with seed {} has the digest {}, that of another store {}; "
        "the same run must be the same everywhere",
        part.string(), conflict.text(0), conflict.whole(1), conflict.text(3), conflict.text(2)));
  }
  return static_cast<std::size_t>(merged.ask(fmt::format("SELECT count(*){}", same_runs)));
}

void add_part(Database& merged, const std::filesystem::path& part, Merged& counted) {
  {
    Database checked(part);
    prepare_store(checked, part);
  }
  merged.prepare("ATTACH ?1 AS part").bind(1, part.string()).run();
  check_mergeable(merged, part);
  Transaction all(merged);
  counted.found_again += check_runs(merged, part);
  merged.run(
      "INSERT OR IGNORE INTO experiments SELECT * FROM part.experiments;"
      "INSERT OR IGNORE INTO points (at) SELECT at FROM part.points ORDER BY id;"
      "INSERT OR IGNORE INTO runs (point, seed, digest, ended, host, wall_s)"
      "  SELECT q.id, r.seed, r.digest, r.ended, r.host, r.wall_s FROM part.runs r"
      "  JOIN part.points p ON p.id = r.point JOIN main.points q ON q.at = p.at ORDER BY r.id;");
  merged.run(
      fmt::format("INSERT OR IGNORE INTO main.metrics SELECT s.id, m.metric, m.value{}"
                  "JOIN part.metrics m ON m.run = r.id",
                  same_runs));
  all.commit();
  merged.run("DETACH part");
}

}  // namespace

Merged merge_stores(const std::filesystem::path& out,
                    const std::vector<std::filesystem::path>& parts) {
  if (std::filesystem::exists(out)) {
    throw StoreError(fmt::format("cannot write {}: it exists already", out.string()));
  }
  for (const auto& part : parts) {
    if (!std::filesystem::exists(part)) {
      throw StoreError(fmt::format("cannot read {}: there is no such store", part.string()));
    }
  }
  std::filesystem::path temporary = out;
  temporary += ".part-" + std::to_string(::getpid());
  const auto remove = [&] {
    for (const char* end : {"", "-wal", "-shm"}) {
      std::error_code ignored;
      std::filesystem::remove(temporary.string() + end, ignored);
    }
  };
  Merged counted;
  try {
    Database merged(temporary);
    prepare_store(merged, temporary);
    for (const auto& part : parts) add_part(merged, part, counted);
    counted.points = static_cast<std::size_t>(merged.ask("SELECT count(*) FROM points"));
    counted.runs = static_cast<std::size_t>(merged.ask("SELECT count(*) FROM runs"));
    merged.run("PRAGMA wal_checkpoint(TRUNCATE)");
  } catch (...) {
    remove();
    throw;
  }
  std::error_code error;
  std::filesystem::rename(temporary, out, error);
  if (error) {
    remove();
    throw StoreError(fmt::format("cannot write {}: {}", out.string(), error.message()));
  }
  return counted;
}

}  // namespace faultline::analysis
