// Database and Statement: SQLite as this folder uses it. Whatever goes wrong is a StoreError whose
// text names the file.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

namespace faultline::analysis {

// A store could not be read or written; what() says which, why, and what to do.
class StoreError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

class Statement {
 public:
  // Parameters count from 1, columns from 0.
  Statement& bind(int parameter, std::int64_t value);
  Statement& bind(int parameter, std::string_view value);
  Statement& bind(int parameter, std::optional<double> value);
  Statement& bind_null(int parameter);
  // Whether there is a row.
  bool step();
  // Runs to the end, and is ready for other parameters.
  void run();
  void reset();

  std::int64_t whole(int column) const;
  std::string text(int column) const;
  std::optional<double> number(int column) const;

 private:
  friend class Database;
  struct Finalise {
    void operator()(sqlite3_stmt* statement) const;
  };
  void check(int code);

  std::unique_ptr<sqlite3_stmt, Finalise> statement_;
  std::string file_;
};

class Database {
 public:
  // Opens it, or begins it where there is none.
  explicit Database(const std::filesystem::path& file);

  Statement prepare(std::string_view sql) const;
  void run(const std::string& sql);              // one statement or several
  std::int64_t ask(std::string_view sql) const;  // the first column of the first row, else 0
  std::int64_t last_row() const;
  bool read_only() const;

 private:
  struct Close {
    void operator()(sqlite3* database) const;
  };
  std::unique_ptr<sqlite3, Close> database_;
  std::string file_;
};

// Everything until `commit`, or nothing.
class Transaction {
 public:
  explicit Transaction(Database& database) : database_(database) {
    database_.run("BEGIN IMMEDIATE");
  }
  ~Transaction();
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  void commit();

 private:
  Database& database_;
  bool open_ = true;
};

}  // namespace faultline::analysis
