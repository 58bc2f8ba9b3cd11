// Figures as one writes them on a whiteboard: four digits that count, with a fitting unit.
#pragma once

#include <string>

namespace faultline::analysis {

std::string figure(double value);      // 10,000,000; 1,157; 115.7; 0.0312
std::string bytes_text(double bytes);  // 2 KB, 1.825 TB (powers of 1000)
std::string bits_text(double per_s);   // 18.52 Mbit/s

}  // namespace faultline::analysis
