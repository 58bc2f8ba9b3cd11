#include "analysis/sweep/sweep_store.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <map>

#include "scenarios/problems.h"
#include "sim/draw.h"

namespace faultline::analysis {
namespace {

constexpr std::int64_t store_mark = 0x466C746C;  // "Fltl", the application id of the file
constexpr std::int64_t store_layout = 1;

constexpr const char* store_tables = R"(
CREATE TABLE experiments (
  id INTEGER PRIMARY KEY CHECK (id = 1), scenario TEXT NOT NULL, text TEXT NOT NULL,
  hash TEXT NOT NULL, version TEXT NOT NULL, varied TEXT NOT NULL, vary TEXT NOT NULL,
  seed INTEGER NOT NULL, command TEXT NOT NULL);
CREATE TABLE points (id INTEGER PRIMARY KEY, at TEXT NOT NULL UNIQUE);
CREATE TABLE runs (
  id INTEGER PRIMARY KEY, point INTEGER NOT NULL REFERENCES points, seed INTEGER NOT NULL,
  digest TEXT, ended TEXT NOT NULL, host TEXT NOT NULL, wall_s REAL NOT NULL,
  UNIQUE (point, seed));
CREATE TABLE metrics (
  run INTEGER NOT NULL REFERENCES runs, metric TEXT NOT NULL, value REAL,
  PRIMARY KEY (run, metric)) WITHOUT ROWID;
CREATE VIEW figures AS
  SELECT point, at, seed, metric, value
  FROM metrics JOIN runs ON runs.id = run JOIN points ON points.id = point;
)";

[[noreturn]] void refuse_store(const std::filesystem::path& file, std::string_view why) {
  throw StoreError(fmt::format("cannot use the store {}: {}", file.string(), why));
}

void check_same(const std::filesystem::path& file, Database& database, const Experiment& asked) {
  Statement row = database.prepare("SELECT scenario, text, version, varied FROM experiments");
  if (!row.step()) {
    Statement insert =
        database.prepare("INSERT INTO experiments VALUES (1, ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)");
    insert.bind(1, asked.scenario)
        .bind(2, asked.text)
        .bind(3, hash_of_scenario(asked.text))
        .bind(4, asked.version)
        .bind(5, asked.varied)
        .bind(6, asked.vary)
        .bind(7, static_cast<std::int64_t>(asked.seed))
        .bind(8, asked.command)
        .run();
    return;
  }
  const auto differs = [&](std::string_view what, const std::string& there,
                           const std::string& here) {
    refuse_store(file,
                 fmt::format("it holds runs of {} {}, not of {}; use another store", what,
                             scenarios::printable(there, 80), scenarios::printable(here, 80)));
  };
  if (row.text(0) != asked.scenario) differs("the scenario", row.text(0), asked.scenario);
  if (row.text(1) != asked.text) {
    differs("another text of " + asked.scenario + ", with the hash", hash_of_scenario(row.text(1)),
            hash_of_scenario(asked.text));
  }
  if (row.text(2) != asked.version) differs("Faultline", row.text(2), asked.version);
  if (row.text(3) != asked.varied) differs("a sweep over", row.text(3), asked.varied);
}

}  // namespace

std::string host_name() {
  std::array<char, 256> name{};
  return ::gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "unknown";
}

std::string hash_of_scenario(std::string_view text) {
  return fmt::format("{:016x}", sim::salt_of(text));
}

