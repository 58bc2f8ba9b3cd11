// KeyWalk: the paths of all keys that a `describe` names, as docs/scenario-format.md writes them
// ("call.retries.max", "regions.NAME.zones", "points[].at"); shapes within themselves only once.
#pragma once

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "models/fields.h"

namespace faultline::scenarios {

class KeyWalk final : public models::Fields {
  using Field = models::Field;
  using CountRange = models::CountRange;

 public:
  std::vector<std::string> paths;

  void flag(const Field& f, bool&) override { add(f); }
  void count(const Field& f, std::uint64_t&, CountRange) override { add(f); }
  void count(const Field& f, std::optional<std::uint64_t>&, CountRange) override { add(f); }
  void number(const Field& f, double&, models::NumberRange) override { add(f); }
  void value(const Field& f, std::optional<double>&) override { add(f); }
  void ratio(const Field& f, double&) override { add(f); }
  void ratio(const Field& f, std::optional<double>&) override { add(f); }
  void rate(const Field& f, double&) override { add(f); }
  void bandwidth(const Field& f, std::optional<double>&) override { add(f); }
  void duration(const Field& f, sim::Duration&, sim::Duration) override { add(f); }
  void duration(const Field& f, std::optional<sim::Duration>&, sim::Duration) override { add(f); }
  void distribution(const Field& f, sim::Distribution&) override { add(f); }
  void distribution(const Field& f, std::optional<sim::Distribution>&) override { add(f); }
  void bytes(const Field& f, sim::Distribution&) override { add(f); }
  void bytes(const Field& f, std::optional<sim::Distribution>&) override { add(f); }
  void plain(const Field& f, sim::Distribution&) override { add(f); }
  void weights(const Field& f, std::map<std::string, double>&) override { add(f); }
  void text(const Field& f, std::string&) override { add(f); }
  void texts(const Field& f, std::vector<std::string>&) override { add(f); }
  void file(const Field& f, std::string&) override { add(f); }
  void name(const Field& f, models::Reference, std::string&) override { add(f); }
  void names(const Field& f, models::Reference, std::vector<std::string>&) override { add(f); }
  void choice(const Field& f, std::span<const std::string_view>, std::size_t&) override { add(f); }
  void object(const Field& f, std::string_view type, const Describe& each) override {
    within(f, type, ".", [&] { each(*this); });
  }
  void list(const Field& f, std::string_view type, const Describe& each) override {
    within(f, type, "[].", [&] { each(*this); });
  }
  void map(const Field& f, std::string_view type, const DescribeNamed& each) override {
    within(f, type, ".NAME.", [&] { each("NAME", *this); });
  }
  void lists(const Field& f, std::string_view type, const std::function<void()>& begin,
             const Describe& each) override {
    within(f, type, "[][].", [&] {
      begin();
      each(*this);
    });
  }
  void named_lists(const Field& f, std::string_view type, const BeginNamed& begin,
                   const Describe& each) override {
    within(f, type, ".NAME[].", [&] {
      begin("NAME");
      each(*this);
    });
  }
  void reject(std::string_view, std::string_view) override {}

 private:
  void add(const Field& field) { paths.push_back(path_ + std::string(field.name)); }

  void within(const Field& field, std::string_view type, const char* joint,
              const std::function<void()>& walk) {
    add(field);
    if (std::find(around_.begin(), around_.end(), type) != around_.end()) return;
    around_.emplace_back(type);
    const std::string path = std::exchange(path_, path_ + std::string(field.name) + joint);
    walk();
    path_ = path;
    around_.pop_back();
  }

  std::string path_;
  std::vector<std::string> around_;
};

}  // namespace faultline::scenarios
