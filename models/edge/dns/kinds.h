// Events and draws of a DNS name.
#pragma once

#include <cstdint>

#include "models/world.h"

namespace faultline::models::dns {

enum Kind : std::uint16_t {
  kind_query_arrives = first_own_kind,  // a, b: the query
  kind_query_served,                    // "
  kind_answer_arrives,                  // "
  kind_query_timeout,                   // a: the resolver
  kind_known,       // a, b: the attempt of a caller whom its resolver's answer reaches
  kind_unknown,     // "
  kind_ask_again,   // "; its question, or the answer, was lost
  kind_impatience,  // a: the resolver
  kind_check,       // a: server, b: address
};

enum Purpose : std::uint64_t {
  service_draw = 1,
  message_draw,
  answer_draw,
  edge_draw,
  stub_draw,
  resolver_draw,
  offset_draw,
  check_draw,
};

}  // namespace faultline::models::dns
