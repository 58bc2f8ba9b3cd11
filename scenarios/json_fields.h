// JsonFields: fills described settings from one object of a scenario, and collects what is wrong.
//
// A key that no field names is an error, found by `finish`. In partial mode only what is present is
// read, and only parameters that may be set while running: for entries that set one.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "models/fields.h"
#include "scenarios/names.h"
#include "scenarios/value_reader.h"

namespace faultline::scenarios {

enum class Reading { whole, partial };

class JsonFields : public models::Fields {
 public:
  // Views: it outlives neither `object` nor `names`. `ignored` are keys that others read.
  JsonFields(ValueAt object, const Names& names, std::vector<std::string> ignored = {},
             Reading reading = Reading::whole);

  // Reports keys that no field has named. False when the value is not an object at all.
  void finish();

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
  // Not heeded once a value of this object could not be read: what hangs together with it cannot
  // be judged.
  void reject(std::string_view name, std::string_view message) override;

 private:
  // The value of the field, if there is one to read; notes the field's name in any case.
  std::optional<ValueAt> find(const models::Field&);
  std::optional<ValueAt> find_composite(const models::Field&);
  void describe_element(const ValueAt& element, const Describe& each);
  void describe_list(const ValueAt& list, const Describe& each);
  std::optional<std::string> read_name(const ValueAt& at, models::Reference kind);
  template <class Value, class Read>
  void read(const models::Field& field, Value& value, Read&& read_value);

  ValueAt object_;
  const Names& names_;
  std::vector<std::string> known_;
  std::vector<std::string> ignored_;
  Reading reading_;
  bool is_object_;
  std::size_t problems_before_;
};

}  // namespace faultline::scenarios
