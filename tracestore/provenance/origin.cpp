#include "tracestore/provenance/origin.h"

#include <array>

namespace tracestore {

std::string_view toWord(Certainty certainty)
{
    static constexpr std::array<std::string_view, 4> kWords {"weak", "possible", "likely", "sure"};
    return kWords.at(static_cast<std::size_t>(certainty));
}

Certainty certaintyOf(double confidence)
{
    if (confidence >= 0.9)
        return Certainty::Sure;
    if (confidence >= 0.6)
        return Certainty::Likely;
    return confidence >= 0.3 ? Certainty::Possible : Certainty::Weak;
}

} // namespace tracestore
