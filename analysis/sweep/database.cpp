#include "analysis/sweep/database.h"

#include <fmt/format.h>
#include <sqlite3.h>

namespace faultline::analysis {
namespace {

constexpr int patience_ms = 2000;  // for another process that is just writing

[[noreturn]] void fail_with(const std::string& file, int code, std::string_view said) {
  const auto refuse = [&](std::string_view why) {
    throw StoreError(fmt::format("cannot use the store {}: {}", file, why));
  };
  switch (code & 0xff) {
    case SQLITE_NOTADB:
    case SQLITE_CORRUPT:
      refuse(fmt::format("it is no SQLite database, or a damaged one ({})", said));
      break;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      refuse("another process is writing to it; wait for it, or give each a store of its own");
      break;
    case SQLITE_FULL:
      refuse("the disk is full; what had ended before is kept, so the same command goes on there");
      break;
    case SQLITE_READONLY:
      refuse("it, or its folder, cannot be written");
      break;
    case SQLITE_CANTOPEN:
      refuse("it cannot be opened or made; is its folder there, and may one write there?");
      break;
    default:
      refuse(said);
  }
  throw StoreError(file);
}

}  // namespace

void Statement::Finalise::operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
void Database::Close::operator()(sqlite3* database) const { sqlite3_close(database); }

void Statement::check(int code) {
  if (code == SQLITE_OK || code == SQLITE_ROW || code == SQLITE_DONE) return;
  sqlite3* database = sqlite3_db_handle(statement_.get());
  fail_with(file_, code, sqlite3_errmsg(database));
}

Statement& Statement::bind(int parameter, std::int64_t value) {
  check(sqlite3_bind_int64(statement_.get(), parameter, value));
  return *this;
}

Statement& Statement::bind(int parameter, std::string_view value) {
  check(sqlite3_bind_text(statement_.get(), parameter, value.data(), static_cast<int>(value.size()),
                          SQLITE_TRANSIENT));
  return *this;
}

Statement& Statement::bind(int parameter, std::optional<double> value) {
  if (!value) return bind_null(parameter);
  check(sqlite3_bind_double(statement_.get(), parameter, *value));
  return *this;
}

Statement& Statement::bind_null(int parameter) {
  check(sqlite3_bind_null(statement_.get(), parameter));
  return *this;
}

bool Statement::step() {
  const int code = sqlite3_step(statement_.get());
  check(code);
  return code == SQLITE_ROW;
}

void Statement::run() {
  while (step()) continue;
  reset();
}

void Statement::reset() { sqlite3_reset(statement_.get()); }

std::int64_t Statement::whole(int column) const {
  return sqlite3_column_int64(statement_.get(), column);
}

std::string Statement::text(int column) const {
  const unsigned char* text = sqlite3_column_text(statement_.get(), column);
  return text == nullptr ? std::string() : reinterpret_cast<const char*>(text);
}

std::optional<double> Statement::number(int column) const {
  if (sqlite3_column_type(statement_.get(), column) == SQLITE_NULL) return std::nullopt;
  return sqlite3_column_double(statement_.get(), column);
}

Database::Database(const std::filesystem::path& file) : file_(file.string()) {
  sqlite3* opened = nullptr;
  // Absolute, for ":memory:" is no file to SQLite.
  const int code = sqlite3_open_v2(std::filesystem::absolute(file).c_str(), &opened,
                                   SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, nullptr);
  database_.reset(opened);
  if (code != SQLITE_OK) fail_with(file_, code, sqlite3_errstr(code));
  sqlite3_busy_timeout(opened, patience_ms);
}

Statement Database::prepare(std::string_view sql) const {
  sqlite3_stmt* prepared = nullptr;
  const int code = sqlite3_prepare_v2(database_.get(), sql.data(), static_cast<int>(sql.size()),
                                      &prepared, nullptr);
  if (code != SQLITE_OK) fail_with(file_, code, sqlite3_errmsg(database_.get()));
  Statement statement;
  statement.statement_.reset(prepared);
  statement.file_ = file_;
  return statement;
}

void Database::run(const std::string& sql) {
  const int code = sqlite3_exec(database_.get(), sql.c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) fail_with(file_, code, sqlite3_errmsg(database_.get()));
}

std::int64_t Database::ask(std::string_view sql) const {
  Statement statement = prepare(sql);
  return statement.step() ? statement.whole(0) : 0;
}

std::int64_t Database::last_row() const { return sqlite3_last_insert_rowid(database_.get()); }

bool Database::read_only() const { return sqlite3_db_readonly(database_.get(), "main") == 1; }

Transaction::~Transaction() {
  if (!open_) return;
  try {
    database_.run("ROLLBACK");
  } catch (const StoreError&) {  // SQLite has rolled back by itself, as it does when a disk is full
    return;
  }
}

void Transaction::commit() {
  database_.run("COMMIT");
  open_ = false;
}

}  // namespace faultline::analysis
