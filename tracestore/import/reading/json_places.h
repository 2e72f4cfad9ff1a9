#pragma once

#include "tracestore/model/span.h"

#include <initializer_list>
#include <string_view>
#include <vector>

namespace tracestore {

/// Where the elements of an array stand that a record holds under a path of keys; none where there
/// is no such array. Cheap for a record, and never recursive.
std::vector<RawRef> elementPlaces(const RawRef& record,
                                  std::string_view text,
                                  std::initializer_list<std::string_view> path);

} // namespace tracestore
