#include "tracestore/base/checksum.h"

#define XXH_STATIC_LINKING_ONLY // for a state that needs no allocation of its own
#include <xxhash.h>

namespace tracestore {

struct Checksum::State
{
    XXH3_state_t hash {};
};

Checksum::Checksum()
    : m_state(std::make_unique<State>())
{
    XXH3_64bits_reset(&m_state->hash);
}

Checksum::~Checksum() = default;

void Checksum::add(std::string_view bytes)
{
    XXH3_64bits_update(&m_state->hash, bytes.data(), bytes.size());
}

std::uint64_t Checksum::value() const
{
    return XXH3_64bits_digest(&m_state->hash);
}

} // namespace tracestore
