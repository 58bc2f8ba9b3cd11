// Writing a distribution so that parse_distribution() reads the same law back.
#include "sim/distribution_parts.h"

namespace faultline::sim {

std::string Distribution::to_text(Quantity quantity) const {
  const auto value = [quantity](double x) { return format_quantity(x, quantity); };
  const auto number = [](double x) { return format_quantity(x, Quantity::plain); };
  switch (kind_) {
    case Kind::constant:
      return value(p_);
    case Kind::uniform:
      return "uniform(" + value(p_) + ", " + value(q_) + ')';
    case Kind::exponential:
      return "exp(" + value(p_) + ')';
    case Kind::erlang:
      return "erlang(k=" + number(p_) + ", mean=" + value(q_) + ')';
    case Kind::gamma:
      return "gamma(mean=" + value(p_) + ", cv=" + number(q_) + ')';
    case Kind::lognormal:
      return "lognormal(mean=" + value(p_) + ", cv=" + number(q_) + ')';
    case Kind::weibull:
      return "weibull(mean=" + value(p_) + ", shape=" + number(q_) + ')';
    case Kind::pareto:
      return "pareto(min=" + value(p_) + ", shape=" + number(q_) + ')';
    case Kind::empirical:
      return "empirical(" + parts_->name + ')';
    case Kind::hyperexponential:
    case Kind::mixture:
      break;
  }
  const bool mixed = kind_ == Kind::mixture;
  std::string text = mixed ? "mix(" : "hyperexp(";
  for (std::size_t i = 0; i < parts_->weights.size(); ++i) {
    if (i > 0) text += ", ";
    text += number(parts_->weights[i]) + ": ";
    text += mixed ? parts_->branches[i].to_text(quantity) : value(parts_->values[i]);
  }
  return text + ')';
}

}  // namespace faultline::sim
