// ParameterList: described settings as a list of parameters, composites with theirs within.
#pragma once

#include <string>
#include <vector>

#include "models/fields.h"
#include "scenarios/parameter.h"

namespace faultline::scenarios {

class ParameterList final : public models::Fields {
 public:
  // `around`: the shapes that what is described stands in, outermost first.
  explicit ParameterList(std::vector<std::string> around = {}) : around_(std::move(around)) {}

  std::vector<Parameter> take() { return std::move(parameters_); }

  void flag(const models::Field&, bool&) override;
  void count(const models::Field&, std::uint64_t&, models::CountRange) override;
  void count(const models::Field&, std::optional<std::uint64_t>&, models::CountRange) override;
  void number(const models::Field&, double&, models::NumberRange) override;
  void value(const models::Field&, std::optional<double>&) override;
  void ratio(const models::Field&, double&) override;
  void ratio(const models::Field&, std::optional<double>&) override;
  void rate(const models::Field&, double&) override;
  void bandwidth(const models::Field&, std::optional<double>&) override;
  void duration(const models::Field&, sim::Duration&, sim::Duration at_least) override;
  void duration(const models::Field&, std::optional<sim::Duration>&,
                sim::Duration at_least) override;
  void distribution(const models::Field&, sim::Distribution&) override;
  void distribution(const models::Field&, std::optional<sim::Distribution>&) override;
  void bytes(const models::Field&, sim::Distribution&) override;
  void bytes(const models::Field&, std::optional<sim::Distribution>&) override;
  void plain(const models::Field&, sim::Distribution&) override;
  void weights(const models::Field&, std::map<std::string, double>&) override;
  void text(const models::Field&, std::string&) override;
  void texts(const models::Field&, std::vector<std::string>&) override;
  void file(const models::Field&, std::string&) override;
  void name(const models::Field&, models::Reference, std::string&) override;
  void names(const models::Field&, models::Reference, std::vector<std::string>&) override;
  void choice(const models::Field&, std::span<const std::string_view>, std::size_t&) override;
  void object(const models::Field&, std::string_view type, const Describe&) override;
  void list(const models::Field&, std::string_view type, const Describe&) override;
  void map(const models::Field&, std::string_view type, const DescribeNamed&) override;
  void lists(const models::Field&, std::string_view type, const std::function<void()>&,
             const Describe&) override;
  void named_lists(const models::Field&, std::string_view type, const BeginNamed&,
                   const Describe&) override;
  void reject(std::string_view, std::string_view) override {}

 private:
  // A required parameter has no default, whatever the struct holds.
  Parameter& add(const models::Field&, Kind, std::optional<std::string> default_json = {});
  void add_composite(const models::Field&, Kind, std::string_view type, const Describe&);

  std::vector<std::string> around_;
  std::vector<Parameter> parameters_;
};

}  // namespace faultline::scenarios
