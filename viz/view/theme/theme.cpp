#include "viz/view/theme/theme.h"

namespace faultline::viz {
namespace {

constexpr Colour rgb(std::uint32_t hex) {
  return {static_cast<std::uint8_t>(hex >> 16U), static_cast<std::uint8_t>(hex >> 8U),
          static_cast<std::uint8_t>(hex), 255};
}

constexpr Theme light = {
    .background = rgb(0xF3F5F7),
    .region = rgb(0xEAEEF2),
    .region_rim = rgb(0xCBD3DB),
    .card = rgb(0xFBFCFD),
    .card_rim = rgb(0xBCC6D0),
    .panel = rgb(0xF8F9FB),

    .ink = rgb(0x1F2933),
    .muted = rgb(0x56626E),
    .faint = rgb(0xDCE2E8),
    .edge = rgb(0xA3AFBB),
    .selected = rgb(0x0B6FB8),

    .cell = rgb(0xE1E7ED),
    .busy = rgb(0x4A86AE),
    .down = rgb(0xA93E00),
    .slow = rgb(0xB07E00),
    .starting = rgb(0x2E8DC4),
    .draining = rgb(0x7E3A63),
    .leader = rgb(0x8F6600),

    .in_flight = rgb(0x2E8DC4),
    .answered = rgb(0x007A58),
    .late = rgb(0xB07E00),
    .retry = rgb(0x7E3A63),
    .failed = rgb(0xA93E00),
    .shed = rgb(0x7F8891),

    // Yellow would be a third brown beside orange and vermilion; the palette's black is in its
    // place.
    .series = {{rgb(0x2E8DC4), rgb(0xB37C00), rgb(0x007A58), rgb(0x7E3A63), rgb(0xA93E00),
                rgb(0x0058B0), rgb(0x272E36), rgb(0x7F8891)}},
};

constexpr Theme dark = {
    .background = rgb(0x151A21),
    .region = rgb(0x1A2028),
    .region_rim = rgb(0x303B47),
    .card = rgb(0x222A34),
    .card_rim = rgb(0x3B4856),
    .panel = rgb(0x1C232C),

    .ink = rgb(0xE4E9EF),
    .muted = rgb(0xA3AFBC),
    .faint = rgb(0x2C3641),
    .edge = rgb(0x566473),
    .selected = rgb(0x8CD0FF),

    .cell = rgb(0x303B48),
    .busy = rgb(0x5E9CC6),
    .down = rgb(0xE2651C),
    .slow = rgb(0xF0E442),
    .starting = rgb(0x56B4E9),
    .draining = rgb(0xD07FAE),
    .leader = rgb(0xE69F00),

    .in_flight = rgb(0x56B4E9),
    .answered = rgb(0x0B9A72),
    .late = rgb(0xF0E442),
    .retry = rgb(0xD07FAE),
    .failed = rgb(0xE2651C),
    .shed = rgb(0xCDD2D7),

    .series = {{rgb(0x6CC0EE), rgb(0xEAA51A), rgb(0x0B9A72), rgb(0xCE7EAB), rgb(0xDB5F0C),
                rgb(0x1A80BE), rgb(0xF3E96A), rgb(0xC9CED2)}},
};

}  // namespace

const Theme& theme(ThemeName name) { return name == ThemeName::light ? light : dark; }

}  // namespace faultline::viz
