#include "tracestore/model/state_source.h"

#include "tracestore/model/trace.h"

namespace tracestore {

const StateSource* statesOf(const Trace& trace)
{
    return dynamic_cast<const StateSource*>(&trace.payloads());
}

} // namespace tracestore
