#include "scenarios/least_settings.h"

#include <algorithm>

#include "models/geography.h"
#include "models/service/service.h"
#include "models/workload/client.h"

namespace faultline::scenarios {
namespace {

using models::Field;

constexpr const char* other_name = "the-other";
constexpr const char* home_name = "home";
constexpr const char* region_name = "here";
constexpr const char* zone_name = "here/a";

const char* name_of(models::Reference kind) {
  switch (kind) {
    case models::Reference::component:
    case models::Reference::address:
    case models::Reference::dns:
      return other_name;
    case models::Reference::home:
      return home_name;
    case models::Reference::zone:
      break;
  }
  return zone_name;
}

// Gives what is required the least valid value; what is not, stays absent.
class LeastSettings final : public models::Fields {
 public:
  void flag(const Field&, bool&) override {}
  void count(const Field& field, std::uint64_t& value, models::CountRange range) override {
    if (field.required) value = std::max(value, range.min);
  }
  void count(const Field& field, std::optional<std::uint64_t>& value,
             models::CountRange range) override {
    if (field.required) value = range.min;
  }
  void number(const Field& field, double& value, models::NumberRange range) override {
    if (field.required) value = range.min + (range.min_excluded ? 1 : 0);
  }
  void value(const Field& field, std::optional<double>& value) override {
    if (field.required) value = 1;
  }
  void ratio(const Field&, double&) override {}
  void ratio(const Field&, std::optional<double>&) override {}
  void rate(const Field&, double&) override {}
  void bandwidth(const Field& field, std::optional<double>& value) override {
    if (field.required) value = 1;
  }
  void duration(const Field& field, sim::Duration& value, sim::Duration at_least) override {
    if (field.required) value = std::max(value, at_least);
  }
  void duration(const Field& field, std::optional<sim::Duration>& value,
                sim::Duration at_least) override {
    if (field.required) value = at_least;
  }
  void distribution(const Field&, sim::Distribution&) override {}
  void distribution(const Field&, std::optional<sim::Distribution>&) override {}
  void bytes(const Field&, sim::Distribution&) override {}
  void bytes(const Field&, std::optional<sim::Distribution>&) override {}
  void plain(const Field&, sim::Distribution&) override {}
  void weights(const Field& field, std::map<std::string, double>& value) override {
    if (field.required) value = {{"GET /", 1.0}};
  }
  void text(const Field&, std::string&) override {}
  void texts(const Field& field, std::vector<std::string>& value) override {
    if (field.required) value = {"a"};
  }
  void file(const Field&, std::string&) override {}
  void name(const Field& field, models::Reference kind, std::string& value) override {
    if (field.required) value = name_of(kind);
  }
  void names(const Field& field, models::Reference kind, std::vector<std::string>& value) override {
    if (field.required) value = {name_of(kind)};
  }
  void choice(const Field&, std::span<const std::string_view>, std::size_t&) override {}
  void object(const Field& field, std::string_view, const Describe& describe) override {
    if (field.required) describe(*this);
  }
  void list(const Field& field, std::string_view, const Describe& each) override {
    if (field.required) each(*this);
  }
  void map(const Field& field, std::string_view, const DescribeNamed& each) override {
    if (field.required) each("a", *this);
  }
  void lists(const Field& field, std::string_view, const std::function<void()>& begin_list,
             const Describe&) override {
    if (field.required) begin_list();
  }
  void named_lists(const Field& field, std::string_view, const BeginNamed& begin_list,
                   const Describe&) override {
    if (field.required) begin_list("*");
  }
  void reject(std::string_view, std::string_view) override {}
};

models::GeographySettings least_geography() {
  models::GeographySettings settings;
  settings.regions[region_name].zones = {"a"};
  settings.clients[home_name].near = region_name;
  return settings;
}

}  // namespace

std::unique_ptr<models::World> least_world(std::unique_ptr<models::Component> component) {
  LeastSettings least;
  component->describe(least);
  if (auto* users = dynamic_cast<models::Client*>(component.get())) {
    users->settings.from = home_name;  // which the reader fills in where there is only one
  }
  auto other = std::make_unique<models::Service>(other_name);
  other->describe(least);
  auto world = std::make_unique<models::World>(1, models::Geography(least_geography()));
  world->add(std::move(component));
  world->add(std::move(other));
  world->start();
  return world;
}

}  // namespace faultline::scenarios
