#pragma once

#include "tracestore/query/query_field.h"

namespace engine {

/// What can be asked of a field at a moment.
enum class FieldAtStop : std::uint8_t
{
    Always, ///< as far as the step has it
    Outcome, ///< after a step only
    Never ///< in saved traces only: what lies below or around a step
};

FieldAtStop fieldAtStop(tracestore::FieldId field);

} // namespace engine
