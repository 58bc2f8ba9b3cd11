#include "viz/screen/chart_picture.h"

#include <algorithm>

#include "viz/view/words/wording.h"

namespace faultline::viz {
namespace {

class ChartPainter {
 public:
  ChartPainter(Brush& brush, const Box& box, const Chart& chart, const Chart* compared,
               sim::Time end)
      : brush_(brush), canvas_(brush.canvas), chart_(chart), compared_(compared), end_(end) {
    top_ = chart.ticks.back();
    if (compared != nullptr) top_ = std::max(top_, compared->ticks.back());
    title_y_ = box.y + brush.size(9);
    const double left = brush.size(46);
    const double head = brush.size(chart.lines.size() > 1 ? 40 : 22);
    plot_ = {box.x + left, box.y + head, box.width - left - brush.size(6),
             box.height - head - brush.size(16)};
    left_ = box.x;
  }

  void paint(sim::Time now) {
    paint_axis();
    for (std::size_t i = chart_.lines.size(); i-- > 0;) paint_line(chart_, i, false);
    if (compared_ != nullptr && !chart_.stacked) {
      for (std::size_t i = 0; i < compared_->lines.size(); ++i) paint_line(*compared_, i, true);
    }
    const double x = x_of(now.seconds());
    canvas_.line({x, plot_.y}, {x, plot_.bottom()}, brush_.theme.muted, 1);
    paint_names();
  }

 private:
  double x_of(double seconds) const { return plot_.x + plot_.width * seconds / end_.seconds(); }
  double y_of(double value) const { return plot_.bottom() - plot_.height * value / top_; }
  Colour colour(std::size_t line) const {
    return brush_.theme.series[line % brush_.theme.series.size()];
  }

  void paint_axis() {
    const double small = brush_.size(10.5);
    const std::string unit = chart_.unit.empty() ? "" : ", " + chart_.unit;
    canvas_.text({left_, title_y_}, chart_.title + unit, brush_.size(12.5), brush_.theme.ink,
                 Align::left, true);
    const auto& ticks = compared_ != nullptr && compared_->ticks.back() > chart_.ticks.back()
                            ? compared_->ticks
                            : chart_.ticks;
    const bool crowded = ticks.size() > 4 && plot_.height < brush_.size(90);
    for (std::size_t i = 0; i < ticks.size(); ++i) {
      const double y = y_of(ticks[i]);
      canvas_.line({plot_.x, y}, {plot_.right(), y}, brush_.theme.faint, 1);
      if (crowded && i % 2 != 0) continue;
      canvas_.text({plot_.x - brush_.size(6), y}, tick_text(ticks[i]), small, brush_.theme.muted,
                   Align::right);
    }
    const double below = plot_.bottom() + brush_.size(10);
    canvas_.text({plot_.x, below}, "0:00", small, brush_.theme.muted);
    canvas_.text({plot_.right(), below}, clock_text(end_), small, brush_.theme.muted, Align::right);
  }

  static std::string tick_text(double value) {
    if (value >= 1e6) return with_unit(value / 1e6, "M");
    if (value >= 1e4) return with_unit(value / 1e3, "k");
    return value == static_cast<double>(static_cast<long>(value)) || value >= 100
               ? with_unit(value, "")
               : fmt::format("{:g}", value);
  }

  void paint_line(const Chart& chart, std::size_t index, bool dashed) {
    for (const auto& piece : chart.lines[index].pieces) {
      std::vector<Point> upper, lower;
      for (const ChartPoint& point : piece) {
        upper.push_back({x_of(point.at), y_of(point.value)});
        lower.push_back({x_of(point.at), y_of(point.low)});
      }
      if (upper.size() == 1) {  // a window by itself
        upper.insert(upper.begin(), upper.front() - Point{1, 0});
        lower.insert(lower.begin(), lower.front() - Point{1, 0});
      }
      if (chart.stacked) {
        canvas_.band(upper, lower, colour(index));
      } else if (dashed) {
        canvas_.dashed(upper, colour(index), brush_.size(1.6), brush_.size(4));
      } else {
        canvas_.polyline(upper, colour(index), brush_.size(2));
      }
    }
  }

  // The lines' names in their colours, with the last figures; of a stack only those there are.
  void paint_names() {
    const double small = brush_.size(11);
    double x = left_;
    const double y = title_y_ + brush_.size(16);
    for (std::size_t i = 0; i < chart_.lines.size(); ++i) {
      const ChartLine& line = chart_.lines[i];
      const std::string figure = line.last ? with_unit(*line.last, "") : "-";
      if (chart_.lines.size() == 1) {
        canvas_.text({plot_.right(), title_y_}, figure, brush_.size(12.5), colour(i), Align::right,
                     true);
        return;
      }
      const bool has_any = std::any_of(line.pieces.begin(), line.pieces.end(), [](const auto& p) {
        return std::any_of(p.begin(), p.end(), [](auto point) { return point.value > point.low; });
      });
      if (chart_.stacked && !has_any) continue;
      const std::string text = line.label + " " + figure;
      const double width = canvas_.text_width(text, small);
      if (x + brush_.size(12) + width > plot_.right() + brush_.size(6)) return;
      canvas_.box({x, y - brush_.size(4), brush_.size(8), brush_.size(8)}, colour(i),
                  brush_.size(2));
      canvas_.text({x + brush_.size(12), y}, text, small, brush_.theme.ink);
      x += width + brush_.size(24);
    }
    if (chart_.stacked && x == left_) {
      canvas_.text({x, y}, "none", small, brush_.theme.muted);
    }
  }

  Brush& brush_;
  Canvas& canvas_;
  const Chart& chart_;
  const Chart* compared_;
  sim::Time end_;
  double top_ = 1;
  double left_ = 0;
  double title_y_ = 0;
  Box plot_;
};

}  // namespace

void paint_chart(Brush& brush, const Box& box, const Chart& chart, const Chart* compared,
                 sim::Time end, sim::Time now) {
  ChartPainter(brush, box, chart, compared, end).paint(now);
}

}  // namespace faultline::viz
