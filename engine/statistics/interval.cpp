#include "engine/statistics/interval.h"

namespace engine {

std::string_view toWord(IntervalMethod method)
{
    switch (method) {
    case IntervalMethod::Wilson:
        return "wilson";
    case IntervalMethod::WilsonOverTasks:
        return "wilson_over_tasks";
    case IntervalMethod::SymmetricBootstrap:
        return "symmetric_bootstrap";
    case IntervalMethod::Student:
        return "student";
    case IntervalMethod::NewcombePaired:
        return "newcombe_paired";
    }
    return "";
}

} // namespace engine