StoreLock::StoreLock(const std::filesystem::path& store) : path_(store.string() + "-lock") {
  while (true) {
    file_ = ::open(path_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (file_ < 0) {
      refuse_store(store, fmt::format("cannot make {}: {}; let it lie in a folder that is there "
                                      "and may be written",
                                      path_, std::strerror(errno)));
    }
    if (::flock(file_, LOCK_EX | LOCK_NB) != 0) {
      ::close(file_);
      refuse_store(store,
                   "another process is writing to it; wait for it, or give each a store of its "
                   "own (--shard) and merge them");
    }
    // The one who had it before may have removed the name since.
    struct stat locked {};
    struct stat named {};
    if (::fstat(file_, &locked) == 0 && ::stat(path_.c_str(), &named) == 0 &&
        locked.st_ino == named.st_ino) {
      return;
    }
    ::close(file_);
  }
}

StoreLock::~StoreLock() {
  ::unlink(path_.c_str());
  ::close(file_);
}

void prepare_store(Database& database, const std::filesystem::path& file) {
  if (database.read_only()) {
    refuse_store(file, "it may not be written; change who may, or use another store");
  }
  const std::int64_t mark = database.ask("PRAGMA application_id");
  const std::int64_t tables = database.ask("SELECT count(*) FROM sqlite_master");
  if (tables > 0 && mark != store_mark) {
    refuse_store(file, "it is a database of something else");
  }
  if (tables > 0 && database.ask("PRAGMA user_version") != store_layout) {
    refuse_store(file, "it was written by another version of Faultline; use another store");
  }
  database.run("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL");
  if (tables > 0) return;
  Transaction all(database);
  database.run(fmt::format("PRAGMA application_id = {}; PRAGMA user_version = {};{}", store_mark,
                           store_layout, store_tables));
  all.commit();
}

SweepStore::SweepStore(const std::filesystem::path& file, const Experiment& experiment)
    : lock_(file), database_(file) {
  prepare_store(database_, file);
  check_same(file, database_, experiment);
}

std::vector<std::int64_t> SweepStore::points(const std::vector<std::string>& json) {
  std::vector<std::int64_t> numbers;
  Transaction all(database_);
  Statement insert = database_.prepare("INSERT OR IGNORE INTO points (at) VALUES (?1)");
  Statement find = database_.prepare("SELECT id FROM points WHERE at = ?1");
  for (const std::string& at : json) {
    insert.bind(1, at).run();
    find.bind(1, at).step();
    numbers.push_back(find.whole(0));
    find.reset();
  }
  all.commit();
  return numbers;
}

void SweepStore::add(const StoredRun& run) {
  const std::lock_guard lock(mutex_);
  Transaction all(database_);
  Statement insert = database_.prepare(
      "INSERT INTO runs (point, seed, digest, ended, host, wall_s) VALUES (?1, ?2, ?3, ?4, ?5, "
      "?6)");
  insert.bind(1, run.point).bind(2, static_cast<std::int64_t>(run.seed));
  if (run.digest.empty()) {
    insert.bind_null(3);
  } else {
    insert.bind(3, run.digest);
  }
  insert.bind(4, run.ended).bind(5, run.host).bind(6, std::optional(run.wall_s)).run();
  const std::int64_t id = database_.last_row();
  Statement metric = database_.prepare("INSERT INTO metrics VALUES (?1, ?2, ?3)");
  for (const auto& [name, value] : run.metrics)
    metric.bind(1, id).bind(2, name).bind(3, value).run();
  all.commit();
}

void SweepStore::each_run(const std::vector<std::string>& metrics,
                          const std::function<void(const StoredRun&)>& tell) {
  Statement runs = database_.prepare(
      "SELECT id, point, seed, coalesce(digest, ''), ended, host, wall_s FROM runs ORDER BY point, "
      "seed");
  Statement metric = database_.prepare("SELECT value FROM metrics WHERE run = ?1 AND metric = ?2");
  while (runs.step()) {
    StoredRun run{.point = runs.whole(1),
                  .seed = static_cast<std::uint64_t>(runs.whole(2)),
                  .digest = runs.text(3),
                  .ended = runs.text(4),
                  .host = runs.text(5),
                  .metrics = {},
                  .wall_s = runs.number(6).value_or(0)};
    for (const std::string& name : metrics) {
      metric.bind(1, runs.whole(0)).bind(2, name);
      run.metrics.emplace_back(name, metric.step() ? metric.number(0) : std::nullopt);
      metric.reset();
    }
    tell(run);
  }
}

}  // namespace faultline::analysis
